"""Calls by path, as clients make them."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.support import engine_tables as app
from tutorium.engine import (
    ActionContext,
    Caller,
    Cron,
    Engine,
    Failure,
    Functions,
    Guard,
    GuardContext,
    Id,
    Identity,
    MutationContext,
    QueryContext,
    Registry,
    Success,
    View,
    internal,
    public,
)
from tutorium.engine.errors import (
    ArgumentValidationError,
    FunctionNotFoundError,
    InvalidQueryError,
    SchemaError,
)
from tutorium.engine.testing import open_test_engine
from tutorium.errors import ConflictError, NotFoundError, NotSignedInError

pytestmark = pytest.mark.anyio

functions = Functions("odd/things")


class Summary(View):
    how_many: int
    who: str | None


@functions.query(guard=public)
async def summary(ctx: QueryContext) -> Summary:
    """Count notes."""
    return Summary(how_many=len(await ctx.run_query(every)), who=None)


@functions.query(guard=internal)
async def every(ctx: QueryContext) -> list[app.Note]:
    """List notes."""
    return await ctx.db.query(app.Note).collect()


@functions.query(guard=public)
async def lying(ctx: QueryContext) -> int:
    """Return something else than declared."""
    return "three"  # type: ignore[return-value]


@functions.query(guard=public)
async def broken(ctx: QueryContext) -> None:
    """Fail in an unforeseen way."""
    raise ZeroDivisionError("secret detail")


@functions.query(guard=public)
async def two_pages(ctx: QueryContext) -> None:
    """Ask for two pages."""
    options = app.PaginationOptions(num_items=1)
    await ctx.db.query(app.Note).paginate(options)
    await ctx.db.query(app.Note).paginate(options)


@functions.query(guard=public)
async def chance(ctx: QueryContext) -> list[float]:
    """Draw numbers, and tell the time twice."""
    return [ctx.random.random(), ctx.now_ms, ctx.now_ms]


@functions.query(guard=public)
async def slow(ctx: QueryContext) -> None:
    """Never end."""
    await asyncio.sleep(3_600)


@functions.mutation(guard=public)
async def nested(ctx: MutationContext) -> list[str]:
    """Keep what is outside of a nested mutation that fails."""
    await ctx.db.insert(app.Note(folder="outside"))
    try:
        await ctx.run_mutation(failing)
    except ConflictError:
        ctx.log.warning("caught")
    return [note.folder for note in await ctx.run_query(every)]


@functions.mutation(guard=internal)
async def failing(ctx: MutationContext) -> None:
    """Write, then fail."""
    await ctx.db.insert(app.Note(folder="inside"))
    raise ConflictError("on purpose", because=["x", 1])


@functions.mutation(guard=public)
async def failing_once(ctx: MutationContext, *, mark: str) -> str:
    """Fail the first time."""
    attempts.append(mark)
    if len(attempts) == 1:
        raise ConflictError("first time")
    ctx.log.info("written", mark=mark)
    await ctx.db.insert(app.Note(folder=mark))
    return mark


attempts: list[str] = []


@functions.action(guard=public)
async def act(ctx: ActionContext, *, folder: str) -> str:
    """Call everything that an action can call."""
    note = await ctx.run_mutation(app.add, folder=folder)
    notes = await ctx.run_query(every)
    inner = await ctx.run_action(greet)
    identity = await ctx.auth.identity()
    return f"{inner} {identity.subject if identity else 'nobody'} {len(notes)} {note == notes[-1].id} {ctx.random.random() < 1}"


@functions.action(guard=internal)
async def greet(ctx: ActionContext) -> str:
    """Say hello."""
    return "hello" if ctx.now_ms > 0 else "never"


@functions.action(guard=public, timeout=timedelta(milliseconds=20))
async def slow_action(ctx: ActionContext) -> None:
    """Never end."""
    await asyncio.sleep(3_600)


@functions.action(guard=public)
async def impatient(ctx: ActionContext) -> None:
    """Fail with a time limit of one's own."""
    async with asyncio.timeout(0.001):
        await asyncio.sleep(3_600)


async def _owner(ctx: GuardContext, args: Any) -> None:
    identity = await ctx.auth.identity()
    if identity is None:
        raise NotSignedInError
    if args["note"] is not None and (await ctx.db.get_or_raise(args["note"])).folder != identity.subject:
        raise NotFoundError(id=args["note"])


@functions.mutation(guard=Guard(describe="the owner", check=_owner))
async def finish(ctx: MutationContext, *, note: Id[app.Note] | None = None) -> None:
    """Mark a note as done."""
    if note is not None:
        await ctx.db.patch(note, done=True)


@pytest.fixture
async def engine() -> AsyncGenerator[Engine, None]:
    attempts.clear()
    async with open_test_engine(Registry([app.Account, app.Note, app.Member], [app.functions, functions])) as opened:
        yield opened


def identity(name: str) -> Identity:
    return Identity(subject=name, issuer="i", token_identifier=f"i|{name}", claims=(("email", f"{name}@x"),))


async def call(engine: Engine, path: str, args: bytes = b"{}", who: str | None = None) -> Success | Failure:
    return (await engine.run_call(path, args, identity(who) if who else None))[1]


async def failed(engine: Engine, path: str, args: bytes = b"{}", who: str | None = None) -> Failure:
    outcome = await call(engine, path, args, who)
    assert isinstance(outcome, Failure)
    return outcome


async def succeeded(engine: Engine, path: str, args: bytes = b"{}", who: str | None = None) -> bytes:
    outcome = await call(engine, path, args, who)
    assert isinstance(outcome, Success), outcome
    return outcome.value_json


async def test_every_function_tells_its_signature(engine: Engine) -> None:
    """Functions are listed with the types of their arguments and results, and with who may call them."""
    signature = engine.signatures["odd/things:finish"]
    assert (signature.names, signature.returns) == (("note",), type(None))
    assert signature.function.guard.describe == "the owner"
    assert signature.function.is_internal is False


async def test_views_cross_the_wire_in_camel_case(engine: Engine) -> None:
    """A result is encoded as its declared type; any spelling of the path is understood."""
    await engine.run_mutation(app.add, folder="f")
    for path in ("odd/things:summary", "odd/things.js:summary"):
        assert await succeeded(engine, path) == b'{"howMany":1.0,"who":null}'


@pytest.mark.rule("FN2")
async def test_internal_and_unknown_functions_look_the_same(engine: Engine) -> None:
    """Neither can be called, and the answers differ in the name only. As ordinary errors they carry no data."""
    texts = []
    for path in ("odd/things:every", "odd/things:nowhere", "nowhere"):
        outcome = await failed(engine, path)
        assert (outcome.code, outcome.data_json) == ("function_not_found", None)
        texts.append(outcome.message.partition("] ")[2].replace(path, "NAME"))
    assert len(set(texts)) == 1
    with pytest.raises(FunctionNotFoundError):
        await engine.run_query(Functions("x").query(guard=public)(every.handler))


async def test_a_function_is_called_as_what_it_is(engine: Engine) -> None:
    """Calling a query as a mutation is refused."""
    outcome = await engine.calls.mutation("odd/things:summary", b"{}", Caller())
    assert isinstance(outcome, Failure)
    assert outcome.code == "bad_request"
    assert isinstance(await engine.calls.query("odd/things:act", b"{}", Caller()), Failure)
    assert isinstance(await engine.calls.action("notes:add", b"{}", Caller()), Failure)


@pytest.mark.rule("FN3")
@pytest.mark.parametrize(
    "args",
    [b'{"folder":1}', b"{}", b'{"folder":"f","more":1}', b"[]", b"nonsense", b'{"folder":"f","text":"' + b"x" * 300 + b'"}'],
)
async def test_wrong_arguments_are_refused(engine: Engine, args: bytes) -> None:
    """Arguments that do not fit are refused with a code and the name of the function."""
    outcome = await failed(engine, "notes:add", args)
    assert outcome.code == "invalid_arguments"
    assert outcome.data_json is not None
    assert b"notes:add" in outcome.data_json


@pytest.mark.rule("FN3")
async def test_a_wrong_return_value_is_not_sent(engine: Engine) -> None:
    """A function that returns something else than it declares fails; the client learns no details."""
    outcome = await failed(engine, "odd/things:lying")
    assert (outcome.code, outcome.data_json) == (
        "invalid_return",
        b'{"code":"invalid_return","message":"ReturnsValidationError: odd/things:lying: Expected int, got str."}',
    )


@pytest.mark.rule("FN4")
async def test_unforeseen_errors_are_not_told(engine: Engine) -> None:
    """Only a request id reaches the client."""
    outcome = await failed(engine, "odd/things:broken")
    assert outcome.code == "internal"
    assert outcome.data_json is None
    assert outcome.message.endswith("] Server Error")
    with pytest.raises(ZeroDivisionError):
        await engine.run_query(broken)


@pytest.mark.rule("FN1")
async def test_guards_decide_on_caller_rows_and_arguments(engine: Engine) -> None:
    """A guard sees who calls, the rows and the arguments; inside of the process it is not asked."""
    note = await engine.run_mutation(app.add, folder="ann")
    args = f'{{"note":"{note}"}}'.encode()
    assert (await failed(engine, "odd/things:finish", args)).code == "not_signed_in"
    refused = await failed(engine, "odd/things:finish", args, "bob")
    assert refused.data_json is not None
    assert (refused.code, note.encode() in refused.data_json) == ("not_found", True)
    assert await succeeded(engine, "odd/things:finish", args, "ann") == b"null"
    await engine.run_mutation(finish, note=note)
    assert [row.done for row in await engine.run_query(every)] == [True]
    assert finish.guard.describe == "the owner"


@pytest.mark.rule("TX2")
async def test_a_nested_mutation_takes_back_its_own_writes(engine: Engine) -> None:
    """What a nested mutation wrote before it raised is gone, what the outer one wrote stays."""
    outcome = await call(engine, "odd/things:nested")
    assert isinstance(outcome, Success)
    assert outcome.value_json == b'["outside"]'
    assert outcome.log_lines == ("[WARN] caught",)
    refused = await engine.calls.mutation("odd/things:failing", b"{}", Caller())
    assert isinstance(refused, Failure)
    with pytest.raises(ConflictError):
        await engine.run_mutation(failing)
    assert len(await engine.run_query(every)) == 1


@pytest.mark.rule("FN5")
async def test_a_repeated_mutation_is_done_once(engine: Engine) -> None:
    """The same request of the same session answers as it did; a failed one runs again; other requests are others."""
    args = b'{"mark":"m"}'

    async def send(session: str, number: int) -> Success | Failure:
        return await engine.calls.mutation("odd/things:failingOnce", args, Caller(), request=(session, number))

    assert isinstance(await send("s", 1), Failure)
    done = await send("s", 1)
    again = await send("s", 1)
    assert isinstance(done, Success)
    assert isinstance(again, Success)
    assert (again.value_json, again.log_lines) == (done.value_json, done.log_lines) == (b'"m"', ("[INFO] written mark='m'",))
    assert again.ts >= done.ts
    assert len(attempts) == 2
    await send("s", 2)
    await send("t", 1)
    assert len(attempts) == 4
    assert len(await engine.run_query(every)) == 3
    together = await asyncio.gather(*(send("u", 1) for _ in range(5)))
    assert len(await engine.run_query(every)) == 4
    assert all(isinstance(outcome, Success) for outcome in together)


async def test_an_action_calls_queries_mutations_and_actions(engine: Engine) -> None:
    """Each call of an action is a transaction of its own, on behalf of the same caller."""
    assert await succeeded(engine, "odd/things:act", b'{"folder":"f"}', "ann") == b'"hello ann 1 True True"'
    assert await engine.acting_as(identity("bob")).run_action(act, folder="f") == "hello bob 2 True True"
    assert await engine.acting_as(None).run_query(summary) == Summary(how_many=2, who=None)
    await engine.acting_as(None).run_mutation(app.add, folder="g")
    assert await engine.run_action(act, folder="f", _identity=identity("eve")) == "hello eve 4 True True"  # type: ignore[call-arg]


@pytest.mark.rule("FN6")
async def test_what_takes_too_long_is_ended(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over its limit a function fails with `function_timeout`; a limit of its own is its own error."""
    monkeypatch.setattr("tutorium.engine.functions.runner.TRANSACTION_SECONDS", 0.01)
    assert (await failed(engine, "odd/things:slow")).code == "function_timeout"
    assert (await failed(engine, "odd/things:slowAction")).code == "function_timeout"
    assert (await failed(engine, "odd/things:impatient")).code == "internal"


async def test_time_stands_still_in_a_query_and_chance_does_not_repeat(engine: Engine) -> None:
    """The time of a run is one; two runs draw different numbers."""
    one, other = await engine.run_query(chance), await engine.run_query(chance)
    assert one[1] == one[2]
    assert one[0] != other[0]


async def test_a_function_has_one_page(engine: Engine) -> None:
    """A second `paginate` in one function is refused, since there is one journal."""
    assert (await failed(engine, "odd/things:twoPages")).code == InvalidQueryError.code


@pytest.mark.rule("QU5")
@pytest.mark.parametrize("cursor", ["x", "", "AAAA", "é"])
async def test_a_foreign_cursor_is_refused_in_the_way_of_the_clients(engine: Engine, cursor: str) -> None:
    """The official hook finds in the data that it must begin again from the first page."""
    args = f'{{"folder":"f","paginationOpts":{{"numItems":1,"cursor":"{cursor}"}}}}'.encode()
    outcome = await failed(engine, "notes:page", args)
    assert outcome.data_json is not None
    assert b'"isConvexSystemError":true,"paginationError":"InvalidCursor"' in outcome.data_json
    good = await call(engine, "notes:page", b'{"folder":"g","paginationOpts":{"numItems":1,"cursor":null}}')
    assert isinstance(good, Success)
    journal = await engine.calls.query(
        "notes:page", b'{"folder":"f","paginationOpts":{"numItems":1,"cursor":null}}', Caller(), journal=good.journal
    )
    assert isinstance(journal, Failure)
    assert journal.code == "invalid_cursor"


@pytest.mark.rule("QU3")
async def test_pages_end_split_and_refuse_nonsense(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is filled exactly is not done; a middle is offered; `endCursor` fixes the end; zero rows are no page."""
    for rank in range(4):
        await engine.run_mutation(app.add, folder="f", rank=float(rank))

    async def page(options: str, *, down: bool = False) -> Any:

        args = f'{{"folder":"f","down":{str(down).lower()},"paginationOpts":{{{options}}}}}'.encode()
        return msgspec.json.decode(await succeeded(engine, "notes:page", args))

    whole = await page('"numItems":4,"cursor":null')
    assert (whole["isDone"], len(whole["page"])) == (False, 4)
    after = await page(f'"numItems":4,"cursor":"{whole["continueCursor"]}"')
    assert (after["isDone"], after["page"], after["splitCursor"]) == (True, [], None)
    end = await page(f'"numItems":4,"cursor":"{after["continueCursor"]}"')
    assert (end["isDone"], end["page"]) == (True, [])
    half = await page(f'"numItems":9,"cursor":null,"endCursor":"{whole["splitCursor"]}"')
    rest = await page(f'"numItems":9,"cursor":"{whole["splitCursor"]}","endCursor":"{whole["continueCursor"]}"')
    assert half["page"] + rest["page"] == whole["page"]
    assert half["continueCursor"] == whole["splitCursor"]
    assert [row["rank"] for row in (await page('"numItems":2,"cursor":null', down=True))["page"]] == [3.0, 2.0]
    few = await page('"numItems":4,"cursor":null,"maximumRowsRead":3')
    assert (few["pageStatus"], len(few["page"])) == ("SplitRequired", 3)
    monkeypatch.setattr("tutorium.engine.database.query.SPLIT_RECOMMENDED_ROWS", 2)
    assert (await page('"numItems":3,"cursor":null'))["pageStatus"] == "SplitRecommended"
    for wrong in ("0", "1.5", "99999"):
        args = f'{{"folder":"f","paginationOpts":{{"numItems":{wrong},"cursor":null}}}}'.encode()
        assert (await failed(engine, "notes:page", args)).code == "bad_request"


@pytest.mark.rule("HI1")
async def test_queries_at_a_timestamp_and_together(engine: Engine) -> None:
    """A query can be asked as of an earlier timestamp, and several on one snapshot."""
    await engine.run_mutation(app.add, folder="f")
    then = engine.calls.newest_ts()
    await engine.run_mutation(app.add, folder="f")
    past = await engine.calls.query("odd/things:summary", b"{}", Caller(), at_ts=then)
    assert isinstance(past, Success)
    assert (past.ts, past.value_json) == (then, b'{"howMany":1.0,"who":null}')
    outcomes = await engine.calls.queries([("odd/things:summary", b"{}"), ("odd/things:broken", b"{}")], Caller())
    assert [type(outcome) for outcome in outcomes] == [Success, Failure]
    assert {outcome.ts for outcome in outcomes} == {engine.calls.newest_ts()}


def _registry(*declared: Any) -> Registry:
    return Registry([app.Note], declared)


async def test_wrong_declarations_are_refused_when_opened() -> None:
    """Positional arguments, missing types, types that cannot be sent, and unknown tables are found at the start."""
    feature = Functions("wrong")

    async def positional(ctx: QueryContext, x: int) -> None: ...
    async def untyped(ctx: QueryContext, *, x) -> None: ...  # type: ignore[no-untyped-def]
    async def endless(ctx: QueryContext): ...  # type: ignore[no-untyped-def]
    async def unsendable(ctx: QueryContext, *, x: set[int]) -> None: ...
    async def homeless(ctx: QueryContext, *, x: Id["Nowhere"]) -> None: ...  # type: ignore[name-defined]  # noqa: F821
    async def mutable(ctx: QueryContext, *, x: list[int] = []) -> None: ...  # noqa: B006
    async def nameless(ctx: QueryContext, *, x: "Nowhere") -> None: ...  # type: ignore[name-defined]  # noqa: F821

    for handler in (positional, untyped, endless, unsendable, homeless, mutable, nameless):
        feature = Functions("wrong")
        feature.query(guard=public)(handler)  # type: ignore[arg-type]
        with pytest.raises(SchemaError):
            async with open_test_engine(_registry(feature)):
                pass


def test_names_are_given_once() -> None:
    """A function, a cron or a registry entry that is declared twice is refused."""
    feature = Functions("once")

    async def one(ctx: MutationContext) -> None: ...

    ref = feature.mutation(guard=internal)(one)
    with pytest.raises(SchemaError):
        feature.mutation(guard=internal)(one)
    twin = Functions("once")
    twin.mutation(guard=internal)(one)
    with pytest.raises(SchemaError):
        _registry(feature, twin)
    cron = Cron(name="c", every=timedelta(seconds=5), function=ref)
    with pytest.raises(SchemaError):
        Registry([], [feature], [cron, Cron(name="c", every=timedelta(seconds=6), function=ref)])
    with pytest.raises(SchemaError):
        Registry([], [], [cron])
    with pytest.raises(SchemaError):
        Cron(name="c", every=timedelta(0), function=ref)


async def test_arguments_are_given_by_name(engine: Engine) -> None:
    """The scheduler takes no positional arguments and none that do not fit."""
    feature = Functions("later")

    @feature.mutation(guard=internal)
    async def wrong(ctx: MutationContext) -> None:
        with pytest.raises(TypeError):
            await ctx.scheduler.run_after(1, app.add, "f")  # type: ignore[call-arg]
        with pytest.raises(ArgumentValidationError):
            await ctx.scheduler.run_after(1, app.add, folder=5)  # type: ignore[arg-type]

    async with open_test_engine(_registry(feature, app.functions)) as other:
        await other.run_mutation(wrong)
