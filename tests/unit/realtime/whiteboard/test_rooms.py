"""People, the tutor and repair on one board."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from pycrdt import Doc, Map

from tests.unit.realtime.doubles import FakeConnection, VirtualClock, YjsClient, open_boards, settle
from tutorium.errors import ForbiddenError, NotFoundError, NotSignedInError, UnavailableError
from tutorium.realtime.whiteboard import InvalidElementError, MemoryRoomStore, RoomStoreError, StoredRoom
from tutorium.realtime.whiteboard.messages import (
    AwarenessEntry,
    MessageKind,
    decode_awareness,
    decode_message,
    encode_awareness,
    encode_message,
)
from tutorium.realtime.whiteboard.room import MAX_BOARD_BYTES
from tutorium.sockets.close_codes import CloseCode

pytestmark = pytest.mark.anyio

BOX = {"type": "rectangle", "x": 1, "y": 2, "width": 3, "height": 4}


def presence(client: int, clock: int, state: str = "{}") -> bytes:
    """An awareness message."""
    return encode_message(MessageKind.AWARENESS, encode_awareness([AwarenessEntry(client, clock, state.encode())]))


def heard(connection: FakeConnection) -> list[AwarenessEntry]:
    """The presence a connection was told."""
    messages = [decode_message(data) for data in connection.received if isinstance(data, bytes)]
    return [e for m in messages if m.kind is MessageKind.AWARENESS for e in decode_awareness(m.body)]


def kinds(connection: FakeConnection) -> list[MessageKind]:
    """The kinds of messages a connection was sent."""
    return [decode_message(data).kind for data in connection.received if isinstance(data, bytes)]


@pytest.mark.rule("RM5")
@pytest.mark.parametrize(
    ("error", "code"),
    [(NotSignedInError(), 4401), (ForbiddenError(), 4403), (NotFoundError(), 4404), (UnavailableError(), 1013)],
)
async def test_who_may_not_enter_is_told_why(clock: VirtualClock, error: Any, code: int) -> None:
    """Each refusal has its own close code, and no room is opened."""
    async with open_boards(clock, refusals={"room": error}) as boards:
        connection = await boards.connect()
        assert connection.handler is None
        assert connection.closed is not None
        assert connection.closed[0] == code
        assert boards.rooms.rooms == []


@pytest.mark.rule("RM6")
async def test_the_server_asks_first(clock: VirtualClock) -> None:
    """A newcomer is sent the state vector, then who is here."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        assert ann.connection is not None
        assert ann.connection.handler is not None
        ann.connection.handler.on_message(presence(1, 1))
        bob = await boards.connect("bob")
        assert kinds(bob) == [MessageKind.STATE_VECTOR, MessageKind.AWARENESS]


@pytest.mark.rule("RM10")
async def test_updates_are_relayed_as_they_came(clock: VirtualClock) -> None:
    """The others get the sender's very bytes; the sender gets nothing back."""
    async with open_boards(clock) as boards:
        ann, bob = await boards.enter("ann"), await boards.enter("bob")
        assert ann.connection is not None
        assert bob.connection is not None
        before = len(ann.connection.received)
        ann.draw("a")
        sent = encode_message(MessageKind.UPDATE, ann.unsent[0])
        await boards.exchange()
        assert sent in bob.connection.received
        assert len(ann.connection.received) == before
        assert bob.seen() == ann.seen()


@pytest.mark.rule("RM12")
async def test_one_turn_is_one_write(clock: VirtualClock) -> None:
    """Many updates in one turn of the loop reach each peer in a single write, senders without their own."""
    async with open_boards(clock) as boards:
        ann, bob, cat = [await boards.enter(name) for name in ("ann", "bob", "cat")]
        writes = [p.connection.writes for p in (ann, bob, cat) if p.connection]
        for number in range(5):
            ann.draw(f"a{number}")
            bob.draw(f"b{number}")
        ann.pump()
        bob.pump()
        await settle()
        after = [p.connection.writes for p in (ann, bob, cat) if p.connection]
        assert [b - a for a, b in zip(writes, after, strict=True)] == [1, 1, 1]
        await boards.exchange()
        assert len(ann.seen()) == len(bob.seen()) == len(cat.seen()) == 10


@pytest.mark.rule("RM11")
async def test_viewers_only_watch(clock: VirtualClock) -> None:
    """A viewer sees everything and changes nothing, neither by update nor by answer."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        ann.draw("a")
        viewer = YjsClient()
        viewer.draw("smuggled")
        await boards.enter("vic", client=viewer, role="viewer")
        viewer.draw("drawn")
        await boards.exchange()
        assert "a" in viewer.seen()
        assert set(ann.seen()) == {"a"}
        assert [e["id"] for e in await boards.rooms.snapshot("room")] == ["a"]
        assert viewer.connection is not None
        assert viewer.connection.handler is not None
        viewer.connection.handler.on_message(presence(7, 1))
        await settle()
        assert ann.connection is not None
        assert [e.client for e in heard(ann.connection)] == [7]


@pytest.mark.rule("RM2")
async def test_unknown_messages_do_no_harm(clock: VirtualClock) -> None:
    """A kind that is not known leaves the connection open."""
    async with open_boards(clock) as boards:
        connection = await boards.connect()
        assert connection.handler is not None
        connection.handler.on_message(b"\x09whatever")
        assert connection.is_open


@pytest.mark.rule("RM3")
@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"", 1002),
        (b"\x00\x02\x05", 1002),
        (b"\x00\x02\x03abc", 1002),
        (b"\x00\x00\x02\xff\xff", 1002),
        (b"\x00\x00\x02\x05\x01", 1002),
        ("text", 1003),
    ],
)
async def test_malformed_messages_close(clock: VirtualClock, message: bytes | str, code: int) -> None:
    """What is no y-protocols message closes its own connection only."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        bad = await boards.connect("bob")
        assert bad.handler is not None
        bad.handler.on_message(message)
        assert bad.closed is not None
        assert bad.closed[0] == code
        ann.draw("a")
        await boards.exchange()
        assert len(await boards.rooms.snapshot("room")) == 1


@pytest.mark.rule("RM4")
async def test_the_frame_limit_is_eight_mebibytes(clock: VirtualClock) -> None:
    """The connection layer is told to refuse larger messages."""
    async with open_boards(clock) as boards:
        assert boards.endpoint.max_message_bytes == 8 * 1024 * 1024


@pytest.mark.rule("RM14")
async def test_answers_without_news_are_not_kept(clock: VirtualClock) -> None:
    """A replica that repeats all deletions on each reconnect does not grow the log."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        ann.draw("a")
        del ann.elements["a"]["x"]
        await boards.exchange()
        await clock.advance(1)
        rows = len((await boards.store.load("room")).updates)
        bob = await boards.enter("bob")
        for _ in range(3):
            assert ann.connection is not None
            ann.connection.hang_up()
            await boards.enter("ann", client=ann)
        await clock.advance(1)
        assert len((await boards.store.load("room")).updates) == rows
        assert bob.connection is not None
        assert MessageKind.UPDATE not in kinds(bob.connection)


@pytest.mark.rule("RM17")
async def test_the_tutors_writes_are_durable_before_anybody_sees_them(clock: VirtualClock) -> None:
    """While the store is writing, neither a peer nor a newcomer gets what the tutor drew."""
    store = GatedStore()
    async with open_boards(clock, store) as boards:
        ann = await boards.enter("ann")
        store.gate.clear()
        drawing = asyncio.create_task(boards.rooms.edit("room", lambda e: e.add("t", BOX), by="tutor"))
        await settle()
        bob = await boards.enter("bob")
        ann.draw("a")
        await boards.exchange()
        assert "t" not in ann.seen()
        assert bob.seen().keys() == {"a"}
        assert not drawing.done()
        store.gate.set()
        await asyncio.wait_for(drawing, 1)
        await boards.exchange()
        assert ann.seen().keys() == bob.seen().keys() == {"a", "t"}


async def test_a_newcomer_that_leaves_while_waiting_is_forgotten(clock: VirtualClock) -> None:
    """The answer that waits for durability is not sent to a connection that has gone."""
    store = GatedStore()
    async with open_boards(clock, store) as boards:
        await boards.enter("ann")
        store.gate.clear()
        drawing = asyncio.create_task(boards.rooms.edit("room", lambda e: e.add("t", BOX), by="tutor"))
        await settle()
        bob = await boards.enter("bob")
        assert bob.connection is not None
        bob.connection.hang_up()
        store.gate.set()
        await asyncio.wait_for(drawing, 1)
        assert MessageKind.MISSING_UPDATE not in kinds(bob.connection)


@pytest.mark.rule("RM17")
async def test_a_cancelled_edit_is_still_relayed(clock: VirtualClock) -> None:
    """Who stops waiting for an edit does not stop it: it becomes durable and is seen."""
    store = GatedStore()
    async with open_boards(clock, store) as boards:
        ann = await boards.enter("ann")
        store.gate.clear()
        drawing = asyncio.create_task(boards.rooms.edit("room", lambda e: e.add("t", BOX), by="tutor"))
        await settle()
        drawing.cancel()
        await settle()
        store.gate.set()
        await boards.exchange()
        assert "t" in ann.seen()


@pytest.mark.rule("RM18")
async def test_an_edit_that_raises_writes_nothing(clock: VirtualClock) -> None:
    """All or nothing, also when the mistake comes after good steps."""
    async with open_boards(clock) as boards:

        def draw(editor: Any) -> None:
            editor.add("t", BOX)
            editor.add("u", {**BOX, "type": "iframe"})

        with pytest.raises(InvalidElementError):
            await boards.rooms.edit("room", draw, by="tutor")
        assert await boards.rooms.snapshot("room") == []


@pytest.mark.rule("RM18")
async def test_an_edit_returns_what_its_editor_returns(clock: VirtualClock) -> None:
    """Results and strokes of people are available to the editor; an edit without writes is fine."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        ann.draw("a", type="freedraw", points=[[0, 0], [1, 1]])
        await boards.exchange()
        assert await boards.rooms.edit("room", lambda e: [x["type"] for x in e.elements], by="tutor") == ["freedraw"]


class GatedStore(MemoryRoomStore):
    """A store that the test can hold up or break."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.is_down = False

    async def append(self, room: str, updates: Sequence[bytes]) -> None:
        await self.gate.wait()
        if self.is_down:
            raise OSError("down")
        await super().append(room, updates)

    async def load(self, room: str) -> StoredRoom:
        if self.is_down:
            raise OSError("down")
        return await super().load(room)


@pytest.mark.rule("RM19")
async def test_a_store_that_stays_down_sends_everybody_away(clock: VirtualClock) -> None:
    """Edits fail, people are closed with 1013, and their replicas bring back what was not kept."""
    store = GatedStore()
    async with open_boards(clock, store) as boards:
        ann = await boards.enter("ann")
        store.is_down = True
        ann.draw("a")
        await boards.exchange()
        editing = asyncio.create_task(boards.rooms.edit("room", lambda e: e.add("t", BOX), by="tutor"))
        await clock.advance(10)
        with pytest.raises(RoomStoreError):
            await editing
        assert ann.connection is not None
        assert ann.connection.closed == (1013, "")
        with pytest.raises(RoomStoreError):
            await boards.rooms.snapshot("room")
        late = await boards.connect("bob")
        assert late.closed == (1013, "unavailable")
        store.is_down = False
        await boards.enter("ann", client=ann)
        assert [e["id"] for e in await boards.rooms.snapshot("room")] == ["a"]


@pytest.mark.rule("RM19")
async def test_an_update_that_cannot_be_kept_closes_the_room(clock: VirtualClock) -> None:
    """Nobody goes on drawing on a board whose log takes nothing more."""
    async with open_boards(clock) as boards:
        ann, bob = await boards.enter("ann"), await boards.enter("bob")
        boards.rooms.rooms[0].log.close()
        ann.draw("a")
        ann.pump()
        ann.pump()
        await settle()
        for person in (ann, bob):
            assert person.connection is not None
            assert person.connection.closed is not None
            assert person.connection.closed[0] == 1013
        await boards.enter("ann", client=ann)
        assert [e["id"] for e in await boards.rooms.snapshot("room")] == ["a"]


async def test_errors_of_the_server_are_not_wrapped(clock: VirtualClock) -> None:
    """What goes wrong while boards are open leaves as it is, and everything is durable."""
    store = MemoryRoomStore()

    async def go_wrong() -> None:
        async with open_boards(clock, store) as boards:
            ann = await boards.enter("ann")
            ann.draw("a")
            ann.pump()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await go_wrong()
    async with open_boards(clock, store) as boards:
        assert len(await boards.rooms.snapshot("room")) == 1


async def test_presence_can_be_read(clock: VirtualClock) -> None:
    """The application sees what people show of themselves, such as the part of the board they look at."""
    async with open_boards(clock) as boards:
        ann = await boards.connect("ann")
        assert ann.handler is not None
        ann.handler.on_message(presence(1, 1, '{"view":{"x":0,"y":0,"w":10,"h":5}}'))
        assert boards.rooms.rooms[0].presence == [{"view": {"x": 0, "y": 0, "w": 10, "h": 5}}]


@pytest.mark.rule("RM20")
async def test_there_is_one_room(clock: VirtualClock) -> None:
    """People and the tutor who come at once meet in the same room, loaded once."""
    store = CountingStore()
    async with open_boards(clock, store) as boards:
        await asyncio.gather(*(boards.connect(f"p{n}") for n in range(20)), *(boards.rooms.snapshot("room") for _ in range(5)))
        assert store.loads == 1
        assert len(boards.rooms.rooms) == 1
        assert len(boards.rooms.rooms[0].peers) == 20


class CountingStore(MemoryRoomStore):
    """Counts loads, each of which takes a few turns of the loop."""

    loads = 0

    async def load(self, room: str) -> StoredRoom:
        self.loads += 1
        for _ in range(5):
            await asyncio.sleep(0)
        return await super().load(room)


@pytest.mark.rule("RM21")
async def test_idle_rooms_are_unloaded_and_come_back(clock: VirtualClock) -> None:
    """A minute after the last one left the room is gone; everything is there when somebody comes."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        ann.draw("a")
        await boards.exchange()
        assert ann.connection is not None
        ann.connection.hang_up()
        await clock.advance(45)
        assert len(boards.rooms.rooms) == 1
        await clock.advance(35)
        assert boards.rooms.rooms == []
        bob = await boards.enter("bob")
        assert "a" in bob.seen()


@pytest.mark.rule("RM21")
async def test_who_comes_while_a_room_closes_waits_for_the_next_one(clock: VirtualClock) -> None:
    """A room that is being folded is never joined; its successor has everything."""
    store = SlowCompaction()
    async with open_boards(clock, store) as boards:
        ann = await boards.enter("ann")
        for number in range(200):
            ann.draw(f"e{number}", index=f"a{number % 10}")
            ann.pump()
            if number % 50 == 49:
                await clock.advance(0.1)
        store.gate.clear()
        assert ann.connection is not None
        ann.connection.hang_up()
        await clock.advance(90)
        coming = asyncio.create_task(boards.connect("bob"))
        await settle()
        assert not coming.done()
        store.gate.set()
        connection = await asyncio.wait_for(coming, 1)
        assert connection.is_open
        assert len(await boards.rooms.snapshot("room")) == 200


class SlowCompaction(MemoryRoomStore):
    """Compaction takes as long as the test says."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()

    async def compact(self, room: str, snapshot: Sequence[bytes], epoch: int) -> None:
        await self.gate.wait()
        await super().compact(room, snapshot, epoch)


@pytest.mark.rule("RM22")
async def test_shutdown_keeps_everything(clock: VirtualClock) -> None:
    """Everybody is told to come back, and what they drew a moment ago is durable; nothing opens any more."""
    store = MemoryRoomStore()
    async with open_boards(clock, store) as boards:
        ann = await boards.enter("ann")
        ann.draw("a")
        ann.pump()
        rooms = boards.rooms
    assert ann.connection is not None
    assert ann.connection.closed == (CloseCode.SERVICE_RESTART, "")
    with pytest.raises(UnavailableError):
        await rooms.snapshot("room")
    async with open_boards(clock, store) as boards:
        assert [e["id"] for e in await boards.rooms.snapshot("room")] == ["a"]


@pytest.mark.rule("RM22")
async def test_a_restore_that_is_cut_short_by_shutdown_says_so(clock: VirtualClock) -> None:
    """Its later steps are refused instead of waiting for ever."""
    snapshot = [{**BOX, "id": f"e{number}"} for number in range(500)]
    store = GatedStore()
    async with open_boards(clock, store) as boards:
        await boards.rooms.snapshot("room")
        store.gate.clear()
        restoring = asyncio.create_task(boards.rooms.restore("room", snapshot))
        await settle()
        closing = asyncio.create_task(boards.rooms.close())
        await settle()
        store.gate.set()
        await asyncio.wait_for(closing, 1)
        with pytest.raises(UnavailableError):
            await asyncio.wait_for(restoring, 1)


@pytest.mark.rule("RM24")
async def test_every_opening_writes_under_a_fresh_client(clock: VirtualClock) -> None:
    """The server's client id is never used twice."""
    async with open_boards(clock) as boards:
        ids: set[int] = set()
        for _ in range(3):
            await boards.enter("ann")
            ids.add(boards.rooms.rooms[0].board.client_id)
            await boards.unload()
        assert len(ids) == 3


@pytest.mark.rule("RM7")
@pytest.mark.rule("RM8")
@pytest.mark.rule("RM9")
async def test_epochs(clock: VirtualClock) -> None:
    """After a fresh document old replicas are sent away, empty ones and those that name the epoch are let in."""
    async with open_boards(clock) as boards:
        old = await _overgrown_board(boards)
        late = await boards.connect("ann")
        old.draw("lost")
        old.connect(late, late.handler)  # type: ignore[arg-type]
        assert late.closed == (CloseCode.OLD_EPOCH, "old_epoch")
        assert [e["id"] for e in await boards.rooms.snapshot("room")] == ["a"]
        fresh = await boards.enter("bob", epoch="0")
        assert fresh.meta["epoch"] == 1
        fresh.draw("b")
        await boards.exchange()
        assert fresh.connection is not None
        fresh.connection.hang_up()
        again = await boards.enter("bob", client=fresh, epoch="1")
        assert again.connection is not None
        assert again.connection.is_open
        assert [e["id"] for e in await boards.rooms.snapshot("room")] == ["a", "b"]


@pytest.mark.rule("RM8")
@pytest.mark.parametrize("epoch", ["0", "2", "-1", "x", "9" * 40])
async def test_updates_of_an_old_replica_are_not_merged(clock: VirtualClock, epoch: str) -> None:
    """Nor when it sends them before its state vector."""
    async with open_boards(clock) as boards:
        await _overgrown_board(boards)
        rogue = await boards.connect("eve", epoch=epoch)
        stale = YjsClient()
        stale.draw("stale")
        assert rogue.handler is not None
        rogue.handler.on_message(encode_message(MessageKind.UPDATE, stale.unsent[0]))
        assert rogue.closed == (CloseCode.OLD_EPOCH, "old_epoch")
        assert [e["id"] for e in await boards.rooms.snapshot("room")] == ["a"]


async def _overgrown_board(boards: Any) -> YjsClient:
    """A board that has been dragged for long and compacted; returns a replica of before."""
    ann = await boards.enter("ann")
    ann.draw("a")
    for number in range(2_000):
        ann.elements["a"]["x"] = number
        ann.elements["a"]["y"] = number
    ann.pump()
    await boards.unload()
    assert (await boards.store.load("room")).epoch == 1
    return ann


@pytest.mark.rule("RM9")
async def test_meta_is_the_servers(clock: VirtualClock) -> None:
    """Schema, epoch and background are there, and a peer's other opinion is corrected."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        assert dict(ann.meta.items()) == {"schema": 1, "epoch": 0, "background": "#ffffff"}
        ann.meta["epoch"] = 7
        ann.meta["schema"] = 3
        await boards.exchange()
        await clock.advance(1)
        await boards.exchange()
        assert ann.meta["epoch"] == 0
        assert ann.meta["schema"] == 1


@pytest.mark.rule("RM26")
@pytest.mark.rule("RM27")
async def test_repair_comes_within_a_second_and_to_everybody(clock: VirtualClock) -> None:
    """What a careless peer draws is mended on all pages, once."""
    async with open_boards(clock) as boards:
        ann, bob = await boards.enter("ann"), await boards.enter("bob")
        ann.draw("a", x=float("inf"))
        ann.draw("b")
        ann.draw("c", type="iframe", index="a1")
        await boards.exchange()
        await clock.advance(0.99)
        await boards.exchange()
        for person in (ann, bob):
            seen = person.seen()
            assert seen["a"]["x"] == 1e6
            assert seen["b"]["index"] > seen["a"]["index"]
            assert seen["c"]["isDeleted"] is True
        rows = len((await boards.store.load("room")).updates)
        await clock.advance(5)
        assert len((await boards.store.load("room")).updates) == rows


@pytest.mark.rule("RM26")
async def test_a_failing_repair_leaves_the_board_open(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """People draw on, and the next pass does its work."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        room = boards.rooms.rooms[0]

        async def fail() -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patched:
            patched.setattr(room, "repair", fail)
            ann.draw("a", x=float("inf"))
            await boards.exchange()
            await clock.advance(1)
        ann.draw("b", x=float("inf"))
        await boards.exchange()
        await clock.advance(1)
        await boards.exchange()
        assert [element["x"] for element in ann.seen().values()] == [1e6, 1e6]


@pytest.mark.rule("RM30")
async def test_a_full_board_takes_nothing_more(clock: VirtualClock) -> None:
    """An update that would grow a board beyond its limit closes the connection and is not merged."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        boards.rooms.rooms[0].board.doc_bytes = MAX_BOARD_BYTES - 10
        ann.draw("a")
        await boards.exchange()
        assert ann.connection is not None
        assert ann.connection.closed == (CloseCode.MESSAGE_TOO_BIG, "board_full")
        assert await boards.rooms.snapshot("room") == []


@pytest.mark.rule("RM36")
async def test_presence_reaches_everybody_its_sender_too(clock: VirtualClock) -> None:
    """The echo keeps a lone client connected; newcomers can ask again."""
    async with open_boards(clock) as boards:
        ann, bob = await boards.connect("ann"), await boards.connect("bob")
        assert ann.handler is not None
        assert bob.handler is not None
        ann.handler.on_message(presence(5, 1, '{"user":{"id":"ann"}}'))
        await settle()
        assert [e.client for e in heard(ann)] == [e.client for e in heard(bob)] == [5]
        bob.handler.on_message(encode_message(MessageKind.QUERY_AWARENESS))
        assert len(heard(bob)) == 2
        assert (await boards.store.load("room")).updates[1:] == ()


@pytest.mark.rule("RM37")
@pytest.mark.rule("RM38")
async def test_only_honest_presence_is_relayed(clock: VirtualClock) -> None:
    """From a message with good and bad entries the good ones are told on."""
    async with open_boards(clock) as boards:
        ann, bob = await boards.connect("ann"), await boards.connect("bob")
        assert bob.handler is not None
        good, bad = AwarenessEntry(5, 1, b'{"user":{"id":"bob"}}'), AwarenessEntry(6, 1, b'{"user":{"id":"ann"}}')
        bob.handler.on_message(encode_message(MessageKind.AWARENESS, encode_awareness([good, bad])))
        await settle()
        assert heard(ann) == [good]


@pytest.mark.rule("RM37")
async def test_echoes_cost_nothing_and_a_return_is_news(clock: VirtualClock) -> None:
    """What providers send back is dropped; the same words from somebody who was away are told again."""
    async with open_boards(clock) as boards:
        ann, bob = await boards.connect("ann"), await boards.connect("bob")
        assert ann.handler is not None
        assert bob.handler is not None
        ann.handler.on_message(presence(5, 1))
        for _ in range(3):
            bob.handler.on_message(presence(5, 1))
        await settle()
        assert [e.state for e in heard(bob)] == [b"{}"]
        ann.hang_up()
        again = await boards.connect("ann")
        assert again.handler is not None
        again.handler.on_message(presence(5, 1))
        await settle()
        assert [e.state for e in heard(bob)] == [b"{}", b"null", b"{}"]
        for clock_value in range(2, 600):
            again.handler.on_message(presence(5, clock_value))
        await settle()
        assert len(heard(bob)) == 601


@pytest.mark.rule("RM39")
async def test_presence_is_taken_away(clock: VirtualClock) -> None:
    """When the connection ends at once, when a client is silent after 30 s."""
    async with open_boards(clock) as boards:
        ann, bob, cat = [await boards.connect(name) for name in ("ann", "bob", "cat")]
        for number, connection in enumerate((ann, bob)):
            assert connection.handler is not None
            connection.handler.on_message(presence(number, 1))
        await settle()
        ann.hang_up()
        await settle()
        assert AwarenessEntry(0, 1, b"null") in heard(cat)
        await clock.advance(36)
        assert AwarenessEntry(1, 1, b"null") in heard(cat)


@pytest.mark.rule("RM40")
async def test_the_tutor_is_seen_and_renewed(clock: VirtualClock) -> None:
    """Its cursor and status reach everybody, newcomers too, under an ever newer clock."""
    async with open_boards(clock) as boards:
        boards.rooms.set_tutor_presence("room", {"x": 1, "y": 2}, "drawing")
        ann = await boards.connect("ann")
        assert heard(ann) == []
        boards.rooms.set_tutor_presence("room", {"x": 1, "y": 2}, "drawing")
        await settle()
        bob = await boards.connect("bob")
        assert b'"kind":"tutor"' in heard(bob)[0].state
        assert heard(bob)[0].client == boards.rooms.rooms[0].board.client_id
        await clock.advance(31)
        assert [e.clock for e in heard(bob)] == [1, 2, 3]


@pytest.mark.rule("RM43")
@pytest.mark.rule("RM44")
async def test_restore_brings_a_snapshot_back(clock: VirtualClock) -> None:
    """Deleted, changed and added elements are as they were; ids stay and nothing is removed from the document."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        for number in range(5):
            ann.draw(f"e{number}", index=f"a{number}")
        ann.draw("t", type="text", index="a6", text="hi", originalText="hi")
        await boards.exchange()
        before, digest = await boards.rooms.snapshot("room"), await boards.rooms.digest("room")
        ann.elements["e1"]["isDeleted"] = True
        ann.elements["e2"]["x"] = 70
        ann.elements["e2"]["opacity"] = 50
        ann.elements["e3"]["index"] = "a9"
        ann.elements["t"]["text"] = "changed"
        ann.draw("late", index="aA")
        await boards.exchange()
        assert await boards.rooms.digest("room") != digest
        await boards.rooms.restore("room", before)
        await boards.exchange()
        assert await boards.rooms.digest("room") == digest
        assert set(ann.seen()) == {"e0", "e1", "e2", "e3", "e4", "t", "late"}
        assert ann.seen()["late"]["isDeleted"] is True
        assert ann.seen()["e2"]["opacity"] == 100


@pytest.mark.rule("RM43")
async def test_restore_on_a_fresh_document(clock: VirtualClock) -> None:
    """What compaction has forgotten is drawn again."""
    async with open_boards(clock) as boards:
        await boards.rooms.edit("room", lambda e: e.add("a", BOX), by="tutor")
        before, digest = await boards.rooms.snapshot("room"), await boards.rooms.digest("room")
        await boards.rooms.restore("other", before)
        assert await boards.rooms.digest("other") == digest


async def test_losing_access_closes_the_board(clock: VirtualClock) -> None:
    """A person's connections are closed, those of others stay."""
    async with open_boards(clock) as boards:
        ann, bob = await boards.connect("ann"), await boards.connect("bob")
        boards.rooms.disconnect("room", "ann")
        boards.rooms.disconnect("nowhere", "ann")
        assert ann.closed == (4403, "")
        assert bob.is_open


async def test_a_connection_that_closed_meanwhile_is_not_kept(clock: VirtualClock) -> None:
    """Who hangs up while the board loads leaves no trace."""
    async with open_boards(clock, CountingStore()) as boards:
        connecting = asyncio.create_task(boards.connect("ann"))
        await asyncio.sleep(0)
        connection = FakeConnection()
        connection.closed = (1006, "")
        assert await boards.endpoint.open(connection) is None
        assert (await connecting).is_open
        assert len(boards.rooms.rooms[0].peers) == 1


async def test_files_are_told(clock: VirtualClock) -> None:
    """The application can read the entries of a board's files."""
    async with open_boards(clock) as boards:
        assert await boards.rooms.files("room") == {}


@pytest.mark.rule("RM19")
async def test_a_half_applied_update_makes_the_room_load_again(clock: VirtualClock) -> None:
    """When Yjs gives up inside an update, its sender is closed and everybody else reconnects to what is stored."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        ann.draw("a")
        await boards.exchange()
        eve = await boards.connect("eve")
        assert eve.handler is not None
        eve.handler.on_message(encode_message(MessageKind.UPDATE, _update_with_a_parent_that_is_no_type()))
        await settle()
        assert eve.closed == (CloseCode.PROTOCOL_ERROR, "malformed_update")
        assert ann.connection is not None
        assert ann.connection.closed == (CloseCode.SERVICE_RESTART, "")
        await boards.enter("ann", client=ann)
        assert [e["id"] for e in await boards.rooms.snapshot("room")] == ["a"]


def _update_with_a_parent_that_is_no_type() -> bytes:
    doc: Doc[Any] = Doc(client_id=5)
    shared: Map[Any] = doc.get("elements", type=Map)
    shared["a"] = Map({"x": "v"})
    shared["a"]["y"] = "w"
    update = bytearray(doc.get_update())
    # The parent of key "y" is item 0 of client 5, a map; item 1 is the string under "x".
    parent = update.rindex(b"\x05\x00\x01y")
    update[parent + 1] = 1
    return bytes(update)
