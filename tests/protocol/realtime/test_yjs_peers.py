"""The reference Yjs and its y-websocket provider on a real port: they are the judge of the wire."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.contract.realtime.file_room_store import FileRoomStore
from tests.protocol.realtime.node_peer import NodePeer, node_peer
from tests.protocol.realtime.port import serve
from tests.unit.realtime.doubles import OpenDoors
from tutorium.errors import ForbiddenError, NotFoundError, NotSignedInError
from tutorium.realtime.whiteboard import BoardEndpoint, MemoryRoomStore, RoomRegistry, open_room_registry
from tutorium.runtime import SystemRuntime

pytestmark = pytest.mark.anyio

BOX: dict[str, Any] = {"type": "rectangle", "x": 1, "y": 2, "width": 3, "height": 4, "index": "a0", "seed": 1}


class Served:
    """Boards on a port."""

    def __init__(self, rooms: RoomRegistry, url: str) -> None:
        self.rooms = rooms
        self.url = f"{url}/ws/board"

    @asynccontextmanager
    async def peer(self, user: str | None = None, room: str = "room", **params: str) -> AsyncGenerator[NodePeer]:
        """A Node peer, synced when a user is given."""
        async with node_peer(self.url) as peer:
            if user is not None:
                await peer.enter(room, user, **params)
            yield peer


@asynccontextmanager
async def served(store: Any = None, *, refusals: Any = None, idle_seconds: float = 60) -> AsyncGenerator[Served]:
    """Serve boards on a free port."""
    kept = store or MemoryRoomStore()
    async with (
        open_room_registry(kept, runtime=SystemRuntime(), idle_seconds=idle_seconds) as rooms,
        serve(board=BoardEndpoint(rooms, OpenDoors(refusals))) as url,
    ):
        yield Served(rooms, url)


@pytest.mark.rule("RM1")
@pytest.mark.rule("RM10")
@pytest.mark.rule("RM13")
async def test_two_browsers_and_the_tutor_draw_together() -> None:
    """Elements of each reach the others; concurrent changes of different keys both survive; all three agree."""
    async with served() as boards, boards.peer("ann") as ann, boards.peer("bob") as bob:
        await ann.do("draw", element="a", keys=BOX)
        await bob.do("has", element="a", key="x", value=1)
        await boards.rooms.edit("room", lambda e: e.add("t", {**BOX, "type": "ellipse"}), by="tutor")
        await ann.do("has", element="t")
        await bob.do("has", element="t", key="type", value="ellipse")
        await asyncio.gather(
            ann.do("set", element="t", keys={"x": 50, "y": 60}),
            bob.do("set", element="t", keys={"strokeColor": "#f00"}),
            boards.rooms.edit("room", lambda e: e.patch("t", {"width": 70}), by="tutor"),
        )
        for peer in (ann, bob):
            await peer.do("has", element="t", key="x", value=50)
            await peer.do("has", element="t", key="strokeColor", value="#f00")
            await peer.do("has", element="t", key="width", value=70)
        assert await ann.do("elements") == await bob.do("elements")
        seen = {e["id"]: e for e in await boards.rooms.snapshot("room")}
        assert seen["t"] == {**(await ann.do("elements"))["t"], "id": "t"}


@pytest.mark.rule("RM27")
async def test_repair_reaches_browsers() -> None:
    """Two browsers that took the same index are told a fresh one for one of them."""
    async with served() as boards, boards.peer("ann") as ann, boards.peer("bob") as bob:
        await ann.do("draw", element="a", keys=BOX)
        await bob.do("draw", element="b", keys=BOX)
        await ann.do("has", element="b", key="index", value="a1")
        await bob.do("has", element="b", key="index", value="a1")


@pytest.mark.rule("RM13")
@pytest.mark.rule("RM14")
async def test_work_done_offline_is_merged() -> None:
    """A browser that was away draws on, and brings its drawing when it returns."""
    async with served() as boards, boards.peer("ann") as ann, boards.peer("bob") as bob:
        await ann.do("draw", element="a", keys=BOX)
        await bob.do("has", element="a")
        await ann.do("disconnect")
        await ann.do("draw", element="offline", keys={**BOX, "index": "a1"})
        await ann.do("set", element="a", keys={"opacity": 50})
        await bob.do("set", element="a", keys={"angle": 1})
        await ann.do("reconnect")
        await bob.do("has", element="offline")
        await ann.do("has", element="a", key="angle", value=1)
        await bob.do("has", element="a", key="opacity", value=50)
        assert await ann.do("elements") == await bob.do("elements")


@pytest.mark.rule("RM11")
async def test_a_viewers_browser_changes_nothing() -> None:
    """It sees what others draw; what it draws stays its own."""
    async with served() as boards, boards.peer("ann") as ann, boards.peer("vic", role="viewer") as viewer:
        await viewer.do("draw", element="v", keys=BOX)
        await ann.do("draw", element="a", keys=BOX)
        await viewer.do("has", element="a")
        assert set(await ann.do("elements")) == {"a"}
        assert [e["id"] for e in await boards.rooms.snapshot("room")] == ["a"]


@pytest.mark.rule("RM36")
@pytest.mark.rule("RM38")
@pytest.mark.rule("RM39")
@pytest.mark.rule("RM40")
async def test_presence_between_browsers() -> None:
    """People and the tutor see one another, nobody under a false name, and nobody after they left."""
    async with served() as boards, boards.peer("ann") as ann, boards.peer("bob") as bob:
        await ann.do("present", state={"user": {"id": "ann", "name": "Ann", "kind": "person"}})
        await bob.do("present", state={"user": {"id": "bob", "name": "Bob", "kind": "person"}})
        await bob.do("sees", user="ann")
        await ann.do("sees", user="bob")
        boards.rooms.set_tutor_presence("room", {"x": 1, "y": 2, "tool": "pointer"}, "drawing")
        await ann.do("sees", user="tutor")
        async with boards.peer("cat") as cat:
            await cat.do("sees", user="tutor")
            await cat.do("sees", user="ann")
            await cat.do("present", state={"user": {"id": "ann", "name": "Not Ann", "kind": "person"}})
            await cat.do("draw", element="c", keys=BOX)
            await ann.do("has", element="c")
            assert not any(s.get("user", {}).get("name") == "Not Ann" for s in await ann.do("states"))
        await bob.do("disconnect")
        await ann.do("misses", user="bob")


@pytest.mark.rule("RM5")
@pytest.mark.rule("RM8")
@pytest.mark.parametrize(("room", "code"), [("signed-out", 4401), ("forbidden", 4403), ("missing", 4404)])
async def test_browsers_learn_why_they_are_refused(room: str, code: int) -> None:
    """The close code reaches the provider."""
    refusals = {"signed-out": NotSignedInError(), "forbidden": ForbiddenError(), "missing": NotFoundError()}
    async with served(refusals=refusals) as boards, boards.peer() as peer:
        await peer.do("connect", url=boards.url, room=room, params={"user": "ann"})
        await peer.do("closed", code=code)
        await peer.do("disconnect")


@pytest.mark.rule("RM7")
@pytest.mark.rule("RM8")
@pytest.mark.rule("RM32")
async def test_a_browser_of_an_old_epoch_is_sent_away(tmp_path: Path) -> None:
    """After compaction an old replica is closed with 4409 and a fresh one sees the board."""
    store = FileRoomStore(tmp_path)
    async with served(store, idle_seconds=0.2) as boards, boards.peer("ann") as ann:
        await ann.do("draw", element="a", keys=BOX)
        await _overgrow(boards, "a")
        await ann.do("disconnect")
        for _ in range(200):
            if (await store.load("room")).epoch == 1:
                break
            await asyncio.sleep(0.05)
        await ann.do("reconnect")
        await ann.do("closed", code=4409)
        await ann.do("disconnect")
        async with boards.peer("bob") as bob:
            assert set(await bob.do("elements")) == {"a"}
            assert (await bob.do("meta"))["epoch"] == 1


async def _overgrow(boards: Served, element: str) -> None:
    for number in range(400):
        await boards.rooms.edit(
            "room", lambda e, n=number: e.patch(element, {"x": n, "customData": {"n": "x" * 40}}), by="tutor"
        )
        await boards.rooms.edit("room", lambda e, n=number: e.patch(element, {"opacity": n % 100, "angle": n % 7}), by="tutor")


@pytest.mark.rule("RM21")
async def test_a_board_survives_its_process(tmp_path: Path) -> None:
    """A new process with the same store serves the same board, byte for byte to Yjs."""
    async with served(FileRoomStore(tmp_path)) as boards, boards.peer("ann") as ann:
        await ann.do("draw", element="a", keys={**BOX, "points": [[0, 0], [1.5, 2]], "text": "Grüße, 你好"})
        await boards.rooms.edit("room", lambda e: e.add("t", BOX), by="tutor")
        await ann.do("has", element="t")
        before = await ann.do("elements")
    async with served(FileRoomStore(tmp_path)) as boards, boards.peer("bob") as bob:
        assert await bob.do("elements") == before
        assert await bob.do("pending") is False


@pytest.mark.rule("RM3")
@pytest.mark.rule("RM4")
@pytest.mark.parametrize(
    ("message", "code"), [(b"\x00\x02\x05x", 1002), ("text", 1003), (b"\x00" * (8 * 1024 * 1024 + 1), 1009)]
)
async def test_bad_frames_close_on_the_wire(message: bytes | str, code: int) -> None:
    """Malformed, textual and oversized messages are answered with their close codes."""
    import websockets

    async with served() as boards, websockets.connect(f"{boards.url}/room?user=eve", max_size=None) as socket:
        await socket.send(message)
        with contextlib.suppress(websockets.ConnectionClosed):
            async for _ in socket:
                pass
        assert socket.close_code == code
