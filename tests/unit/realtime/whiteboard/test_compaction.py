"""Folding logs and building fresh documents."""

import itertools
from typing import Any

import pytest
from pycrdt import Doc, Map

from tests.unit.realtime.doubles import VirtualClock, YjsClient, open_boards
from tutorium.realtime.whiteboard.compaction import (
    ELEMENTS_IN_PIECE,
    MIN_MERGED_ROWS,
    TOMBSTONE_AGE_MS,
    build_fresh,
    can_be_rebuilt,
    has_old_tombstones,
    is_overgrown,
    merge_log,
)
from tutorium.realtime.whiteboard.document import TOMBSTONES_SINCE, BoardDocument
from tutorium.realtime.whiteboard.files import file_id_of, inline_file

pytestmark = pytest.mark.anyio


def _drag(person: YjsClient, element_id: str, times: int) -> None:
    for number in range(times):
        person.elements[element_id]["x"] = number
        person.elements[element_id]["y"] = number


@pytest.mark.rule("RM32")
async def test_history_is_forgotten_when_everybody_has_left(clock: VirtualClock) -> None:
    """The fresh document shows the same elements in the same order, with all files, under the next epoch."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        content = b"pixels"
        ann.files[file_id_of(content)] = inline_file(content, "image/png", created_ms=1)
        ann.draw("i", type="image", index="a0", fileId=file_id_of(content), custom={"kept": 1})
        ann.draw("b", index="Zz")
        ann.draw("gone", index="a5", isDeleted=True)
        _drag(ann, "b", 2000)
        await boards.exchange()
        digest, files = await boards.rooms.digest("room"), await boards.rooms.files("room")
        await boards.unload()
        stored = await boards.store.load("room")
        assert stored.epoch == 1
        assert sum(map(len, stored.updates)) < 2_000
        bob = await boards.enter("bob", epoch="1")
        assert set(bob.seen()) == {"i", "b"}
        assert bob.seen()["i"]["custom"] == {"kept": 1}
        assert await boards.rooms.digest("room") == digest
        assert await boards.rooms.files("room") == files


@pytest.mark.rule("RM32")
async def test_small_and_fresh_boards_keep_their_epoch(clock: VirtualClock) -> None:
    """Neither a short history nor a large board without history is rebuilt."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        ann.draw("a")
        _drag(ann, "a", 20)
        await boards.unload()
        bob = await boards.enter("bob", room="big")
        for number in range(200):
            bob.draw(f"e{number}", index=f"a{number % 10}", text="x" * 100)
        await boards.unload("big")
        assert (await boards.store.load("big")).epoch == 0
        assert (await boards.store.load("room")).epoch == 0


@pytest.mark.rule("RM32")
async def test_old_tombstones_are_forgotten(clock: VirtualClock) -> None:
    """A deletion older than seven days makes even a small document fresh; a younger one is kept for those who are away."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        ann.draw("a")
        ann.draw("b", index="a1")
        ann.elements["b"]["isDeleted"] = True
        await boards.exchange()
        await clock.advance(1)
        await boards.unload()
        assert (await boards.store.load("room")).epoch == 0
        clock.now += TOMBSTONE_AGE_MS / 1000
        await boards.enter("ann")
        await boards.unload()
        assert (await boards.store.load("room")).epoch == 1
        bob = await boards.enter("bob")
        assert set(bob.seen()) == {"a"}
        assert TOMBSTONES_SINCE not in bob.meta


@pytest.mark.rule("RM33")
async def test_a_long_log_is_joined(clock: VirtualClock) -> None:
    """Many updates become few under the same epoch, and replicas of before go on."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        for number in range(MIN_MERGED_ROWS + 10):
            ann.draw(f"e{number}", index="a0")
            ann.pump()
        await boards.unload()
        stored = await boards.store.load("room")
        assert stored.epoch == 0
        assert len(stored.updates) < 10
        ann.draw("later", index="b00")
        await boards.enter("ann", client=ann)
        assert len(await boards.rooms.snapshot("room")) == MIN_MERGED_ROWS + 11


@pytest.mark.rule("RM33")
async def test_joining_keeps_every_change(clock: VirtualClock) -> None:
    """A document made of joined updates equals the one made of all, for any number of them and for none."""
    source = YjsClient()
    for number in range(250):
        source.draw(f"e{number % 40}-{number}", points=[[0, 0]] * 30)
    merged = await merge_log(source.unsent, clock)
    assert len(merged) < 10
    replica: Doc[Any] = Doc()
    for update in merged:
        replica.apply_update(update)
    assert replica.get("elements", type=Map).to_py() == source.seen()
    assert await merge_log([], clock) == []


@pytest.mark.rule("RM34")
async def test_snapshots_come_in_pieces(clock: VirtualClock) -> None:
    """No update of a fresh document holds more than 200 elements."""
    source = YjsClient()
    with source.doc.transaction():
        for number in range(450):
            source.draw(f"e{number:03}", index="a0")
    board = BoardDocument()
    board.load([source.doc.get_update()], "room")
    pieces = await build_fresh(board.elements, {"schema": 1, "epoch": 3}, clock)
    replica: Doc[Any] = Doc()
    sizes = [0]
    for piece in pieces:
        replica.apply_update(piece)
        sizes.append(len(replica.get("elements", type=Map)))
    assert max(b - a for a, b in itertools.pairwise(sizes)) == ELEMENTS_IN_PIECE
    assert sizes[-1] == 450


@pytest.mark.rule("RM35")
async def test_unknown_content_is_never_rebuilt(clock: VirtualClock) -> None:
    """Another root, or an entry that is no element, keeps a document from being made fresh, however long its history."""
    async with open_boards(clock) as boards:
        ann = await boards.enter("ann")
        ann.draw("a")
        _drag(ann, "a", 2000)
        ann.doc.get("comments", type=Map)["c"] = "from a newer client"
        await boards.unload()
        stored = await boards.store.load("room")
        assert stored.epoch == 0
        replica: Doc[Any] = Doc()
        for update in stored.updates:
            replica.apply_update(update)
        assert replica.get("comments", type=Map).to_py() == {"c": "from a newer client"}
    board = BoardDocument()
    assert can_be_rebuilt(board)
    board.doc.get("elements", type=Map)["plain"] = 5
    assert not can_be_rebuilt(board)


def test_what_is_worth_it() -> None:
    """More than twice the live content and at least 16 KiB; older than seven days."""
    assert is_overgrown(40_000, 19_000)
    assert not is_overgrown(40_000, 20_000)
    assert not is_overgrown(10_000, 10)
    assert has_old_tombstones({TOMBSTONES_SINCE: 1}, TOMBSTONE_AGE_MS + 2)
    assert not has_old_tombstones({TOMBSTONES_SINCE: 1}, TOMBSTONE_AGE_MS)
    assert not has_old_tombstones({}, 1e15)


def test_an_unreadable_update_does_not_close_a_board() -> None:
    """A stored update that cannot be applied is passed over; all others are there."""
    source = YjsClient()
    source.draw("a")
    board = BoardDocument()
    board.load([b"junk", source.unsent[0]], "room")
    assert [e["id"] for e in board.elements.live()] == ["a"]
