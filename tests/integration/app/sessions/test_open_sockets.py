"""Whose rights are followed, from when to when, and what happens in between. The engine is real, connections are not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from tests.integration.app.conftest import Person, World
from tutorium.app.sessions import Role
from tutorium.app.sessions.open_sockets import OpenSockets, open_sockets_watch
from tutorium.engine import Engine
from tutorium.errors import UnavailableError
from tutorium.sockets.connection import Connection, SocketHandler, UpgradeRequest

pytestmark = pytest.mark.anyio


@dataclass(eq=False)
class Line:
    """A connection whose close code can be waited for."""

    session: str
    closed: list[int] = field(default_factory=list[int])
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def request(self) -> UpgradeRequest:
        return UpgradeRequest(
            path="/", query={}, headers={}, client_address="", server_origin="", params={"session": self.session}
        )

    @property
    def is_open(self) -> bool:
        return not self.closed

    def close(self, code: int, reason: str = "") -> None:
        self.closed.append(code)
        self.is_over.set()

    async def code(self) -> int:
        """Wait until the connection is closed and return with what."""
        await asyncio.wait_for(self.is_over.wait(), 5)
        return self.closed[0]


@dataclass
class Admitted:
    """The handler of an endpoint that admits a person in a role."""

    user: str
    role: Role
    heard: list[bytes | str] = field(default_factory=list[bytes | str])
    ends: list[int] = field(default_factory=list[int])

    def on_message(self, message: bytes | str) -> None:
        self.heard.append(message)

    def on_closed(self, code: int, reason: str) -> None:
        self.ends.append(code)


@dataclass
class Door:
    """An endpoint that admits `handler`, after whatever happens meanwhile."""

    handler: Admitted | None
    meanwhile: Callable[[], Awaitable[object]] | None = None
    max_message_bytes: int = 1_000

    async def open(self, connection: Connection) -> Admitted | None:
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.handler


@dataclass(frozen=True)
class Room:
    """A session with an owner and an editor, and the watch under test."""

    owner: Person
    friend: Person
    session: str
    sockets: OpenSockets

    async def come(self, role: Role = "editor", meanwhile: Callable[[], Awaitable[object]] | None = None) -> Any:
        """Connect the friend; return the line and the handler that the server calls."""
        line = Line(self.session)
        door = Door(Admitted(str(self.friend.id), role), meanwhile)
        handler = await self.sockets.watched(door, watches_when_over=False).open(cast("Connection", line))
        assert handler is not None
        return line, handler

    async def remove(self) -> None:
        """Take the friend's rights away."""
        await self.owner.call("sessions:removeMember", session=self.session, user=self.friend.id)


@pytest.fixture
async def room(world: World) -> AsyncIterator[Room]:
    """A session with a friend in it."""
    owner, friend = await world.person("Ann", admin=True), await world.person("Ben")
    folder = await owner.call("folders:create", name="Physics")
    session = await owner.call("sessions:create", folder=folder, title="Tides")
    await friend.call("sessions:join", code=(await owner.call("sessions:share", session=session, role="editor"))["code"])
    async with open_sockets_watch(world.engine) as sockets:
        yield Room(owner, friend, session, sockets)


async def settle() -> None:
    """Let everything that can happen by itself happen."""
    for _ in range(200):
        await asyncio.sleep(0)


async def test_rights_that_end_while_somebody_is_admitted_end_the_connection(room: Room) -> None:
    """Between the check at the door and the entry into the list nothing is overlooked, first of a session or not."""
    line, _ = await room.come(meanwhile=room.remove)
    assert await line.code() == 4403


@pytest.mark.rule("RM47")
async def test_nobody_is_sent_away_on_old_word(world: World, room: Room) -> None:
    """Who was admitted by newer rights than the live query has told of stays."""
    before, _ = await room.come()
    await settle()
    await room.owner.call("sessions:setRole", session=room.session, user=room.friend.id, role="viewer")
    after, _ = await room.come("viewer")
    assert await before.code() == 1012
    await settle()
    assert after.is_open


async def test_a_session_is_followed_while_somebody_is_connected(room: Room) -> None:
    """The last one who goes takes the live query along; who comes later is followed again."""
    (_, first), (_, second) = await room.come(), await room.come()
    assert room.sockets.sessions == [room.session]
    first.on_closed(1000, "")
    assert room.sockets.sessions == [room.session]
    second.on_closed(1000, "")
    second.on_closed(1000, "")
    assert room.sockets.sessions == []
    line, _ = await room.come()
    await room.remove()
    assert await line.code() == 4403


async def test_the_endpoints_own_handler_hears_everything(room: Room) -> None:
    """Messages and the end are passed on, the limit of messages stays, and a refusal stays a refusal."""
    admitted = Admitted(str(room.friend.id), "editor")
    endpoint = room.sockets.watched(Door(admitted, max_message_bytes=77), watches_when_over=False)
    assert endpoint.max_message_bytes == 77
    handler = cast("SocketHandler", await endpoint.open(cast("Connection", Line(room.session))))
    handler.on_message("hello")
    handler.on_closed(1001, "")
    assert (admitted.heard, admitted.ends) == (["hello"], [1001])
    refusing = room.sockets.watched(Door(None), watches_when_over=False)
    assert await refusing.open(cast("Connection", Line(room.session))) is None
    assert room.sockets.sessions == []


async def test_rights_that_cannot_be_followed_are_not_kept() -> None:
    """When the live query fails, everybody of the session is asked to come back later."""

    class Broken:
        @asynccontextmanager
        async def subscribe(self, *_: object, **__: object) -> AsyncIterator[object]:
            raise UnavailableError
            yield

    async with open_sockets_watch(cast("Engine", Broken())) as sockets:
        line = Line("s")
        await sockets.watched(Door(Admitted("u", "owner")), watches_when_over=True).open(cast("Connection", line))
        assert await line.code() == 1013
        assert sockets.sessions == []


async def test_trouble_beside_the_watch_is_told_as_it_is(world: World) -> None:
    """An error in the block comes out as itself, not in a group."""
    with pytest.raises(UnavailableError):
        async with open_sockets_watch(world.engine):
            raise UnavailableError
