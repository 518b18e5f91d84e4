"""Events on their way to listeners."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest

from tests.unit.realtime.doubles import FakeConnection, VirtualClock, request, settle
from tests.unit.realtime.tutor_stream.streams import delta, messages, numbers, open_lesson
from tutorium.errors import ForbiddenError, NotFoundError, NotSignedInError, UnavailableError
from tutorium.realtime.tutor_stream import KeptEvent, MemoryEventLog
from tutorium.realtime.tutor_stream.channel import EVENTS_IN_READ, REPLAY_BUFFER_BYTES

pytestmark = pytest.mark.anyio


class CountingLog(MemoryEventLog):
    """Counts reads, can be held up, and can fail."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.watching = 0
        self.fails = False
        self.watch_fails = False

    async def read(self, session: str, after: int, limit: int) -> Sequence[KeptEvent]:
        self.reads += 1
        await asyncio.sleep(0)
        if self.fails:
            raise OSError("down")
        return await super().read(session, after, limit)

    async def watch(self, session: str) -> AsyncGenerator[int]:
        self.watching += 1
        try:
            async for newest in super().watch(session):
                if self.watch_fails:
                    raise OSError("down")
                yield newest
        finally:
            self.watching -= 1


async def _write(log: Any, count: int, session: str = "s") -> None:
    for number in range(count):
        await log.append(session, delta(f"word {number}"))


@pytest.mark.rule("TS1")
@pytest.mark.parametrize(
    ("error", "code"),
    [(NotSignedInError(), 4401), (ForbiddenError(), 4403), (NotFoundError(), 4404), (UnavailableError(), 1013)],
)
async def test_who_may_not_listen_is_told_why(clock: VirtualClock, error: Any, code: int) -> None:
    """Each refusal has its own close code."""
    async with open_lesson(clock, refusals={"s": error}) as lesson:
        connection = await lesson.listen()
        assert connection.handler is None
        assert connection.closed is not None
        assert connection.closed[0] == code
        assert lesson.hub.sessions == []


@pytest.mark.rule("TS2")
@pytest.mark.rule("TS3")
@pytest.mark.parametrize(
    ("query", "expected"),
    [({"after": "0"}, [1, 2, 3, 4]), ({"after": "2"}, [3, 4]), ({"after": "3"}, [4]), ({"after": "9"}, [4]), ({}, [4])],
)
async def test_where_a_listener_begins(clock: VirtualClock, query: dict[str, str], expected: list[int]) -> None:
    """After the number it names, or now; then it goes on live."""
    async with open_lesson(clock) as lesson:
        await _write(lesson.log, 3)
        listener = await lesson.listen(**query)
        await settle()
        await _write(lesson.log, 1)
        await settle()
        assert numbers(listener) == expected


@pytest.mark.rule("TS4")
@pytest.mark.parametrize("after", ["", "-1", "1.5", "x", "1" * 30, "١"])
async def test_a_malformed_start_is_refused(clock: VirtualClock, after: str) -> None:
    """The client is told what is wrong, and does not hear a lesson from the wrong place."""
    async with open_lesson(clock) as lesson:
        listener = await lesson.listen(after=after)
        assert listener.handler is None
        assert [(m["type"], m["code"]) for m in messages(listener)] == [("error", "bad_request")]
        assert listener.closed == (1008, "bad_request")


@pytest.mark.rule("TS6")
@pytest.mark.rule("TS7")
async def test_everybody_gets_the_kept_bytes(clock: VirtualClock) -> None:
    """Live and replayed events are the same text, with `seq` first."""
    async with open_lesson(clock) as lesson:
        live = await lesson.listen()
        await settle()
        await _write(lesson.log, 2)
        await settle()
        replayed = await lesson.listen(after="0")
        await settle()
        kept = [event.text.decode() for event in await lesson.log.read("s", 0, 10)]
        assert live.received == replayed.received == kept
        assert kept[0] == '{"seq":1,"type":"text.delta","turn":"t1","text":"word 0"}'


@pytest.mark.rule("TS8")
async def test_a_change_is_read_once(clock: VirtualClock) -> None:
    """Fifty listeners cost one read of the log and one write each."""
    log = CountingLog()
    async with open_lesson(clock, log=log) as lesson:
        listeners = [await lesson.listen() for _ in range(50)]
        await settle()
        log.reads = 0
        await _write(log, 3)
        await settle()
        assert log.reads <= 2
        assert all(numbers(listener) == [1, 2, 3] for listener in listeners)
        assert all(listener.writes <= 2 for listener in listeners)


@pytest.mark.rule("TS5")
async def test_sessions_do_not_mix(clock: VirtualClock) -> None:
    """A listener hears its own session only."""
    async with open_lesson(clock) as lesson:
        one, other = await lesson.listen("one"), await lesson.listen("other")
        await settle()
        await _write(lesson.log, 2, "one")
        await settle()
        assert numbers(one) == [1, 2]
        assert numbers(other) == []


@pytest.mark.rule("TS2")
async def test_long_replays_come_in_pieces(clock: VirtualClock) -> None:
    """A replay longer than one read misses nothing, also of what is written meanwhile."""
    async with open_lesson(clock) as lesson:
        await _write(lesson.log, 2 * EVENTS_IN_READ + 10)
        listener = await lesson.listen(after="5")
        for _ in range(20):
            await _write(lesson.log, 1)
            await asyncio.sleep(0)
        await settle()
        assert numbers(listener) == list(range(6, 2 * EVENTS_IN_READ + 31))


@pytest.mark.rule("TS9")
async def test_a_slow_reader_sets_its_own_pace(clock: VirtualClock) -> None:
    """While its buffer is full a replay pauses; others go on, and it catches up later."""
    async with open_lesson(clock) as lesson:
        await _write(lesson.log, 10)
        quick = await lesson.listen(after="0")
        slow = FakeConnection(request=quick.request, buffered=REPLAY_BUFFER_BYTES + 1)
        slow.handler = await lesson.endpoint.open(slow)
        await clock.advance(1)
        await _write(lesson.log, 5)
        await settle()
        assert numbers(quick) == list(range(1, 16))
        assert numbers(slow) == []
        slow.drain()
        await settle()
        assert numbers(slow) == list(range(1, 16))


@pytest.mark.rule("TS10")
async def test_sessions_are_followed_only_while_somebody_listens(clock: VirtualClock) -> None:
    """With the last listener the follower ends; with the next one it begins again."""
    log = CountingLog()
    async with open_lesson(clock, log=log) as lesson:
        one, two = await lesson.listen(), await lesson.listen()
        await settle()
        assert log.watching == 1
        one.hang_up()
        await settle()
        assert log.watching == 1
        two.hang_up()
        await settle()
        assert log.watching == 0
        assert lesson.hub.sessions == []
        again = await lesson.listen(after="0")
        await _write(log, 1)
        await settle()
        assert numbers(again) == [1]


@pytest.mark.rule("TS11")
@pytest.mark.parametrize("part", ["fails", "watch_fails"])
async def test_a_failing_log_sends_listeners_away(clock: VirtualClock, part: str) -> None:
    """They are asked to come back, and then miss nothing."""
    log = CountingLog()
    async with open_lesson(clock, log=log) as lesson:
        listener = await lesson.listen(after="0")
        await settle()
        setattr(log, part, True)
        await _write(log, 2)
        await settle()
        assert listener.closed is not None
        assert listener.closed[0] == 1013
        setattr(log, part, False)
        again = await lesson.listen(after="0")
        await settle()
        assert numbers(again) == [1, 2]


@pytest.mark.rule("TS11")
async def test_a_replay_that_fails_closes_its_listener(clock: VirtualClock) -> None:
    """A replay that cannot be read ends with 1013, not with a gap."""
    log = CountingLog()
    await _write(log, 2)
    async with open_lesson(clock, log=log) as lesson:
        log.fails = True
        listener = await lesson.listen(after="0")
        await settle()
        assert listener.closed is not None
        assert listener.closed[0] == 1013


class LateFollower(MemoryEventLog):
    """The follower learns late where it begins."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.gate = asyncio.Event()

    async def last_seq(self, session: str) -> int:
        self.asked += 1
        if self.asked == 2:
            await self.gate.wait()
        return await super().last_seq(session)


@pytest.mark.rule("TS5")
async def test_nothing_stalls_between_replay_and_following(clock: VirtualClock) -> None:
    """Events kept after a listener caught up and before the follower began arrive without waiting for the next one."""
    log = LateFollower()
    await _write(log, 5)
    async with open_lesson(clock, log=log) as lesson:
        listener = await lesson.listen(after="0")
        await settle()
        assert numbers(listener) == [1, 2, 3, 4, 5]
        await _write(log, 2)
        log.gate.set()
        await settle()
        assert numbers(listener) == [1, 2, 3, 4, 5, 6, 7]


class SlowEmptyReads(MemoryEventLog):
    """A read that finds nothing is told late."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def read(self, session: str, after: int, limit: int) -> Sequence[KeptEvent]:
        events = await super().read(session, after, limit)
        if not events:
            await self.gate.wait()
        return events


@pytest.mark.rule("TS5")
async def test_what_is_forwarded_while_a_read_is_under_way_is_read_next(clock: VirtualClock) -> None:
    """A listener whose last read found nothing hears at once what the follower forwarded meanwhile."""
    log = SlowEmptyReads()
    async with open_lesson(clock, log=log) as lesson:
        listener = await lesson.listen(after="0")
        await settle()
        await _write(log, 2)
        await settle()
        log.gate.set()
        await settle()
        assert numbers(listener) == [1, 2]


class SkippingLog(MemoryEventLog):
    """A read that once leaves out the first event it should return."""

    skips = False

    async def read(self, session: str, after: int, limit: int) -> Sequence[KeptEvent]:
        events = await super().read(session, after, limit)
        if self.skips and len(events) > 1:
            self.skips = False
            return events[1:]
        return events


@pytest.mark.rule("TS5")
async def test_a_missing_number_is_never_passed_over(clock: VirtualClock) -> None:
    """A listener that lacks a number reads for itself instead of being forwarded the next one."""
    log = SkippingLog()
    async with open_lesson(clock, log=log) as lesson:
        listener = await lesson.listen()
        await settle()
        log.skips = True
        await _write(log, 3)
        await settle()
        assert numbers(listener) == [1, 2, 3]


async def test_errors_of_the_server_are_not_wrapped(clock: VirtualClock) -> None:
    """What goes wrong while channels are open leaves as it is."""
    with pytest.raises(ZeroDivisionError):
        async with open_lesson(clock):
            raise ZeroDivisionError


class DeafLog(MemoryEventLog):
    """A log whose numbers cannot be read."""

    async def last_seq(self, session: str) -> int:
        raise UnavailableError


@pytest.mark.rule("TS1")
async def test_a_log_that_cannot_be_read_refuses_listeners(clock: VirtualClock) -> None:
    """Nobody is left attached without a place to begin."""
    async with open_lesson(clock, log=DeafLog()) as lesson:
        listener = await lesson.listen()
        assert listener.closed == (1013, "unavailable")
        assert lesson.hub.sessions == []


async def test_a_listener_that_closed_meanwhile_is_forgotten(clock: VirtualClock) -> None:
    """Who hangs up while it is attached leaves no trace."""
    async with open_lesson(clock) as lesson:
        connection = FakeConnection()
        connection.closed = (1006, "")
        assert await lesson.endpoint.open(connection) is None
        assert lesson.hub.sessions == []


@pytest.mark.rule("TS9")
async def test_a_slow_reader_that_leaves_is_forgotten(clock: VirtualClock) -> None:
    """Its replay ends with it."""
    async with open_lesson(clock) as lesson:
        await _write(lesson.log, 10)
        slow = FakeConnection(request=request(params={"session": "s"}, after="0"), buffered=REPLAY_BUFFER_BYTES + 1)
        slow.handler = await lesson.endpoint.open(slow)
        await settle()
        slow.hang_up()
        await settle()
        assert numbers(slow) == []


async def test_shutdown_sends_everybody_away(clock: VirtualClock) -> None:
    """Listeners are closed with 1012, and nobody is taken in any more."""
    async with open_lesson(clock) as lesson:
        listener = await lesson.listen()
        await settle()
    assert listener.closed == (1012, "")
    late = await lesson.listen()
    assert late.closed == (1013, "unavailable")
