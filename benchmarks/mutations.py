"""How many durable mutations a second?"""

import asyncio
import tempfile
import time
from pathlib import Path

import apsw

from benchmarks.measure import Bar, Benchmark, Case, Series
from tutorium.engine import Engine, EngineSettings, Functions, Id, MutationContext, Registry, Row, open_engine, public

ROUNDS = 5
SECONDS = 2.0
SCHEMA = """
CREATE TABLE row (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL) STRICT;
CREATE TABLE entry (key BLOB PRIMARY KEY, row INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE commit_log (ts BLOB PRIMARY KEY, entry BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""
"""The same rows, index entries and log entries as the engine's own file has, with their sizes."""


class Tick(Row, table="ticks", indexes={"by_caller": ("caller",)}):
    """What is written: a number by a caller."""

    caller: int
    count: int


functions = Functions("ticks")


@functions.mutation(guard=public)
async def add(ctx: MutationContext, *, caller: int, count: int) -> Id[Tick]:
    """Write one row."""
    return await ctx.db.insert(Tick(caller=caller, count=count))


async def one_round(engine: Engine, callers: int, latencies: list[float]) -> float:
    """Let callers write for a while, each as soon as its last write is durable; return writes a second."""
    end = time.perf_counter() + SECONDS

    async def call(caller: int) -> int:
        count = 0
        while (began := time.perf_counter()) < end:
            await engine.run_mutation(add, caller=caller, count=count)
            latencies.append(time.perf_counter() - began)
            count += 1
        return count

    began = time.perf_counter()
    written = sum(await asyncio.gather(*(call(number) for number in range(callers))))
    return written / (time.perf_counter() - began)


class Bare:
    """One bare connection that writes what the engine would, `group` rows in each transaction."""

    def __init__(self, file: Path, group: int) -> None:
        """Open a new file."""
        self._connection = apsw.Connection(str(file))
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._connection.execute(SCHEMA)
        self._group = group
        self._number = 0

    def one_round(self, latencies: list[float]) -> float:
        """Write for a while; return writes a second."""
        began = time.perf_counter()
        before = self._number
        while (start := time.perf_counter()) - began < SECONDS:
            self._connection.execute("BEGIN IMMEDIATE")
            for _ in range(self._group):
                self._number += 1
                _write(self._connection, self._number)
            self._connection.execute("COMMIT")
            latencies.append(time.perf_counter() - start)
        return (self._number - before) / (time.perf_counter() - began)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class Figures:
    """Writes a second in each round, and how long each write took."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rates: list[float] = []
        self._seconds: list[float] = []

    def add(self, rate: float, seconds: list[float]) -> None:
        """Keep a round."""
        self._rates.append(rate)
        self._seconds.extend(seconds)

    @property
    def rates(self) -> Series:
        """Return writes a second."""
        return Series.of(self._rates)

    @property
    def milliseconds(self) -> Series:
        """Return the time of each write, or transaction."""
        return Series.of([one * 1e3 for one in self._seconds])


async def rounds(folder: Path, callers: int) -> tuple[Figures, Figures, Figures]:
    """Return figures of the engine, of single transactions and of perfect groups, measured in turn."""
    engine_figures, single_figures, group_figures = Figures(), Figures(), Figures()
    single, groups = Bare(folder / f"single-{callers}.db", 1), Bare(folder / f"groups-{callers}.db", callers)
    registry = Registry(tables=[Tick], functions=[functions])
    async with open_engine(registry, EngineSettings(data_dir=folder / f"engine-{callers}")) as engine:
        for round_ in range(ROUNDS + 1):
            for figures, work in ((single_figures, single), (group_figures, groups), (engine_figures, None)):
                seconds: list[float] = []
                rate = work.one_round(seconds) if work else await one_round(engine, callers, seconds)
                if round_:
                    figures.add(rate, seconds)
    single.close()
    groups.close()
    return engine_figures, single_figures, group_figures


def _write(connection: apsw.Connection, number: int) -> None:
    row = b"\0\0\0\1" + number.to_bytes(16, "big")
    connection.execute("INSERT INTO row (number, id, body) VALUES (?, ?, ?)", (number, row, b"x" * 48))
    for index in (b"\0\0\0\2", b"\0\0\0\3"):
        connection.execute("INSERT INTO entry (key, row) VALUES (?, ?)", (index + number.to_bytes(9, "big") + row, number))
    connection.execute("INSERT INTO commit_log (ts, entry) VALUES (?, ?)", (number.to_bytes(8, "big"), b"y" * 120))


def cases_of(folder: Path, callers: int) -> list[Case]:
    """Measure so many callers."""
    ours, single, groups = asyncio.run(rounds(folder, callers))
    name = f"{callers} caller{'s' if callers > 1 else ''}"
    bar = Bar(at_least=8_000) if callers == 256 else None
    cases = [Case(name=name, unit="writes/s", ours=ours.rates, baseline=single.rates, bar=bar)]
    if callers > 1:
        note = f"the baseline puts {callers} rows in each transaction and does nothing else: the least that a group can cost"
        cases.append(
            Case(name=f"{name}, beside perfect groups", unit="writes/s", ours=ours.rates, baseline=groups.rates, note=note)
        )
    base = single if callers == 1 else groups
    cases.append(Case(name=f"{name}, time of a write", unit="ms", ours=ours.milliseconds, baseline=base.milliseconds))
    return cases


def run() -> list[Case]:
    """Measure one caller, some, and many, each beside a bare connection."""
    with tempfile.TemporaryDirectory() as folder:
        return [case for callers in (1, 16, 256) for case in cases_of(Path(folder), callers)]


BENCHMARK = Benchmark(
    name="mutations",
    question="How many mutations of one row are made durable in a second, when 1, 16 or 256 callers wait for theirs?",
    load="`ctx.db.insert` of a row with one index, SQLite with `synchronous = FULL`, "
    f"{ROUNDS} rounds of {SECONDS:g} s after one to warm up; engine and baselines take turns",
    baseline="bare apsw on one connection: the same rows, index entries and log entries, one transaction a row unless noted",
    run=run,
)
