"""Stand-ins at the edge of the channels: a clock that tests move, a connection without a network, a Yjs peer."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, Map, TransactionEvent

from tutorium.errors import TutoriumError
from tutorium.realtime.whiteboard import BoardEndpoint, MemoryRoomStore, RoomRegistry, open_room_registry
from tutorium.realtime.whiteboard.messages import MessageKind, decode_message, encode_message
from tutorium.realtime.whiteboard.ports import Participant
from tutorium.sockets.connection import SocketHandler, UpgradeRequest


class VirtualClock:
    """A runtime whose time passes only in `advance`, and whose randomness is counted."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def now_ns(self) -> int:
        return int(self.now * 1e9)

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), future))
        await future

    def random_bytes(self, size: int) -> bytes:
        return next(self._numbers).to_bytes(size, "big")

    def new_uuid(self) -> str:
        return f"uuid-{next(self._numbers)}"

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking sleepers one by one and letting everything they cause happen."""
        end = self.now + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            self.now = max(self.now, due)
            if not future.done():
                future.set_result(None)
                await settle()
        self.now = end
        await settle()


async def settle() -> None:
    """Let everything that can happen without time happen."""
    for _ in range(20):
        await asyncio.sleep(0)


def request(path: str = "/", *, params: Mapping[str, str] | None = None, **query: str) -> UpgradeRequest:
    """An upgrade request."""
    return UpgradeRequest(
        path=path,
        query=query,
        headers={},
        client_address="127.0.0.1",
        server_origin="http://test",
        params=params or {"session": "room"},
    )


def decode_frames(data: bytes) -> Iterator[bytes | str]:
    """The messages of unmasked, unfragmented frames that follow one another."""
    at = 0
    while at < len(data):
        opcode, size = data[at] & 0x0F, data[at + 1]
        at += 2
        if size == 126:
            size, at = int.from_bytes(data[at : at + 2], "big"), at + 2
        elif size == 127:
            size, at = int.from_bytes(data[at : at + 8], "big"), at + 8
        body = data[at : at + size]
        yield body.decode() if opcode == 1 else body
        at += size


_connection_numbers = itertools.count(1)


@dataclass(eq=False)
class FakeConnection:
    """A connection whose other side is the test: `received` is what was sent to it."""

    request: UpgradeRequest = field(default_factory=request)
    id: str = field(default_factory=lambda: f"c{next(_connection_numbers)}")
    received: list[bytes | str] = field(default_factory=list)
    writes: int = 0
    closed: tuple[int, str] | None = None
    handler: SocketHandler | None = None
    buffered: int = 0
    on_drained: list[Callable[[], None]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.closed is None

    def send(self, message: bytes | str) -> None:
        if self.is_open:
            self.writes += 1
            self.received.append(message)

    def send_frame(self, frame: bytes) -> None:
        if self.is_open:
            self.writes += 1
            self.received.extend(decode_frames(frame))

    def buffered_bytes(self) -> int:
        return self.buffered

    def when_drained(self, callback: Callable[[], None]) -> None:
        self.on_drained.append(callback)
        if not self.buffered or not self.is_open:
            self.drain()

    def drain(self) -> None:
        """The other side has read everything."""
        self.buffered = 0
        waiting, self.on_drained = self.on_drained, []
        for callback in waiting:
            callback()

    def close(self, code: int, reason: str = "") -> None:
        if self.is_open:
            self.closed = (int(code), reason)
            self.drain()
            if self.handler is not None:
                self.handler.on_closed(int(code), reason)

    def hang_up(self) -> None:
        """The other side vanishes."""
        self.close(1006)


def person(name: str = "ann", role: Any = "editor") -> Participant:
    """Somebody on a board."""
    return Participant(user=name, name=name.title(), role=role)


class OpenDoors:
    """Board access for everybody; the user and role are in the query, errors by name."""

    def __init__(self, refusals: Mapping[str, TutoriumError] | None = None) -> None:
        self.refusals = dict(refusals or {})

    async def authorize(self, room: str, request: UpgradeRequest) -> Participant:
        if room in self.refusals:
            raise self.refusals[room]
        role: Any = request.query.get("role", "editor")
        return person(request.query.get("user", "ann"), role)


class YjsClient:
    """A browser's replica speaking y-protocols over a FakeConnection."""

    def __init__(self, *, doc: Doc[Any] | None = None, client_id: int | None = None) -> None:
        self.doc: Doc[Any] = doc or Doc(client_id=client_id)
        self.elements: Map[Any] = self.doc.get("elements", type=Map)
        self.files: Map[Any] = self.doc.get("files", type=Map)
        self.meta: Map[Any] = self.doc.get("meta", type=Map)
        self.connection: FakeConnection | None = None
        self._is_remote = False
        self._read = 0
        self.unsent: list[bytes] = []
        self.doc.observe(self._on_change)

    def _on_change(self, event: TransactionEvent) -> None:
        if not self._is_remote:
            self.unsent.append(event.update)

    def connect(self, connection: FakeConnection, handler: SocketHandler) -> None:
        """Begin to sync as the provider does: step 1 first."""
        connection.handler = handler
        self.connection = connection
        self._read = 0
        self.unsent.clear()
        handler.on_message(encode_message(MessageKind.STATE_VECTOR, self.doc.get_state()))
        self.pump()

    def pump(self) -> None:
        """Send what was changed here and take in what was received."""
        assert self.connection is not None
        assert self.connection.handler is not None
        unsent, self.unsent = self.unsent, []
        for update in unsent:
            self.connection.handler.on_message(encode_message(MessageKind.UPDATE, update))
        while self._read < len(self.connection.received):
            data = self.connection.received[self._read]
            self._read += 1
            assert isinstance(data, bytes)
            self._take(data)

    def _take(self, data: bytes) -> None:
        assert self.connection is not None
        assert self.connection.handler is not None
        message = decode_message(data)
        if message.kind is MessageKind.STATE_VECTOR:
            missing = self.doc.get_update(message.body)
            self.connection.handler.on_message(encode_message(MessageKind.MISSING_UPDATE, missing))
        elif message.kind in (MessageKind.UPDATE, MessageKind.MISSING_UPDATE):
            with self.remote():
                self.doc.apply_update(message.body)

    @contextmanager
    def remote(self) -> Iterator[None]:
        self._is_remote = True
        try:
            yield
        finally:
            self._is_remote = False

    def draw(self, element_id: str, **keys: Any) -> None:
        """Add a rectangle."""
        self.elements[element_id] = Map(
            {"type": "rectangle", "x": 0, "y": 0, "width": 10, "height": 10, "index": "a0", "seed": 1, **keys}
        )

    def seen(self) -> dict[str, Any]:
        """The elements as plain values."""
        return self.elements.to_py() or {}


class Boards:
    """Open boards with a moved clock: enter, draw, look."""

    def __init__(self, rooms: RoomRegistry, store: MemoryRoomStore, clock: VirtualClock, access: OpenDoors) -> None:
        self.rooms = rooms
        self.store = store
        self.clock = clock
        self.endpoint = BoardEndpoint(rooms, access)
        self.people: list[YjsClient] = []

    async def connect(self, user: str = "ann", *, role: str = "editor", room: str = "room", **query: str) -> FakeConnection:
        """Open a connection without syncing; `handler` is None when it was turned away."""
        connection = FakeConnection(request=request(params={"session": room}, user=user, role=role, **query))
        connection.handler = await self.endpoint.open(connection)
        return connection

    async def enter(self, user: str = "ann", *, client: YjsClient | None = None, **options: str) -> YjsClient:
        """Open a connection and sync a replica over it."""
        connection = await self.connect(user, **options)
        assert connection.handler is not None, connection.closed
        person = client or YjsClient()
        person.connect(connection, connection.handler)
        self.people.append(person)
        await self.exchange()
        return person

    async def exchange(self) -> None:
        """Let everybody send and receive until nothing is under way."""
        for _ in range(4):
            for person in self.people:
                if person.connection is not None and person.connection.is_open:
                    person.pump()
            await settle()

    async def unload(self, room: str = "room") -> None:
        """Everybody sends what they have, leaves, and the room is closed."""
        await self.exchange()
        for person in self.people:
            if person.connection is not None:
                person.connection.hang_up()
        self.people.clear()
        await self.clock.advance(90)
        assert all(live.name != room for live in self.rooms.rooms)


@asynccontextmanager
async def open_boards(
    clock: VirtualClock, store: MemoryRoomStore | None = None, refusals: Mapping[str, TutoriumError] | None = None
) -> AsyncGenerator[Boards]:
    """Boards in memory."""
    kept = store or MemoryRoomStore()
    async with open_room_registry(kept, runtime=clock) as rooms:
        yield Boards(rooms, kept, clock, OpenDoors(refusals))
