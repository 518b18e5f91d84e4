"""Looking back on a session that has ended: gathers what happened to its owner, has it worded, and keeps it."""

import msgspec
import structlog

from tutorium.app.agents.handovers import ItemRecord, ObjectiveRecord, SessionRecord
from tutorium.app.agents.team import AgentTeam
from tutorium.app.lessons.functions import functions
from tutorium.app.lessons.log import lesson_of
from tutorium.app.lessons.moving import plan_of
from tutorium.app.lessons.tables import Lesson, SessionReviewRow
from tutorium.app.quizzes.tables import Attempt, Item
from tutorium.app.sessions.ending import when_ended
from tutorium.app.sessions.tables import Session
from tutorium.engine import DatabaseReader, Engine, Id, MutationContext, QueryContext, internal

log = structlog.get_logger()

#: Sessions that end at the same moment, and are looked back on together.
BATCH = 20


@when_ended
async def ask_for_review(ctx: MutationContext, session: Id[Session]) -> None:
    """Note that the session is over and waits to be looked back on."""
    lesson = await lesson_of(ctx.db, session)
    if lesson is not None:
        await ctx.db.patch(lesson.id, review="wanted")


@functions.query(guard=internal)
async def sessions_to_review(ctx: QueryContext) -> list[Id[Session]]:
    """Return sessions that have ended after a lesson and were not looked back on yet."""
    lessons = await ctx.db.query(Lesson).index("by_review").eq(review="wanted").take(BATCH)
    return [lesson.session for lesson in lessons]


@functions.query(guard=internal)
async def session_record(ctx: QueryContext, *, session: Id[Session]) -> SessionRecord:
    """Return what happened in a session, as its owner lived it."""
    row = await ctx.db.get_or_raise(session)
    lesson = await lesson_of(ctx.db, session)
    plan = None if lesson is None else plan_of(lesson)
    objectives = () if plan is None else plan.objectives
    reached = 0 if lesson is None else (len(objectives) if lesson.phase == "done" else lesson.objective)
    items = ctx.db.query(Item).index("by_session").eq(session=session)
    asked = await items.filter(lambda item: item.turn is not None).collect()
    return SessionRecord(
        title=row.title,
        objectives=tuple(
            ObjectiveRecord(key=objective.key, title=objective.title, covered=index < reached)
            for index, objective in enumerate(objectives)
        ),
        items=tuple([await _item_record(ctx.db, item) for item in sorted(asked, key=lambda item: item.number)]),
        duration_seconds=max(0.0, ((row.ended_at or row.last_active_at) - row.creation_time) / 1000),
    )


@functions.mutation(guard=internal)
async def keep_review(ctx: MutationContext, *, session: Id[Session], review: bytes, mind: str) -> None:
    """Keep the look back on a session, once."""
    lesson = await lesson_of(ctx.db, session)
    if lesson is None or lesson.review == "done":
        return
    await ctx.db.patch(lesson.id, review="done")
    await ctx.db.insert(SessionReviewRow(session=session, review=review, mind=mind))


async def review_ended_sessions(engine: Engine, team: AgentTeam) -> None:
    """Look back on every session that ends, as long as this runs. What ended while nobody ran it is done at the start."""
    async with engine.subscribe(sessions_to_review) as waiting:
        async for sessions in waiting:
            for session in sessions:
                record = await engine.run_query(session_record, session=session)
                review, mind = await team.review(record, subject=session)
                encoded = msgspec.msgpack.encode(review)
                await engine.run_mutation(keep_review, session=session, review=encoded, mind=mind)
                log.info("looked back on a session", session=session, mind=mind)


async def _item_record(db: DatabaseReader, item: Item) -> ItemRecord:
    attempts = await db.query(Attempt).index("by_item").eq(item=item.id).collect()
    return ItemRecord(
        prompt=item.prepared.prompt,
        concept=item.prepared.concept,
        concept_name=item.concept_name,
        objective=item.objective,
        verdicts=tuple(attempt.verdict for attempt in attempts),
        hints_used=item.hints_given,
        mastery_before=attempts[0].mastery_before if attempts else 0.0,
        mastery_after=attempts[-1].mastery_after if attempts else 0.0,
    )
