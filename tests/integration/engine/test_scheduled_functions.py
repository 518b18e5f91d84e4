"""Calls for later, on a clock that the test moves."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.support import engine_tables as app
from tutorium.engine import (
    ActionContext,
    Caller,
    Cron,
    Engine,
    Functions,
    Id,
    MutationContext,
    QueryContext,
    Registry,
    Retry,
    ScheduledFunction,
    Success,
    WorkerSettings,
    internal,
)
from tutorium.engine.database import DatabaseReader
from tutorium.engine.engine import EngineSettings, open_engine
from tutorium.engine.errors import OutOfRetentionError
from tutorium.engine.file_storage import MemoryFileStorage
from tutorium.engine.persistence import MemoryStore
from tutorium.engine.system_tables import CronJob, MutationRequest
from tutorium.engine.testing import VirtualRuntime, open_test_engine
from tutorium.engine.workers.jobs import LOST
from tutorium.errors import ConflictError

pytestmark = pytest.mark.anyio

functions = Functions("later")
calls: list[str] = []
going = asyncio.Event()


@functions.query(guard=internal)
async def jobs(ctx: QueryContext) -> list[ScheduledFunction]:
    """List all calls."""
    return await ctx.db.query(ScheduledFunction).collect()


@functions.query(guard=internal)
async def notes(ctx: QueryContext) -> list[app.Note]:
    """List all notes."""
    return await ctx.db.query(app.Note).collect()


@functions.mutation(guard=internal)
async def note(ctx: MutationContext, *, folder: str, fail: bool = False) -> None:
    """Add a note."""
    await ctx.db.insert(app.Note(folder=folder))
    if fail:
        raise ConflictError("told so")


@functions.mutation(guard=internal)
async def broken(ctx: MutationContext) -> None:
    """Fail in an unforeseen way."""
    raise ZeroDivisionError


@functions.mutation(guard=internal)
async def plan(ctx: MutationContext, *, folder: str, seconds: float, fail: bool = False) -> Id[ScheduledFunction]:
    """Schedule a note."""
    job = await ctx.scheduler.run_after(timedelta(seconds=seconds), note, folder=folder)
    if fail:
        raise ConflictError
    return job


@functions.mutation(guard=internal)
async def cancel(ctx: MutationContext, *, job: Id[ScheduledFunction]) -> None:
    """Cancel a call."""
    await ctx.scheduler.cancel(job)


@functions.action(guard=internal)
async def work(ctx: ActionContext, *, name: str) -> None:
    """Say that it began, wait until the test lets it go on, and schedule more."""
    calls.append(name)
    await going.wait()
    await ctx.scheduler.run_after(0, note, folder=name)


@functions.action(guard=internal, retry=Retry(attempts=3, first_delay=timedelta(seconds=2), factor=3))
async def stubborn(ctx: ActionContext) -> None:
    """Fail twice."""
    calls.append("try")
    if len(calls) < 3:
        raise ConflictError("not yet")


@functions.mutation(guard=internal)
async def start(ctx: MutationContext, *, name: str) -> Id[ScheduledFunction]:
    """Schedule an action."""
    return await ctx.scheduler.run_at(ctx.now_ms, work, name=name)


@functions.mutation(guard=internal)
async def start_stubborn(ctx: MutationContext) -> Id[ScheduledFunction]:
    """Schedule the action that fails twice."""
    return await ctx.scheduler.run_after(1, stubborn)


@functions.mutation(guard=internal)
async def start_broken(ctx: MutationContext) -> None:
    """Schedule what fails."""
    await ctx.scheduler.run_after(1, broken)
    await ctx.scheduler.run_after(1, note, folder="f", fail=True)


@functions.mutation(guard=internal)
async def forget(ctx: MutationContext) -> None:
    """Make all calls name a function that is not there."""
    for row in await ctx.db.query(ScheduledFunction).collect():
        await ctx.db.patch(row.id, name="later:gone")


@functions.action(guard=internal)
async def tick(ctx: ActionContext) -> None:
    """Say when."""
    calls.append(f"tick {int(ctx.now_ms / 1_000) % 1_000}")
    await going.wait()


@pytest.fixture(autouse=True)
def _fresh() -> None:
    global going
    calls.clear()
    going = asyncio.Event()
    going.set()


@pytest.fixture
def runtime() -> VirtualRuntime:
    return VirtualRuntime()


@pytest.fixture
async def engine(runtime: VirtualRuntime) -> AsyncGenerator[Engine, None]:
    registry = Registry([app.Account, app.Note, app.Member], [functions, app.functions])
    async with open_test_engine(registry, runtime=runtime, workers=WorkerSettings(drain=0.05)) as opened:
        yield opened


async def states(engine: Engine) -> list[str]:
    return [row.state for row in await engine.run_query(jobs)]


async def folders(engine: Engine) -> list[str]:
    return [row.folder for row in await engine.run_query(notes)]


@pytest.mark.rule("SC1")
async def test_a_call_exists_when_its_mutation_committed(engine: Engine, runtime: VirtualRuntime) -> None:
    """What a failed mutation scheduled is not made; what a committed one scheduled is made when it is due, not before."""
    with pytest.raises(ConflictError):
        await engine.run_mutation(plan, folder="never", seconds=1, fail=True)
    await engine.run_mutation(plan, folder="f", seconds=10)
    await runtime.advance(9)
    assert (await folders(engine), await states(engine)) == ([], ["pending"])
    await runtime.advance(2)
    assert (await folders(engine), await states(engine)) == (["f"], ["success"])


@pytest.mark.rule("SC2")
async def test_a_mutation_and_its_end_are_one_commit(engine: Engine, runtime: VirtualRuntime) -> None:
    """No reader sees the effect without the end, and many calls at once are each made once."""
    seen: list[tuple[int, int]] = []

    async def watch() -> None:
        async with engine.subscribe(jobs) as values:
            async for rows in values:
                done = sum(row.state == "success" for row in rows)
                seen.append((done, len(await engine.run_query(notes))))

    watching = asyncio.create_task(watch())
    for _ in range(20):
        await engine.run_mutation(plan, folder="f", seconds=5)
    await runtime.advance(6)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert await folders(engine) == ["f"] * 20
    assert await states(engine) == ["success"] * 20
    assert all(done <= count for done, count in seen)


async def test_failures_are_kept_in_the_row(engine: Engine, runtime: VirtualRuntime) -> None:
    """A refusal is kept with code and message, an unforeseen error by its kind; nothing of either is written."""
    await engine.run_mutation(start_broken)
    await runtime.advance(2)
    rows = await engine.run_query(jobs)
    assert [(row.state, row.error) for row in rows] == [
        ("failed", "internal: ZeroDivisionError"),
        ("failed", "conflict: told so"),
    ]
    assert all(row.completed_time is not None for row in rows)
    assert await folders(engine) == []


async def test_a_function_that_is_gone_fails_its_calls(engine: Engine, runtime: VirtualRuntime) -> None:
    """A call of a function that is not registered any more fails with its name."""
    await engine.run_mutation(plan, folder="f", seconds=5)
    await engine.run_mutation(forget)
    await runtime.advance(6)
    (row,) = await engine.run_query(jobs)
    assert (row.state, row.error) == ("failed", "function_not_found: later:gone is not registered any more.")


@pytest.mark.rule("SC4")
async def test_a_cancelled_call_never_runs(engine: Engine, runtime: VirtualRuntime) -> None:
    """A call that waits is cancelled for good; cancelling it again, or a finished one, changes nothing."""
    job = await engine.run_mutation(plan, folder="f", seconds=5)
    done = await engine.run_mutation(plan, folder="g", seconds=1)
    await runtime.advance(2)
    for one in (job, job, done):
        await engine.run_mutation(cancel, job=one)
    await runtime.advance(10)
    assert await folders(engine) == ["g"]
    assert sorted(await states(engine)) == ["canceled", "success"]


@pytest.mark.rule("SC4")
async def test_what_a_cancelled_action_schedules_is_cancelled(engine: Engine, runtime: VirtualRuntime) -> None:
    """An action that runs goes on after it was cancelled, but what it schedules is never made."""
    going.clear()
    job = await engine.run_mutation(start, name="w")
    await runtime.settle()
    assert (calls, await states(engine)) == (["w"], ["inProgress"])
    await engine.run_mutation(cancel, job=job)
    going.set()
    await runtime.advance(5)
    assert await states(engine) == ["canceled", "canceled"]
    assert await folders(engine) == []


@pytest.mark.rule("SC3")
async def test_retries_are_paced_and_end(engine: Engine, runtime: VirtualRuntime) -> None:
    """A function that declares `retry` is tried again after growing pauses until it succeeds."""
    await engine.run_mutation(start_stubborn)
    for seconds, tries in ((1.5, 1), (2, 2), (5, 2), (2, 3)):
        await runtime.advance(seconds)
        assert len(calls) == tries
    (row,) = await engine.run_query(jobs)
    assert (row.state, row.attempt, row.error) == ("success", 3, "conflict: not yet")


@asynccontextmanager
async def restartable(store: MemoryStore, runtime: VirtualRuntime, *crons: Cron) -> AsyncGenerator[Engine, None]:
    """An engine on a store that outlives it."""
    registry = Registry([app.Account, app.Note, app.Member], [functions, app.functions], crons)
    settings = EngineSettings(workers=WorkerSettings(drain=0.05))
    async with open_engine(
        registry, settings, runtime=runtime, store=_Lasting(store), file_storage=MemoryFileStorage(runtime)
    ) as engine:
        yield engine


class _Lasting:
    """A store that an engine cannot close."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def close(self) -> None:
        """Stay open."""


@pytest.mark.rule("SC3")
async def test_an_action_that_was_cut_off_is_not_started_again(runtime: VirtualRuntime) -> None:
    """An action that ran when the process ended has failed at the next start; one that may be retried waits again."""
    store = MemoryStore()
    going.clear()
    async with restartable(store, runtime) as engine:
        await engine.run_mutation(start, name="w")
        await runtime.settle()
        assert await states(engine) == ["inProgress"]
    going.set()
    async with restartable(store, runtime) as engine:
        await runtime.advance(5)
        (row,) = await engine.run_query(jobs)
        assert (row.state, row.error, row.lease_owner) == ("failed", LOST, None)
        assert calls == ["w"]


@pytest.mark.rule("SC1")
async def test_what_waits_survives_a_restart(runtime: VirtualRuntime) -> None:
    """A call that was scheduled before the end of the process is made after its next start."""
    store = MemoryStore()
    async with restartable(store, runtime) as engine:
        await engine.run_mutation(plan, folder="f", seconds=60)
    async with restartable(store, runtime) as engine:
        await runtime.advance(61)
        assert await folders(engine) == ["f"]


async def test_leases_are_kept_while_an_action_runs(engine: Engine, runtime: VirtualRuntime) -> None:
    """A running action's lease moves on with the clock."""
    going.clear()
    await engine.run_mutation(start, name="w")
    await runtime.settle()
    (before,) = await engine.run_query(jobs)
    await runtime.advance(45)
    (after,) = await engine.run_query(jobs)
    assert before.lease_until is not None
    assert after.lease_until is not None
    assert after.lease_until - before.lease_until >= 20_000
    assert engine.workers.scheduled.running_count == 1
    going.set()


@pytest.mark.rule("SC5")
async def test_a_cron_runs_on_its_grid_and_never_twice_at_once(runtime: VirtualRuntime) -> None:
    """A cron runs at the first start, then at each interval; while a run goes on, due times are skipped."""
    store = MemoryStore()
    cron = Cron(name="tick", every=timedelta(seconds=10), function=tick)
    async with restartable(store, runtime, cron) as engine:
        await runtime.advance(1)
        assert calls == ["tick 0"]
        await runtime.advance(20)
        assert calls == ["tick 0", "tick 10", "tick 20"]
        going.clear()
        await runtime.advance(30)
        assert len(calls) == 4
        going.set()
        await runtime.advance(10)
        assert calls[3:] == ["tick 30", "tick 60"]
        rows = await engine.database.read(lambda tx: DatabaseReader(tx).query(CronJob).collect())
        assert [row.name for row in rows] == ["tick"]
    calls.clear()
    async with restartable(store, runtime) as engine:
        await runtime.advance(100)
        rows = await engine.database.read(lambda tx: DatabaseReader(tx).query(CronJob).collect())
        assert (calls, rows) == ([], [])


@pytest.mark.rule("SC5")
async def test_missed_times_are_skipped(runtime: VirtualRuntime) -> None:
    """After a pause of the server a cron runs once, not once for each time it missed."""
    store = MemoryStore()
    cron = Cron(name="tick", every=timedelta(seconds=10), function=tick)
    async with restartable(store, runtime, cron):
        await runtime.advance(1)
    await runtime.advance(54)
    calls.clear()
    async with restartable(store, runtime, cron):
        await runtime.advance(1)
        assert calls == ["tick 55"]
        await runtime.advance(5)
        assert len(calls) == 2
        assert calls[1] == "tick 60"


@pytest.mark.rule("SC6")
async def test_old_calls_and_answers_are_let_go(runtime: VirtualRuntime) -> None:
    """Finished calls go after seven days, answers of mutations after fourteen."""
    registry = Registry([app.Account, app.Note, app.Member], [functions, app.functions])
    rare = WorkerSettings(prune_every=1e9, lease=1e9, sweep_files_every=1e9)
    async with open_test_engine(registry, runtime=runtime, workers=rare) as engine:
        await engine.run_mutation(plan, folder="f", seconds=1)
        await engine.calls.mutation("notes:add", b'{"folder":"f"}', Caller(), request=("s", 1))
        for days, (call_count, answers) in ((6.9, (1, 1)), (0.2, (0, 1)), (7, (0, 0))):
            await runtime.advance(days * 86_400)
            await engine.workers.pruning.prune()
            rows = await engine.database.read(lambda tx: DatabaseReader(tx).query(MutationRequest).collect())
            assert (len(await engine.run_query(jobs)), len(rows)) == (call_count, answers)


@pytest.mark.rule("HI2")
async def test_history_is_let_go_after_its_retention(engine: Engine, runtime: VirtualRuntime) -> None:
    """A timestamp can be read for at least thirty seconds, and no more after the retention."""
    await engine.run_mutation(plan, folder="f", seconds=1e6)
    then = engine.calls.newest_ts()
    for _ in range(2):
        await engine.run_mutation(plan, folder="f", seconds=1e6)
    await runtime.advance(31)
    assert isinstance(await engine.calls.query("notes:mine", b'{"folder":"f"}', Caller(), at_ts=then), Success)
    await runtime.advance(65)
    with pytest.raises(OutOfRetentionError):
        await engine.calls.query("notes:mine", b'{"folder":"f"}', Caller(), at_ts=then)


def test_retention_has_a_least_value() -> None:
    """Less than the thirty seconds that clients rely on cannot be set."""
    with pytest.raises(ValueError, match="30"):
        WorkerSettings(log_retention=29)
