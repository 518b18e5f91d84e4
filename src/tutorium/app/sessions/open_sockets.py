"""Rights take effect on sockets that are open: who loses theirs is sent away, who gets others comes back with them.

::

    endpoint ──opens──> person on a session's list ──closes──> off the list
                                  │
    the session's rights change ──┴──> whoever was admitted with another role is closed

One live query per session follows the rights of everybody, as long as anybody of the session is connected. It reads what the
guards read, so nothing that changes rights has to tell. Nobody is sent away on its word alone: it may be older than what
somebody was admitted by. The rights are read again first.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from tutorium.app.sessions.rights import Rights, farewell, rights_in
from tutorium.app.sessions.tables import Role
from tutorium.engine import Engine
from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import Connection, SocketHandler

log = structlog.get_logger()


class PersonsHandler(SocketHandler, Protocol):
    """A handler that knows who is on the other side, and in which role they were admitted."""

    @property
    def user(self) -> str:
        """The id of the account."""
        ...

    @property
    def role(self) -> Role:
        """What they may do through this connection."""
        ...


class PersonsEndpoint(Protocol):
    """An endpoint whose route has a `session`, and which admits persons."""

    @property
    def max_message_bytes(self) -> int:
        """Larger messages close the connection with 1009."""
        ...

    async def open(self, connection: Connection) -> PersonsHandler | None:
        """Admit somebody, or close the connection."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Admitted:
    """One open connection, with what its person was admitted as."""

    connection: Connection
    user: str
    role: Role
    watches_when_over: bool

    def role_by(self, rights: Rights) -> Role | None:
        return rights.role_of(self.user, watches_when_over=self.watches_when_over)


@dataclass(slots=True)
class _Followed:
    """A session that somebody is connected to. `rights` are the newest that were heard of."""

    admitted: set[_Admitted] = field(default_factory=set[_Admitted])
    rights: Rights | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    follower: asyncio.Task[None] | None = None

    @property
    def has_doubtful(self) -> bool:
        rights = self.rights
        return rights is not None and any(one.role_by(rights) != one.role for one in self.admitted)


@asynccontextmanager
async def open_sockets_watch(engine: Engine) -> AsyncGenerator["OpenSockets"]:
    """Follow the rights of whoever comes through the endpoints that `watched` has wrapped, until the block is left."""
    failure: Exception | None = None
    async with asyncio.TaskGroup() as tasks:
        sockets = OpenSockets(engine, tasks)
        try:
            yield sockets
        except Exception as error:
            # Raised again outside, so that the caller's error is not wrapped into the group's.
            failure = error
        finally:
            sockets.stop()
    if failure is not None:
        raise failure


class OpenSockets:
    """Who is connected to which session. Made by `open_sockets_watch`."""

    def __init__(self, engine: Engine, tasks: asyncio.TaskGroup) -> None:
        """Read rights from `engine`; each followed session is a task of `tasks`."""
        self._engine = engine
        self._tasks = tasks
        self._followed: dict[str, _Followed] = {}

    @property
    def sessions(self) -> list[str]:
        """The sessions that somebody is connected to."""
        return list(self._followed)

    def watched(self, endpoint: PersonsEndpoint, *, watches_when_over: bool) -> "WatchedEndpoint":
        """Return `endpoint` so that rights take effect on its open connections.

        `watches_when_over` says that the endpoint admits everybody to a session that is over as viewers.
        """
        return WatchedEndpoint(self, endpoint, watches_when_over=watches_when_over)

    def add(self, session: str, admitted: _Admitted) -> None:
        """Begin to follow what an open connection's person may do."""
        followed = self._followed.get(session)
        if followed is None:
            followed = self._followed[session] = _Followed()
            followed.follower = self._tasks.create_task(self._follow(session, followed), name=f"rights {session}")
        followed.admitted.add(admitted)
        if followed.has_doubtful:
            followed.changed.set()

    def discard(self, session: str, admitted: _Admitted) -> None:
        """Forget a connection that is over."""
        followed = self._followed.get(session)
        if followed is None:
            return
        followed.admitted.discard(admitted)
        if not followed.admitted:
            del self._followed[session]
            if followed.follower is not None:
                followed.follower.cancel()

    def stop(self) -> None:
        """Follow nobody any more."""
        for followed in self._followed.values():
            if followed.follower is not None:
                followed.follower.cancel()

    async def _follow(self, session: str, followed: _Followed) -> None:
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._hear(session, followed))
                both.create_task(self._settle(session, followed))
        except* Exception:
            log.exception("rights.follow_failed", session=session)
            # Whose rights cannot be followed must not keep them: they are admitted anew, or told to come back later.
            if self._followed.get(session) is followed:
                del self._followed[session]
            for one in followed.admitted:
                one.connection.close(CloseCode.TRY_AGAIN_LATER, "unavailable")

    async def _hear(self, session: str, followed: _Followed) -> None:
        async with self._engine.subscribe(rights_in, session=session) as changes:
            async for rights in changes:
                followed.rights = rights
                if followed.has_doubtful:
                    followed.changed.set()

    async def _settle(self, session: str, followed: _Followed) -> None:
        """Send away whoever was admitted with a role that is not theirs any more, whenever there is a doubt."""
        while True:
            await followed.changed.wait()
            followed.changed.clear()
            asked = tuple(followed.admitted)
            rights = await self._engine.run_query(rights_in, session=session)
            for one in asked:
                role = one.role_by(rights)
                if role != one.role and one.connection.is_open:
                    code, reason = farewell(rights, role)
                    log.info("rights.taken_away", session=session, user=one.user, code=int(code))
                    one.connection.close(code, reason)


class WatchedEndpoint:
    """An endpoint on whose open connections rights take effect."""

    def __init__(self, sockets: OpenSockets, endpoint: PersonsEndpoint, *, watches_when_over: bool) -> None:
        """Tell `sockets` of everybody whom `endpoint` admits."""
        self._sockets = sockets
        self._endpoint = endpoint
        self._watches_when_over = watches_when_over
        self.max_message_bytes = endpoint.max_message_bytes

    async def open(self, connection: Connection) -> SocketHandler | None:
        """Admit somebody as the endpoint does."""
        handler = await self._endpoint.open(connection)
        if handler is None:
            return None
        admitted = _Admitted(connection, handler.user, handler.role, self._watches_when_over)
        return _WatchedHandler(handler, self._sockets, connection.request.params["session"], admitted)


class _WatchedHandler:
    """Passes everything on; the end of the connection is noted. Messages reach the handler without a call between."""

    __slots__ = ("_admitted", "_handler", "_session", "_sockets", "on_message")

    def __init__(self, handler: PersonsHandler, sockets: OpenSockets, session: str, admitted: _Admitted) -> None:
        self._handler = handler
        self._sockets = sockets
        self._session = session
        self._admitted = admitted
        self.on_message = handler.on_message
        sockets.add(session, admitted)

    def on_closed(self, code: int, reason: str) -> None:
        self._sockets.discard(self._session, self._admitted)
        self._handler.on_closed(code, reason)
