"""Who may enter which board: the token says who asks, the session's members say what they may do."""

from typing import Protocol

from tutorium.app.auth import AccessClaims, User
from tutorium.app.boards.feature import functions
from tutorium.app.sessions import Role, Session, role_in
from tutorium.engine import Engine, QueryContext, View, internal
from tutorium.errors import NotFoundError
from tutorium.realtime.whiteboard import Participant
from tutorium.sockets.connection import UpgradeRequest


class SocketIdentifier(Protocol):
    """Says who asks for a socket; `auth.TokenAuthenticator` is one."""

    def identify(self, request: UpgradeRequest) -> AccessClaims:
        """Return the claims of the request's token. Raises NotSignedInError."""
        ...


class BoardRole(View):
    """What somebody may do on a board; None when the board does not exist for them."""

    role: Role | None


@functions.query(guard=internal)
async def role_on_board(ctx: QueryContext, *, session: str, user: str) -> BoardRole:
    """Return the role of a user on a session's board. An ended session's board can only be looked at."""
    session_id, user_id = ctx.db.normalize_id(Session, session), ctx.db.normalize_id(User, user)
    if session_id is None or user_id is None:
        return BoardRole(role=None)
    role = await role_in(ctx.db, session_id, user_id)
    row = await ctx.db.get(session_id)
    if role is not None and row is not None and row.state in ("ended", "archived"):
        role = "viewer"
    return BoardRole(role=role)


class BoardAccess:
    """Implements `RoomAccess`: a room is a session's id."""

    def __init__(self, engine: Engine, identifier: SocketIdentifier) -> None:
        """Look members up in `engine`; `identifier` knows tokens."""
        self._engine = engine
        self._identifier = identifier

    async def authorize(self, room: str, request: UpgradeRequest) -> Participant:
        """Return the participant. Raises NotSignedInError, or NotFoundError for who is no member of the session."""
        claims = self._identifier.identify(request)
        found = await self._engine.run_query(role_on_board, session=room, user=claims.user)
        if found.role is None:
            raise NotFoundError
        return Participant(user=claims.user, name=claims.name, role=found.role)
