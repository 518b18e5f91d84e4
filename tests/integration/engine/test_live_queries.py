"""Live queries of connections."""

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from tests.support import engine_tables as app
from tutorium.engine import (
    Caller,
    Engine,
    Failure,
    Functions,
    Identity,
    PaginationOptions,
    QueryContext,
    Registry,
    Success,
    public,
)
from tutorium.engine.errors import InvalidCursorError
from tutorium.engine.functions import is_same_result
from tutorium.engine.subscriptions import EngineLiveQueries, Step
from tutorium.engine.testing import open_test_engine

pytestmark = pytest.mark.anyio


def caller(name: str, origin: str | None = None) -> Caller:
    return Caller(identity=Identity(subject=name, issuer="i", token_identifier=f"i|{name}"), origin=origin)


class Client:
    """One connection: counts how often it was told, and keeps what it was shown last."""

    def __init__(self, engine: Engine) -> None:
        self.told = 0
        self.live: EngineLiveQueries = engine.subscriptions.open(self._on_stale)

    def _on_stale(self) -> None:
        self.told += 1


@pytest.fixture
async def engine() -> AsyncGenerator[Engine, None]:
    app.runs.clear()
    async with open_test_engine(Registry([app.Account, app.Note, app.Member], [app.functions])) as opened:
        yield opened


@pytest.fixture
def client(engine: Engine) -> Callable[[], Client]:
    return lambda: Client(engine)


LIST = ("notes:list", b'{"folder":"f"}')
MINE = ("notes:mine", b'{"folder":"f"}')


@pytest.mark.rule("LQ1")
@pytest.mark.rule("LQ2")
async def test_a_step_tells_what_changed_and_nothing_else(engine: Engine, client: Callable[[], Client]) -> None:
    """After a commit only the queries that it overlaps are evaluated, all at one timestamp."""
    one = client()
    here = one.live.watch("notes:mine", b'{"folder":"f"}', Caller())
    there = one.live.watch("notes:mine", b'{"folder":"g"}', Caller())
    first = await one.live.advance()
    assert set(first.outcomes) == {here, there}
    assert not one.live.is_stale
    assert (await one.live.advance()).outcomes == {}
    await engine.run_mutation(app.add, folder="f")
    assert (one.told, one.live.is_stale) == (1, True)
    await engine.run_mutation(app.add, folder="f")
    assert one.told == 1
    second = await one.live.advance(engine.calls.newest_ts())
    assert second.ts == engine.calls.newest_ts() > first.ts
    (outcome,) = second.outcomes.values()
    assert set(second.outcomes) == {here}
    assert isinstance(outcome, Success)
    assert (outcome.value_json, outcome.ts) == (b'"nobody: 2"', second.ts)


@pytest.mark.rule("LQ4")
async def test_equal_queries_run_once(engine: Engine, client: Callable[[], Client]) -> None:
    """A thousand connections that watch one query cost one run and share one encoded result."""
    await engine.run_mutation(app.join, user="u", folder="f")
    clients = [client() for _ in range(1_000)]
    watched = [(one, one.live.watch(*LIST, caller("u"))) for one in clients]
    await asyncio.gather(*(one.live.advance() for one in clients))
    assert app.runs == ["list"]
    await engine.run_mutation(app.add, folder="f", text="x")
    assert all(one.told == 1 for one in clients)
    steps = await asyncio.gather(*(one.live.advance() for one in clients))
    assert app.runs == ["list", "list"]
    outcomes = [step.outcomes[query] for step, (_, query) in zip(steps, watched, strict=True)]
    assert all(outcome is outcomes[0] for outcome in outcomes)
    for one in clients:
        one.live.close()
    await engine.run_mutation(app.add, folder="f", text="y")
    assert all(one.told == 1 for one in clients)


@pytest.mark.rule("LQ5")
async def test_results_that_looked_at_the_caller_are_not_shared(engine: Engine, client: Callable[[], Client]) -> None:
    """A query that asks who is calling runs for each caller; equal callers share."""
    clients = [client() for _ in range(4)]
    names = ["ann", "bob", "ann", None]
    for one, name in zip(clients, names, strict=True):
        one.live.watch(*MINE, caller(name) if name else Caller())
    steps = await asyncio.gather(*(one.live.advance() for one in clients))
    values = [next(iter(step.outcomes.values())) for step in steps]
    assert [value.value_json for value in values if isinstance(value, Success)] == [
        b'"ann: 0"',
        b'"bob: 0"',
        b'"ann: 0"',
        b'"nobody: 0"',
    ]
    assert len(app.runs) == 3


@pytest.mark.rule("LQ6")
async def test_a_guard_is_live(engine: Engine, client: Callable[[], Client]) -> None:
    """Who is let in sees the list, who is put out is refused, and the body runs once for both identities."""
    await engine.run_mutation(app.join, user="ann", folder="f")
    ann, bob = client(), client()
    ann.live.watch(*LIST, caller("ann"))
    bob.live.watch(*LIST, caller("bob"))
    (refused,) = (await bob.live.advance()).outcomes.values()
    assert isinstance(refused, Failure)
    assert (refused.code, refused.data_json) == (
        "forbidden",
        b'{"code":"forbidden","message":"Your account may not do this. Ask the owner for access.","folder":"f"}',
    )
    assert isinstance(next(iter((await ann.live.advance()).outcomes.values())), Success)
    await engine.run_mutation(app.join, user="bob", folder="f")
    assert (ann.told, bob.told) == (0, 1)
    (shown,) = (await bob.live.advance()).outcomes.values()
    assert isinstance(shown, Success)
    assert shown.log_lines == ("[INFO] listing folder='f'",)
    assert app.runs == ["list"]
    await engine.run_mutation(app.leave, user="bob", folder="f")
    assert isinstance(next(iter((await bob.live.advance()).outcomes.values())), Failure)
    assert not ann.live.is_stale


async def test_another_caller_means_another_look(engine: Engine, client: Callable[[], Client]) -> None:
    """After the caller changed every query is evaluated again on behalf of the new one."""
    one = client()
    one.live.watch(*MINE, Caller())
    await one.live.advance()
    one.live.set_caller(caller("ann"))
    (outcome,) = (await one.live.advance()).outcomes.values()
    assert isinstance(outcome, Success)
    assert outcome.value_json == b'"ann: 0"'


@pytest.mark.rule("LQ7")
async def test_a_commit_during_a_step_is_not_lost(engine: Engine, client: Callable[[], Client]) -> None:
    """A mutation between the snapshot of a step and its end makes the step's results stale at once."""
    one = client()
    one.live.watch(*MINE, Caller())

    async def meddle() -> None:
        await engine.run_mutation(app.add, folder="f")

    step, _ = await asyncio.gather(one.live.advance(), meddle())
    (outcome,) = step.outcomes.values()
    assert isinstance(outcome, Success)
    if step.ts < engine.calls.newest_ts():
        assert outcome.value_json == b'"nobody: 0"'
        assert (one.live.is_stale, one.told) == (True, 1)
        (outcome,) = (await one.live.advance()).outcomes.values()
    assert isinstance(outcome, Success)
    assert outcome.value_json == b'"nobody: 1"'


@pytest.mark.rule("LQ3")
async def test_a_mutation_is_answered_before_others_are_told(engine: Engine) -> None:
    """The task that waits for a mutation goes on before the task that was told of its effect."""
    order: list[str] = []
    told = asyncio.Event()
    live = engine.subscriptions.open(told.set)
    live.watch(*MINE, Caller())
    await live.advance()

    async def follow() -> None:
        await told.wait()
        order.append("transition")

    following = asyncio.create_task(follow())
    await asyncio.sleep(0)
    outcome = await engine.calls.mutation("notes:add", b'{"folder":"f"}', Caller())
    order.append("response")
    await following
    assert order == ["response", "transition"]
    assert isinstance(outcome, Success)
    assert (await live.advance(outcome.ts)).ts >= outcome.ts


async def test_wrong_queries_show_as_failures(engine: Engine, client: Callable[[], Client]) -> None:
    """A path or arguments that are wrong fail that query only, and are not told again."""
    one = client()
    unknown = one.live.watch("notes:nothing", b"{}", Caller())
    internal = one.live.watch("notes:join", b"{}", Caller())
    wrong = one.live.watch("notes:mine", b'{"folder":5}', Caller())
    right = one.live.watch(*MINE, Caller())
    outcomes = (await one.live.advance()).outcomes
    codes = [
        outcome.code if isinstance(outcome, Failure) else "fine"
        for outcome in map(outcomes.get, [unknown, internal, wrong, right])
        if outcome
    ]
    assert codes == ["function_not_found", "function_not_found", "invalid_arguments", "fine"]
    one.live.unwatch(right)
    await engine.run_mutation(app.add, folder="f")
    assert one.told == 0


@pytest.mark.rule("QU4")
async def test_pages_stay_side_by_side(engine: Engine, client: Callable[[], Client]) -> None:
    """Rows added within a page make it grow; the next page begins where it ended, and the journal survives a reconnect."""
    for rank in (1, 2, 3, 4):
        await engine.run_mutation(app.add, folder="f", rank=float(rank))
    one = client()

    def args(cursor: str | None) -> bytes:
        text = "null" if cursor is None else f'"{cursor}"'
        return f'{{"folder":"f","paginationOpts":{{"numItems":2,"cursor":{text},"id":7,"more":1}}}}'.encode()

    first = one.live.watch("notes:page", args(None), Caller())
    (outcome,) = (await one.live.advance()).outcomes.values()
    assert isinstance(outcome, Success)
    assert outcome.journal is not None
    second = one.live.watch("notes:page", args(outcome.journal), Caller())
    await one.live.advance()
    await engine.run_mutation(app.add, folder="f", rank=1.5)
    step = await one.live.advance()
    assert set(step.outcomes) == {first}
    grown = step.outcomes[first]
    assert isinstance(grown, Success)
    assert grown.value_json.count(b'"rank"') == 3
    assert grown.journal == outcome.journal
    two = client()
    again = two.live.watch("notes:page", args(None), Caller(), first.journal)
    same = (await two.live.advance()).outcomes[again]
    assert isinstance(same, Success)
    assert same.value_json == grown.value_json
    assert second.journal is not None


async def test_the_process_watches_a_query(engine: Engine) -> None:
    """`engine.subscribe` yields decoded values, the latest one when several changes came, and no value twice."""
    async with engine.subscribe(app.list_, folder="f") as values:
        counts = []
        async for rows in values:
            counts.append(len(rows))
            if len(counts) == 3:
                break
            await engine.run_mutation(app.add, folder="g")
            for _ in range(2):
                await engine.run_mutation(app.add, folder="f")
    assert counts == [0, 2, 4]


async def test_the_process_is_told_what_a_query_raised(engine: Engine) -> None:
    """An error of the query ends the watching with that error."""
    options = PaginationOptions(num_items=1, cursor="wrong")

    async def watch() -> None:
        async with engine.subscribe(app.page, folder="f", pagination_opts=options) as values:
            async for _ in values:
                raise AssertionError("a value came")

    with pytest.raises(InvalidCursorError):
        await watch()


functions = Functions("gated")


class _Gate:
    """What gated queries wait for; each test has its own."""

    event = asyncio.Event()


@functions.query(guard=public)
async def count(ctx: QueryContext) -> int:
    """Count notes, then wait."""
    app.runs.append("count")
    found = len(await ctx.db.query(app.Note).collect())
    await _Gate.event.wait()
    return found


@functions.query(guard=public)
async def who(ctx: QueryContext) -> str:
    """Say who asks, then wait."""
    app.runs.append("who")
    identity = await ctx.auth.identity()
    await _Gate.event.wait()
    return identity.subject if identity else "nobody"


@pytest.fixture
async def gated() -> AsyncGenerator[Engine, None]:
    app.runs.clear()
    _Gate.event = asyncio.Event()
    async with open_test_engine(Registry([app.Account, app.Note, app.Member], [app.functions, functions])) as opened:
        yield opened


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


def value(outcome: object) -> bytes:
    assert isinstance(outcome, Success)
    return outcome.value_json


@pytest.mark.rule("LQ7")
@pytest.mark.rule("LQ4")
async def test_a_commit_while_a_query_runs_makes_its_result_stale(gated: Engine) -> None:
    """Two connections wait for one run; a commit meanwhile is told to both, and the next step shows it."""
    clients = [Client(gated), Client(gated)]
    watched = [one.live.watch("gated:count", b"{}", Caller()) for one in clients]
    steps = [asyncio.create_task(one.live.advance()) for one in clients]
    await settle()
    assert app.runs == ["count"]
    await gated.run_mutation(app.add, folder="f")
    _Gate.event.set()
    outcomes = [(await step).outcomes[query] for step, query in zip(steps, watched, strict=True)]
    assert [value(outcome) for outcome in outcomes] == [b"0.0", b"0.0"]
    assert [(one.told, one.live.is_stale) for one in clients] == [(1, True), (1, True)]
    again = await asyncio.gather(*(one.live.advance() for one in clients))
    assert [value(step.outcomes[query]) for step, query in zip(again, watched, strict=True)] == [b"1.0", b"1.0"]
    assert app.runs == ["count", "count"]


@pytest.mark.rule("LQ5")
async def test_a_shared_run_that_looked_at_its_caller_is_no_use_to_another(gated: Engine) -> None:
    """Callers that waited for an equal query run it themselves when it turns out to look at the caller."""
    clients = [Client(gated) for _ in range(3)]
    names = ["ann", "bob", "ann"]
    watched = [one.live.watch("gated:who", b"{}", caller(name)) for one, name in zip(clients, names, strict=True)]
    steps = [asyncio.create_task(one.live.advance()) for one in clients]
    await settle()
    _Gate.event.set()
    shown = [value((await step).outcomes[query]) for step, query in zip(steps, watched, strict=True)]
    assert shown == [b'"ann"', b'"bob"', b'"ann"']
    assert app.runs == ["who", "who"]


async def test_a_connection_may_end_while_its_query_runs(gated: Engine) -> None:
    """A run whose watchers have all gone leaves nothing behind, whether the step was cancelled or the set closed."""
    closed, cancelled = Client(gated), Client(gated)
    for one in (closed, cancelled):
        one.live.watch("gated:count", b"{}", Caller())
    steps = [asyncio.create_task(one.live.advance()) for one in (closed, cancelled)]
    await settle()
    closed.live.close()
    steps[1].cancel()
    cancelled.live.close()
    _Gate.event.set()
    results = await asyncio.gather(*steps, return_exceptions=True)
    assert isinstance(results[0], Step)
    assert results[0].outcomes == {}
    assert gated.subscriptions.kept_count == 0
    await gated.run_mutation(app.add, folder="f")
    assert (closed.told, cancelled.told) == (0, 0)


async def test_a_closed_set_keeps_nothing(engine: Engine, client: Callable[[], Client]) -> None:
    """When the last watcher leaves, results and guards are dropped."""
    await engine.run_mutation(app.join, user="ann", folder="f")
    one, other = client(), client()
    for each in (one, other):
        each.live.watch(*LIST, caller("ann"))
        await each.live.advance()
    assert engine.subscriptions.kept_count == 2
    one.live.close()
    assert engine.subscriptions.kept_count == 2
    other.live.close()
    other.live.close()
    assert engine.subscriptions.kept_count == 0


def test_equal_results_need_not_be_told_again() -> None:
    """Value and log lines decide, or error data and text without the request id."""
    one = Success(value_json=b"1", ts=1)
    assert is_same_result(one, one)
    assert is_same_result(one, Success(value_json=b"1", ts=2, journal="j"))
    assert not is_same_result(one, Success(value_json=b"2", ts=1))
    assert not is_same_result(one, Success(value_json=b"1", ts=1, log_lines=("[INFO] x",)))
    failed = Failure(message="[Request ID: aa] Server Error", code="internal")
    assert is_same_result(failed, Failure(message="[Request ID: bb] Server Error", code="internal", ts=5))
    assert not is_same_result(failed, Failure(message="[Request ID: aa] Other", code="internal"))
    assert not is_same_result(failed, Failure(message="[Request ID: aa] Server Error", code="c", data_json=b"{}"))
    assert not is_same_result(one, failed)
    ann = caller("ann").identity
    assert ann is not None
    assert ann.claim("email") is None
