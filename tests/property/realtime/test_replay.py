"""Listeners who attach, drop off and come back at any moment hear every event once."""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.realtime.doubles import FakeConnection, VirtualClock, settle
from tests.unit.realtime.tutor_stream.streams import delta, numbers, open_lesson
from tutorium.realtime.tutor_stream import KeptEvent, MemoryEventLog


class JumpyLog(MemoryEventLog):
    """Answers after a random number of turns, and tells of changes late."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance

    async def _dawdle(self) -> None:
        for _ in range(self.chance.randrange(4)):
            await asyncio.sleep(0)

    async def last_seq(self, session: str) -> int:
        await self._dawdle()
        newest = await super().last_seq(session)
        await self._dawdle()
        return newest

    async def read(self, session: str, after: int, limit: int) -> Sequence[KeptEvent]:
        await self._dawdle()
        events = await super().read(session, after, min(limit, self.chance.randrange(1, 5)))
        await self._dawdle()
        return events

    async def watch(self, session: str) -> AsyncGenerator[int]:
        async for newest in super().watch(session):
            await self._dawdle()
            yield newest


@pytest.mark.rule("TS2")
@pytest.mark.rule("TS3")
@pytest.mark.rule("TS5")
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_event_is_missed_or_doubled(seed: int) -> None:
    """A client that names the last number it has always ends up with 1, 2, 3 ... to the end."""

    async def run() -> None:
        chance = random.Random(seed)
        clock = VirtualClock()
        log = JumpyLog(chance)
        async with open_lesson(clock, log=log) as lesson:
            heard: list[list[int]] = [[] for _ in range(4)]
            live: list[FakeConnection | None] = [None] * 4
            written = 0
            fresh: list[tuple[int, FakeConnection]] = []

            def drop(who: int) -> None:
                connection = live[who]
                assert connection is not None
                connection.hang_up()
                heard[who].extend(numbers(connection))
                live[who] = None

            for _ in range(chance.randrange(20, 60)):
                who = chance.randrange(4)
                match chance.randrange(4):
                    case 0 if live[who] is not None:
                        drop(who)
                    case 0 | 1 if live[who] is None:
                        live[who] = await lesson.listen(after=str(heard[who][-1] if heard[who] else 0))
                    case 1 if len(fresh) < 5:
                        before = written
                        fresh.append((before, await lesson.listen()))
                    case _:
                        for _ in range(chance.randrange(4)):
                            written = await log.append("s", delta("x"))
                for _ in range(chance.randrange(4)):
                    await asyncio.sleep(0)
            for who in range(4):
                if live[who] is None:
                    live[who] = await lesson.listen(after=str(heard[who][-1] if heard[who] else 0))
            for _ in range(40):
                await settle()
            for who in range(4):
                drop(who)
            assert heard == [list(range(1, written + 1))] * 4
            for before, connection in fresh:
                got = numbers(connection)
                start = got[0] if got else written + 1
                assert start > before
                assert got == list(range(start, written + 1))

    asyncio.run(run())
