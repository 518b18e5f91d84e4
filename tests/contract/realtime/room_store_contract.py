"""What every room store must do. An adapter's test makes a subclass with a `store` fixture; see `test_room_stores.py`."""

import asyncio
from typing import Any

import pytest
from pycrdt import Doc, Map

from tests.unit.realtime.doubles import VirtualClock, YjsClient, open_boards
from tutorium.realtime.whiteboard import RoomStore

BLOB = bytes(range(256))


class RoomStoreContract:
    """The rules of `RoomStore`. Subclasses give a fixture `store`; it may be shared between tests, names are not."""

    pytestmark = pytest.mark.anyio

    async def test_an_unknown_room_is_empty(self, store: RoomStore) -> None:
        """It has no updates and epoch 0."""
        stored = await store.load("contract-unknown")
        assert list(stored.updates) == []
        assert stored.epoch == 0

    async def test_updates_come_back_in_order(self, store: RoomStore) -> None:
        """Groups one after another, each in its order, byte for byte."""
        await store.append("contract-order", [b"1", BLOB])
        await store.append("contract-order", [b"3"])
        await store.append("contract-order", [b"\x00\x00", b""])
        assert list((await store.load("contract-order")).updates) == [b"1", BLOB, b"3", b"\x00\x00", b""]

    async def test_rooms_are_apart(self, store: RoomStore) -> None:
        """What is kept for one room is not seen in another."""
        await store.append("contract-one", [b"1"])
        await store.append("contract-two", [b"2"])
        assert list((await store.load("contract-one")).updates) == [b"1"]
        assert list((await store.load("contract-two")).updates) == [b"2"]

    async def test_nothing_is_nothing(self, store: RoomStore) -> None:
        """An empty group is allowed."""
        await store.append("contract-nothing", [])
        assert list((await store.load("contract-nothing")).updates) == []

    async def test_large_updates_survive(self, store: RoomStore) -> None:
        """An update of the largest frame, and a group of many small ones."""
        large = BLOB * (8 * 1024 * 4)
        await store.append("contract-large", [large])
        await store.append("contract-large", [b"%d" % number for number in range(2_000)])
        updates = list((await store.load("contract-large")).updates)
        assert updates[0] == large
        assert updates[1:] == [b"%d" % number for number in range(2_000)]

    async def test_compaction_replaces_everything(self, store: RoomStore) -> None:
        """Afterwards there are the snapshot and its epoch, and what is appended comes after it."""
        await store.append("contract-compact", [b"1", b"2", b"3"])
        await store.compact("contract-compact", [b"a", b"b"], 1)
        stored = await store.load("contract-compact")
        assert (list(stored.updates), stored.epoch) == ([b"a", b"b"], 1)
        await store.append("contract-compact", [b"4"])
        stored = await store.load("contract-compact")
        assert (list(stored.updates), stored.epoch) == ([b"a", b"b", b"4"], 1)
        await store.compact("contract-compact", [b"c"], 1)
        stored = await store.load("contract-compact")
        assert (list(stored.updates), stored.epoch) == ([b"c"], 1)

    async def test_rooms_are_written_side_by_side(self, store: RoomStore) -> None:
        """Appends to many rooms at once all arrive, each room in its own order."""

        async def fill(room: str) -> None:
            for number in range(5):
                await store.append(room, [b"%d" % number])

        rooms = [f"contract-many-{number}" for number in range(10)]
        await asyncio.gather(*map(fill, rooms))
        for room in rooms:
            assert list((await store.load(room)).updates) == [b"0", b"1", b"2", b"3", b"4"]

    async def test_a_board_lives_on_it(self, store: Any) -> None:
        """People draw, everybody leaves, the board is compacted, and is there when somebody comes back."""
        async with open_boards(VirtualClock(), store) as boards:
            ann = await boards.enter("ann", room="contract-board")
            ann.draw("a")
            for number in range(2_000):
                ann.elements["a"]["x"] = ann.elements["a"]["y"] = number
            await boards.rooms.edit("contract-board", lambda e: e.add("t", ELLIPSE), by="tutor")
            await boards.unload("contract-board")
            stored = await store.load("contract-board")
            assert stored.epoch == 1
            replica: Doc[Any] = Doc()
            for update in stored.updates:
                replica.apply_update(update)
            assert set(replica.get("elements", type=Map).keys()) == {"a", "t"}
            bob = await boards.enter("bob", client=YjsClient(), room="contract-board")
            assert set(bob.seen()) == {"a", "t"}


ELLIPSE = {"type": "ellipse", "x": 1, "y": 2, "width": 3, "height": 4}
