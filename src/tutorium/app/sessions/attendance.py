"""Who comes through a session's sockets (lesson, board), and what they may do there."""

from dataclasses import dataclass

from tutorium.app.auth import TokenAuthenticator, User
from tutorium.app.sessions.access import role_in
from tutorium.app.sessions.functions import functions
from tutorium.app.sessions.tables import Role, Session
from tutorium.engine import Engine, Id, QueryContext, View, internal
from tutorium.errors import NotFoundError
from tutorium.sockets.connection import UpgradeRequest


class Attendee(View):
    """Somebody who is in the session."""

    user: Id[User]
    name: str
    role: Role


@functions.query(guard=internal)
async def attendee(ctx: QueryContext, *, session: str, user: str) -> Attendee | None:
    """Return `user` as a member of the session, None when they are not in it, or there is no such session or account."""
    session_id, user_id = ctx.db.normalize_id(Session, session), ctx.db.normalize_id(User, user)
    if session_id is None or user_id is None:
        return None
    role = await role_in(ctx.db, session_id, user_id)
    account = await ctx.db.get(user_id)
    if role is None or account is None:
        return None
    return Attendee(user=user_id, name=account.name, role=role)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Admits members by the access token of their upgrade request."""

    engine: Engine
    authenticator: TokenAuthenticator

    async def admit(self, session: str, request: UpgradeRequest) -> Attendee:
        """Return who asks. Raises NotSignedInError, or NotFoundError to those who are not in the session."""
        claims = self.authenticator.identify(request)
        found = await self.engine.run_query(attendee, session=session, user=claims.user)
        if found is None:
            raise NotFoundError
        return found
