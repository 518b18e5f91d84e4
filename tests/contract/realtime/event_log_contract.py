"""What every event log must do. An adapter's test makes a subclass with a `log` fixture; see `test_event_logs.py`."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tutorium.realtime.tutor_stream import EventLog, LessonEvent, encode_event
from tutorium.realtime.tutor_stream.events import BoardDrawn, TextDelta


class EventLogContract:
    """The rules of `EventLog`. Subclasses give a fixture `log`, and say how an event is kept.

    Sessions are named by `session`, in case an adapter keeps them under ids of its own.
    """

    pytestmark = pytest.mark.anyio

    @abstractmethod
    async def keep(self, log: Any, session: str, event: LessonEvent) -> None:
        """Keep one more event of the session, as the application does."""

    async def session(self, log: Any, name: str) -> str:
        """Return the id under which the log knows the session `name`, which has no events yet."""
        return name

    async def _fill(self, log: Any, session: str, count: int) -> None:
        for number in range(count):
            await self.keep(log, session, TextDelta(turn="t", text=f"word {number}"))

    async def test_a_session_begins_empty(self, log: EventLog) -> None:
        """The newest number is 0 and there is nothing to read."""
        session = await self.session(log, "empty")
        assert await log.last_seq(session) == 0
        assert list(await log.read(session, 0, 10)) == []

    async def test_numbers_count_from_one(self, log: EventLog) -> None:
        """Without gaps, each session for itself."""
        one, two = await self.session(log, "one"), await self.session(log, "two")
        await self._fill(log, one, 3)
        await self._fill(log, two, 2)
        assert await log.last_seq(one) == 3
        assert [event.seq for event in await log.read(one, 0, 10)] == [1, 2, 3]
        assert [event.seq for event in await log.read(two, 0, 10)] == [1, 2]

    async def test_reads_are_bounded_and_ascending(self, log: EventLog) -> None:
        """At most `limit` events, those right after `after`."""
        session = await self.session(log, "bounded")
        await self._fill(log, session, 10)
        assert [event.seq for event in await log.read(session, 3, 4)] == [4, 5, 6, 7]
        assert [event.seq for event in await log.read(session, 8, 4)] == [9, 10]
        assert list(await log.read(session, 10, 4)) == []
        assert list(await log.read(session, 99, 4)) == []

    async def test_texts_are_the_encoded_events(self, log: EventLog) -> None:
        """Byte for byte, in every language, the same at each reading."""
        session = await self.session(log, "bytes")
        events = [TextDelta(turn="t", text='Grüße, 你好 "quoted"\n'), BoardDrawn(turn="t", step="s", elements=("a", "b"))]
        for event in events:
            await self.keep(log, session, event)
        expected = [encode_event(seq, event) for seq, event in enumerate(events, 1)]
        assert [kept.text for kept in await log.read(session, 0, 10)] == expected
        assert [kept.text for kept in await log.read(session, 0, 10)] == expected

    async def test_watching_begins_with_what_is(self, log: EventLog) -> None:
        """The first number comes at once, even if it is 0."""
        session = await self.session(log, "watched")
        watching = log.watch(session)
        assert await _next(watching) == 0
        await self._fill(log, session, 1)
        assert await _next(watching) == 1
        await _close(watching)

    async def test_watching_never_misses_the_end(self, log: EventLog) -> None:
        """Whatever is written between two numbers, the newest one comes, and never a smaller one."""
        session = await self.session(log, "followed")
        await self._fill(log, session, 2)
        watching = log.watch(session)
        seen = [await _next(watching)]
        await self._fill(log, session, 3)
        while seen[-1] < 5:
            seen.append(await _next(watching))
        assert seen == sorted(seen)
        assert seen[0] == 2
        await _close(watching)

    async def test_many_can_watch(self, log: EventLog) -> None:
        """Each watcher gets its own numbers, of its own session."""
        one, two = await self.session(log, "many-one"), await self.session(log, "many-two")
        watching = [log.watch(one), log.watch(one), log.watch(two)]
        assert [await _next(each) for each in watching] == [0, 0, 0]
        await self._fill(log, one, 1)
        assert [await _next(each) for each in watching[:2]] == [1, 1]
        for each in watching:
            await _close(each)


async def _next(watching: AsyncIterator[int]) -> int:
    return await asyncio.wait_for(anext(watching), 5)


async def _close(watching: Any) -> None:
    if hasattr(watching, "aclose"):
        await watching.aclose()
