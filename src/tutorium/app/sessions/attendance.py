"""Who comes through a session's sockets (lesson, board), and what they may do there."""

from dataclasses import dataclass
from typing import cast

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
async def attendee(ctx: QueryContext, *, session: str, user: Id[User]) -> Attendee | None:
    """Return `user` as a member of the session, None when they are not in it or there is no such session."""
    known = ctx.db.normalize_id(Session, session)
    role = None if known is None else await role_in(ctx.db, known, user)
    account = await ctx.db.get(user)
    if role is None or account is None:
        return None
    return Attendee(user=user, name=account.name, role=role)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Admits members by the access token of their upgrade request."""

    engine: Engine
    authenticator: TokenAuthenticator

    async def admit(self, session: str, request: UpgradeRequest) -> Attendee:
        """Return who asks. Raises NotSignedInError, or NotFoundError to those who are not in the session."""
        claims = self.authenticator.identify(request)
        found = await self.engine.run_query(attendee, session=session, user=cast("Id[User]", claims.user))
        if found is None:
            raise NotFoundError
        return found
