"""A purged session takes its lesson, conversation, items and attempts along, a batch at a time, and nothing else."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tutorium.app import lessons, messages, quizzes
from tutorium.app.auth import User
from tutorium.app.folders import Folder
from tutorium.app.lessons.tables import Lesson, LessonCounters, SessionReviewRow, StoredCommand, StoredEvent, Turn
from tutorium.app.mastery.tables import ConceptMastery
from tutorium.app.messages import Message
from tutorium.app.quizzes import Attempt, Item, PreparedItem, Quiz
from tutorium.app.reading.findings import Quote
from tutorium.app.reading.material import Span
from tutorium.app.sessions import Member, Session
from tutorium.app.sessions.housekeeping import purge_removed, purge_session
from tutorium.engine import Engine, Functions, Id, MutationContext, QueryContext, Registry, Row, View, internal
from tutorium.engine.testing import open_test_engine
from tutorium.server.features import FUNCTIONS, TABLES

pytestmark = pytest.mark.anyio

OWNED: tuple[type[Row], ...] = (*lessons.tables, *messages.tables, *quizzes.tables)
"""Every table that holds something of one lesson."""

EVENTS = 450
"""More than two batches, as every real lesson has."""

doings = Functions("doings")


class Place(View):
    """A session with a lesson in it, and whose it is."""

    session: Id[Session]
    folder: Id[Folder]
    learner: Id[User]


@doings.mutation(guard=internal)
async def hold_lesson(ctx: MutationContext, *, name: str) -> Place:
    """Put rows of every kind that a lesson leaves into a session of its own."""
    learner = await ctx.db.insert(User(name=name, kind="guest"))
    folder = await ctx.db.insert(Folder(owner=learner, name=name))
    session = await ctx.db.insert(Session(folder=folder, owner=learner, title=name, last_active_at=ctx.now_ms))
    await ctx.db.insert(Member(session=session, user=learner, folder=folder, role="owner"))
    await ctx.db.insert(Lesson(session=session))
    await ctx.db.insert(LessonCounters(session=session))
    await ctx.db.insert(SessionReviewRow(session=session, review=b"", mind="rules"))
    for number in range(1, EVENTS + 1):
        await ctx.db.insert(StoredEvent(session=session, seq=number, text=b"{}"))
    for number, state in enumerate(("waiting", "done", "done"), 1):
        await ctx.db.insert(
            StoredCommand(session=session, number=number, learner=learner, name=name, command=b"{}", state=state)
        )
        await ctx.db.insert(Turn(session=session, number=number, key=f"t{number}", command=number, mind="rules", steps=b""))
        await ctx.db.insert(Message(session=session, number=number, author="tutor", name="Tutor", seq=number))
    quiz = await ctx.db.insert(Quiz(session=session, learner=learner, title="Quiz 1"))
    for number, of in enumerate((None, quiz)):
        prepared = PreparedItem(
            key=f"k{number}",
            kind="cloze",
            concept="tide",
            objective="o",
            prompt="A _____ rises and falls.",
            hints=("a", "b", "c"),
            solution="A tide rises and falls.",
            quote=Quote(document="d", span=Span(block=0, start=0, end=4), text="tide"),
            accept=("tide",),
        )
        item = await ctx.db.insert(
            Item(session=session, objective="o", number=number, concept_name="Tide", prepared=prepared, quiz=of)
        )
        await ctx.db.insert(
            Attempt(
                session=session,
                item=item,
                learner=learner,
                response="tide",
                verdict="right",
                score=1.0,
                hints_before=0,
                mastery_before=0.2,
                mastery_after=0.6,
            )
        )
    await ctx.db.insert(ConceptMastery(learner=learner, concept="tide", name="Tide", right=2.0))
    return Place(session=session, folder=folder, learner=learner)


@doings.query(guard=internal)
async def rows_of(ctx: QueryContext, *, session: str) -> dict[str, int]:
    """Return how many rows of each table belong to the session; tables without any are left out."""
    counts: dict[str, int] = {}
    for table in TABLES:
        if "session" in table.__struct_fields__:
            found = [row for row in await ctx.db.query(table).collect() if getattr(row, "session", None) == session]
            counts |= {table.__table__: len(found)} if found else {}
    return counts


@doings.query(guard=internal)
async def is_there(ctx: QueryContext, *, session: Id[Session], learner: Id[User]) -> tuple[bool, bool]:
    """Return whether the session is there, and whether the learner's mastery is."""
    kept = await ctx.db.query(ConceptMastery).index("by_learner").eq(learner=learner).first()
    return await ctx.db.get(session) is not None, kept is not None


@doings.mutation(guard=internal)
async def purge(ctx: MutationContext, *, session: Id[Session], limit: int) -> int:
    """Remove one batch."""
    return await purge_session(ctx, session, limit)


@doings.mutation(guard=internal)
async def remove_long_ago(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Have the session be removed so long ago that nobody can bring it back."""
    await ctx.db.patch(session, removed_at=1.0)


@dataclass(frozen=True)
class Two:
    """Two lessons beside each other."""

    engine: Engine
    doomed: Place
    other: Place

    async def rows(self, place: Place) -> dict[str, int]:
        """Return how many rows of each table belong to a session."""
        return await self.engine.run_query(rows_of, session=place.session)

    async def is_there(self, place: Place) -> tuple[bool, bool]:
        """Return whether the session, and its learner's mastery, are there."""
        return await self.engine.run_query(is_there, session=place.session, learner=place.learner)


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    """Two sessions with the same in them."""
    async with open_test_engine(Registry(tables=TABLES, functions=[*FUNCTIONS, doings])) as engine:
        first, second = [await engine.run_mutation(hold_lesson, name=name) for name in ("Ann", "Ben")]
        yield Two(engine, first, second)


async def test_every_table_of_a_lesson_is_emptied(two: Two) -> None:
    """Nothing of the session is left in any table; the session beside it keeps every row, and mastery stays the learner's."""
    before = await two.rows(two.other)
    assert {table.__table__ for table in OWNED} <= set(before)
    assert await two.rows(two.doomed) == before
    await two.engine.run_mutation(remove_long_ago, session=two.doomed.session)
    async with two.engine.subscribe(is_there, session=two.doomed.session, learner=two.doomed.learner) as seen:
        await two.engine.run_mutation(purge_removed)
        async for session_there, _ in seen:
            if not session_there:
                break
    assert await two.rows(two.doomed) == {}
    assert await two.is_there(two.doomed) == (False, True)
    assert await two.rows(two.other) == before
    assert await two.is_there(two.other) == (True, True)


@pytest.mark.parametrize("limit", [1_000, 200, 7])
async def test_each_batch_removes_no_more_than_its_limit(two: Two, limit: int) -> None:
    """Every batch but the last is full, the session itself goes with the last, and what is counted is what has gone."""
    left = sum((await two.rows(two.doomed)).values())
    batches: list[int] = []
    while (await two.is_there(two.doomed))[0]:
        batches.append(await two.engine.run_mutation(purge, session=two.doomed.session, limit=limit))
        assert sum((await two.rows(two.doomed)).values()) == max(0, left - sum(batches))
    assert batches[:-1] == [limit] * (len(batches) - 1)
    assert 0 < batches[-1] <= limit
    assert sum(batches) == left + 1
