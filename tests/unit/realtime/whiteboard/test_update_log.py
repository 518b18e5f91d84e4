"""The durable tail of a room."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest

from tests.unit.realtime.doubles import VirtualClock, settle
from tutorium.realtime.whiteboard.memory import MemoryRoomStore
from tutorium.realtime.whiteboard.update_log import MAX_PENDING_BYTES, RoomStoreError, UpdateLog

pytestmark = pytest.mark.anyio


class SlowStore(MemoryRoomStore):
    """A store whose commits the test lets through, or fails."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[list[bytes]] = []
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def append(self, room: str, updates: Sequence[bytes]) -> None:
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise OSError("disk is away")
        self.groups.append(list(updates))
        await super().append(room, updates)


@asynccontextmanager
async def running(store: SlowStore, clock: VirtualClock) -> AsyncGenerator[UpdateLog]:
    """A log at work."""
    log = UpdateLog("room", store, clock)
    task = asyncio.create_task(log.run())
    try:
        yield log
    finally:
        task.cancel()


@pytest.mark.rule("RM16")
async def test_updates_are_grouped_and_durable_within_50_ms(clock: VirtualClock) -> None:
    """What arrives within the window is one append, in order, well before 50 ms have passed."""
    store = SlowStore()
    async with running(store, clock) as log:
        log.append(b"1")
        await clock.advance(0.02)
        log.append(b"2")
        assert store.groups == []
        await clock.advance(0.029)
        assert store.groups == [[b"1", b"2"]]
        log.append(b"3")
        await clock.advance(0.05)
        assert store.groups == [[b"1", b"2"], [b"3"]]
        assert log.rows_appended == 3


@pytest.mark.rule("RM16")
async def test_flush_does_not_wait_for_the_window(clock: VirtualClock) -> None:
    """Flushing writes at once and returns when all that was appended is durable."""
    store = SlowStore()
    async with running(store, clock) as log:
        log.append(b"1")
        await asyncio.wait_for(log.flush(), 1)
        assert store.groups == [[b"1"]]
        await asyncio.wait_for(log.flush(), 1)


@pytest.mark.rule("RM17")
async def test_callbacks_follow_durability_in_order(clock: VirtualClock) -> None:
    """No callback runs before its append has returned; they run in the order of the updates."""
    store = SlowStore()
    store.gate.clear()
    done: list[int] = []
    async with running(store, clock) as log:
        log.append(b"1", lambda: done.append(1))
        log.append(b"2", lambda: done.append(2))
        flushing = asyncio.create_task(log.flush())
        await settle()
        log.append(b"3", lambda: done.append(3))
        second = asyncio.create_task(log.flush())
        await settle()
        assert done == []
        assert not flushing.done()
        store.gate.set()
        await asyncio.wait_for(asyncio.gather(flushing, second), 1)
        assert done == [1, 2, 3]
        assert store.groups == [[b"1", b"2"], [b"3"]]


@pytest.mark.rule("RM19")
async def test_a_failing_store_is_tried_again(clock: VirtualClock) -> None:
    """A store that comes back within seconds has lost nothing."""
    store = SlowStore()
    store.failures = 3
    async with running(store, clock) as log:
        log.append(b"1")
        flushing = asyncio.create_task(log.flush())
        await clock.advance(5)
        await asyncio.wait_for(flushing, 1)
        assert store.groups == [[b"1"]]


@pytest.mark.rule("RM19")
async def test_a_store_that_stays_down_breaks_the_log(clock: VirtualClock) -> None:
    """Everybody who waits is told, and nothing more is taken."""
    store = SlowStore()
    store.failures = 100
    async with running(store, clock) as log:
        log.append(b"1")
        flushing = asyncio.create_task(log.flush())
        await settle()
        late = asyncio.create_task(log.flush())
        await clock.advance(10)
        for waiting in (flushing, late):
            with pytest.raises(RoomStoreError):
                await asyncio.wait_for(waiting, 1)
        with pytest.raises(RoomStoreError):
            log.append(b"2")
        with pytest.raises(RoomStoreError):
            await log.flush()
        assert log.failure is not None


@pytest.mark.rule("RM19")
async def test_what_waits_is_bounded(clock: VirtualClock) -> None:
    """While the store is away a room does not fill the memory."""
    store = SlowStore()
    log = UpdateLog("room", store, clock)
    log.append(b"x" * MAX_PENDING_BYTES)
    with pytest.raises(RoomStoreError, match="behind"):
        log.append(b"y")
