"""The whole product's functions on an engine in memory, with people to call them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from tutorium.app.auth.functions import create_guest, create_member
from tutorium.app.boards import BoardSnapshot
from tutorium.app.documents import Document, PageText, Passage
from tutorium.app.quizzes import Item, PreparedItem, Quiz
from tutorium.app.reading.findings import Quote
from tutorium.app.reading.material import Span
from tutorium.app.sessions import Session, record_activity
from tutorium.engine import (
    ActionContext,
    Engine,
    Functions,
    Id,
    Identity,
    MutationContext,
    QueryContext,
    Registry,
    Row,
    StoredFile,
    View,
    internal,
)
from tutorium.engine.functions.outcome import Caller, Failure
from tutorium.engine.testing import VirtualRuntime, open_test_engine
from tutorium.server.features import CRONS, FUNCTIONS, TABLES


class Refused(Exception):
    """A call was answered with an error; `code` is its stable code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account (or nobody, without an id) who calls public functions as a client does."""

    engine: Engine
    id: str | None

    @property
    def caller(self) -> Caller:
        """On whose behalf calls are made."""
        if self.id is None:
            return Caller()
        return Caller(identity=Identity(subject=self.id, issuer="test", token_identifier=f"test|{self.id}"))

    async def call(self, path: str, **args: Any) -> Any:
        """Call a public function by its path; raise Refused when it is refused."""
        _, outcome = await self.engine.calls.call(path, msgspec.json.encode(args), self.caller)
        if isinstance(outcome, Failure):
            raise Refused(outcome.code, outcome.message)
        return msgspec.json.decode(outcome.value_json)


happenings = Functions("happenings")
"""What other features would do, and a look at what is stored."""


@happenings.mutation(guard=internal)
async def lesson_happens(ctx: MutationContext, *, session: Id[Session], progress: float) -> None:
    """A lesson goes on."""
    await record_activity(ctx, session, progress=progress)


@happenings.query(guard=internal)
async def stored(ctx: QueryContext, *, table: str) -> list[str]:
    """All rows of a table, as text."""
    row_class = next(one for one in TABLES if one.__table__ == table)
    return [repr(row) for row in await ctx.db.query(row_class).collect()]


class Contents(View):
    """One thing of each kind that a session with a document can hold."""

    document: Id[Document]
    passage: Id[Passage]
    quiz: Id[Quiz]
    item: Id[Item]
    snapshot: Id[BoardSnapshot]


@happenings.mutation(guard=internal)
async def fill(ctx: MutationContext, *, session: Id[Session], file: Id[StoredFile]) -> Contents:
    """Put a document into the session's folder, and a quiz and a snapshot of its owner's into the session."""
    row = await ctx.db.get_or_raise(session)
    folder, owner = row.folder, row.owner
    document = await ctx.db.insert(
        Document(
            folder=folder, owner=owner, name="Waves.md", source=file, content_type="text/markdown", bytes=5, status="ready"
        )
    )
    passage = await ctx.db.insert(
        Passage(
            document=document, folder=folder, number=0, text="Waves carry energy.", part=1, page=1, path=[], spans=[], boxes=[]
        )
    )
    await ctx.db.insert(PageText(document=document, number=1, width=1, height=1, blocks=[]))
    quiz = await ctx.db.insert(Quiz(session=session, learner=owner, title="Quiz 1"))
    quote = Quote(document=document, span=Span(block=0, start=0, end=19), text="Waves carry energy.")
    prepared = PreparedItem(
        key="k",
        kind="cloze",
        concept="energy",
        objective="o",
        prompt="Waves carry _____.",
        hints=("a", "b", "c"),
        solution="Waves carry energy.",
        quote=quote,
        accept=("energy",),
    )
    item = await ctx.db.insert(
        Item(session=session, objective="o", number=0, concept_name="Energy", prepared=prepared, quiz=quiz)
    )
    snapshot = await ctx.db.insert(BoardSnapshot(session=session, name="Before", by=owner, element_count=0, content=file))
    return Contents(document=document, passage=passage, quiz=quiz, item=item, snapshot=snapshot)


@happenings.mutation(guard=internal)
async def nothing(ctx: MutationContext) -> None:
    """Do nothing."""


@happenings.mutation(guard=internal)
async def do_nothing_tomorrow(ctx: MutationContext) -> str:
    """Schedule a job and return it."""
    return await ctx.scheduler.run_after(86_400, nothing)


@happenings.action(guard=internal)
async def fail(ctx: ActionContext) -> None:
    """Fail."""
    raise RuntimeError("this action always fails")


@happenings.mutation(guard=internal)
async def fail_now(ctx: MutationContext) -> str:
    """Schedule a job that will fail, and return it."""
    return await ctx.scheduler.run_after(0, fail)


class LeapingRuntime(VirtualRuntime):
    """A virtual clock on which days pass without waking whoever looks each second."""

    async def leap(self, seconds: float) -> None:
        """Move the clock on; sleepers wake once, at the end."""
        await self.settle()
        self._passed_ns += int(seconds * 1e9)
        for _ in range(3):
            await self.advance(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """An engine with the product's functions, and a way to get people."""

    engine: Engine
    runtime: LeapingRuntime

    async def person(self, name: str, *, kind: str = "member", admin: bool = False) -> Person:
        """Return a new account."""
        if kind == "guest":
            opened = await self.engine.run_mutation(create_guest, name=name, expires_at=9e15)
        else:
            email = f"{name.lower()}@example.org"
            opened = await self.engine.run_mutation(create_member, email=email, name=name, password_hash="x", expires_at=9e15)
        assert opened.user.admin == admin
        return Person(engine=self.engine, id=opened.user.id)

    async def later(self, seconds: float) -> None:
        """Let time pass in one leap, and then let happen what has become due."""
        await self.runtime.leap(seconds)

    def nobody(self) -> Person:
        """Return a caller without a token."""
        return Person(engine=self.engine, id=None)

    def watch(self, person: Person, path: str, **args: Any) -> Callable[[], Awaitable[Any]]:
        """Watch a query as a client does; each call returns the next result, or the code of the next error."""
        stale = asyncio.Event()
        live = self.engine.subscriptions.open(stale.set)
        watched = live.watch(path, msgspec.json.encode(args), person.caller)
        stale.set()

        async def following() -> Any:
            await asyncio.wait_for(stale.wait(), 5)
            stale.clear()
            outcome = (await live.advance()).outcomes[watched]
            return outcome.code if isinstance(outcome, Failure) else msgspec.json.decode(outcome.value_json)

        return following

    async def lesson_happens(self, session: str, progress: float) -> None:
        """Let a lesson tell its session how far it has come."""
        await self.engine.run_mutation(lesson_happens, session=session, progress=progress)

    async def file(self) -> str:
        """Return a stored file that belongs to nobody."""

        async def chunks() -> AsyncIterator[bytes]:
            yield b'{"elements":[],"files":{}}'

        return await self.engine.files.store(chunks(), "text/markdown")

    async def fill(self, session: str) -> dict[str, str]:
        """Put one thing of each kind into the session and its folder; return their ids by kind."""
        return msgspec.structs.asdict(await self.engine.run_mutation(fill, session=session, file=await self.file()))

    async def some_job(self) -> str:
        """Return a job that waits until tomorrow."""
        return await self.engine.run_mutation(do_nothing_tomorrow)

    async def failing_job(self) -> str:
        """Return a job that fails as soon as it is run."""
        return await self.engine.run_mutation(fail_now)

    async def rows(self, row_class: type[Row]) -> list[str]:
        """Return all rows of a table as text."""
        return await self.engine.run_query(stored, table=row_class.__table__)

    async def count(self, row_class: type[Row]) -> int:
        """Return how many rows a table has."""
        return len(await self.rows(row_class))


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A fresh, empty product whose first account (an administrator) is still to come."""
    registry = Registry(tables=TABLES, functions=[*FUNCTIONS, happenings], crons=CRONS)
    runtime = LeapingRuntime()
    async with open_test_engine(registry, runtime=runtime) as engine:
        yield World(engine=engine, runtime=runtime)


@pytest.fixture
def refused() -> type[Refused]:
    """The error of a refused call; its text begins with the code."""
    return Refused
