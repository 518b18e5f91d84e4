"""How soon do all subscribers of a query hear of a commit, and what does that cost?"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import apsw

from benchmarks.measure import Bar, Benchmark, Case, Series
from tutorium.engine import (
    Engine,
    EngineSettings,
    Functions,
    Id,
    MutationContext,
    QueryContext,
    Registry,
    Row,
    open_engine,
    public,
)

ROUNDS = 40
WARM_UP = 5


class Message(Row, table="messages", indexes={"by_room": ("room", "number")}):
    """What is written and watched."""

    room: str
    number: int
    text: str


functions = Functions("messages")
runs: list[int] = []
"""One entry for each time the query's body ran."""


@functions.query(guard=public)
async def newest(ctx: QueryContext, *, room: str) -> list[Message]:
    """List the newest twenty messages."""
    runs.append(1)
    return await ctx.db.query(Message).index("by_room").eq(room=room).order("desc").take(20)


@functions.mutation(guard=public)
async def post(ctx: MutationContext, *, room: str, number: int) -> Id[Message]:
    """Write a message."""
    return await ctx.db.insert(Message(room=room, number=number, text="The flood is the rising of the water."))


class Countdown:
    """Says when so many have heard."""

    def __init__(self, count: int) -> None:
        """Wait for `count`."""
        self._count = self._left = count
        self._all = asyncio.Event()

    def heard(self) -> None:
        """One more has heard."""
        self._left -= 1
        if not self._left:
            self._all.set()

    async def wait(self) -> None:
        """Return when all have heard, and begin anew."""
        await self._all.wait()
        self._all.clear()
        self._left = self._count


async def _follow(values: AsyncIterator[list[Message]], all_heard: Countdown) -> None:
    async for _ in values:
        all_heard.heard()


async def engine_rounds(engine: Engine, count: int) -> tuple[Series, float]:
    """Return the milliseconds from calling the mutation until the last subscriber has the new value, and runs a commit."""
    all_heard = Countdown(count)
    async with AsyncExitStack() as stack:
        tasks: list[asyncio.Task[None]] = []
        for _ in range(count):
            values = await stack.enter_async_context(engine.subscribe(newest, room="a"))
            tasks.append(asyncio.create_task(_follow(values, all_heard)))
        await all_heard.wait()
        latencies: list[float] = []
        for number in range(1, WARM_UP + ROUNDS + 1):
            if number == WARM_UP + 1:
                runs.clear()
            began = time.perf_counter()
            await engine.run_mutation(post, room="a", number=number)
            await all_heard.wait()
            latencies.append((time.perf_counter() - began) * 1e3)
        ran = len(runs) / ROUNDS
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return Series.of(latencies[WARM_UP:]), ran


async def bare_rounds(file: Path, count: int) -> Series:
    """Return milliseconds of a bare commit, a bare query, and putting its result into `count` queues that tasks wait for."""
    connection = apsw.Connection(str(file))
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute("CREATE TABLE message (room TEXT, number INTEGER, text TEXT, PRIMARY KEY (room, number))")
    queues: list[asyncio.Queue[list[tuple[object, ...]]]] = [asyncio.Queue() for _ in range(count)]
    all_heard = Countdown(count)

    async def follow(queue: asyncio.Queue[list[tuple[object, ...]]]) -> None:
        while True:
            await queue.get()
            all_heard.heard()

    tasks = [asyncio.create_task(follow(queue)) for queue in queues]
    latencies: list[float] = []
    for number in range(1, WARM_UP + ROUNDS + 1):
        began = time.perf_counter()
        await asyncio.to_thread(
            connection.execute, "INSERT INTO message VALUES ('a', ?, 'The flood is the rising of the water.')", (number,)
        )
        rows = connection.execute("SELECT * FROM message WHERE room = 'a' ORDER BY number DESC LIMIT 20").fetchall()
        for queue in queues:
            queue.put_nowait(rows)
        await all_heard.wait()
        latencies.append((time.perf_counter() - began) * 1e3)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    connection.close()
    return Series.of(latencies[WARM_UP:])


async def measured(folder: Path, count: int) -> Case:
    """Return the case of `count` subscribers."""
    async with open_engine(Registry(tables=[Message], functions=[functions]), EngineSettings(data_dir=folder)) as engine:
        ours, ran = await engine_rounds(engine, count)
    base = await bare_rounds(folder / "bare.db", count)
    bar = Bar(at_most=50.0) if count == 1_000 else None
    return Case(
        name=f"{count:,} subscriber{'s' if count > 1 else ''}",
        unit="ms",
        ours=ours,
        baseline=base,
        bar=bar,
        note=f"the query ran {ran:g} times for each commit",
    )


def run() -> list[Case]:
    """Measure one, some and many subscribers."""
    with tempfile.TemporaryDirectory() as folder:
        return [asyncio.run(measured(Path(folder) / str(count), count)) for count in (1, 100, 1_000)]


BENCHMARK = Benchmark(
    name="commits",
    question="How long from calling a mutation until the last subscriber of a query has the new value? How often does it run?",
    load=f"one query of twenty rows, watched in process 1, 100 and 1,000 times; {ROUNDS} commits one after another",
    baseline="a bare apsw commit and the same select once, handed to as many tasks that wait on an asyncio.Queue",
    run=run,
)
