"""The lesson as its members see it: where it stands and what waits, without a word that tells an answer."""

from typing import Literal

import msgspec

from tutorium.app.agents.handovers import LessonPlan, PlannedObjective, ReviewPoint, SessionReview
from tutorium.app.auth import User, current_user
from tutorium.app.lessons.functions import functions
from tutorium.app.lessons.log import lesson_of
from tutorium.app.lessons.moving import plan_of
from tutorium.app.lessons.progress import mastery_of
from tutorium.app.lessons.tables import Lesson, LessonCounters, LessonState, SessionReviewRow, StoredEvent
from tutorium.app.mastery.evidence import chances
from tutorium.app.quizzes.tables import Item
from tutorium.app.sessions.access import session_role
from tutorium.app.sessions.functions import functions as session_functions
from tutorium.app.sessions.tables import Session
from tutorium.engine import DatabaseReader, Id, QueryContext, View, internal


class ObjectiveView(View):
    """An objective with the caller's own mastery of it."""

    id: str
    title: str
    why: str
    mastery: float
    state: Literal["todo", "now", "done"]


class PlanView(View):
    """What the lesson teaches and why."""

    title: str
    why: str
    notice: str | None
    objectives: list[ObjectiveView]


class OpenItemView(View):
    """The question that waits, with the hints given so far."""

    id: Id[Item]
    kind: Literal["choice", "cloze"]
    prompt: str
    choices: list[str] | None
    objective: str
    turn: str | None
    tries: int
    hints: list[str]


class LessonView(View):
    """Where a lesson stands. `last_seq`: events up to here are in `messages:list`; follow the stream from here."""

    state: LessonState
    mind: str
    pace: float
    plan: PlanView | None
    open_item: OpenItemView | None
    last_seq: int


@functions.query(guard=session_role())
async def get(ctx: QueryContext, *, session: Id[Session]) -> LessonView:
    """The lesson of a session."""
    lesson = await lesson_of(ctx.db, session)
    if lesson is None:
        return LessonView(state="idle", mind="rules", pace=1.0, plan=None, open_item=None, last_seq=0)
    return LessonView(
        state=lesson.state,
        mind=lesson.mind,
        pace=lesson.pace,
        plan=await _plan_view(ctx.db, lesson, await current_user(ctx)),
        open_item=await _open_item_view(ctx.db, lesson),
        last_seq=lesson.folded_seq,
    )


@functions.query(guard=internal)
async def lesson_row(ctx: QueryContext, *, session: Id[Session]) -> Lesson | None:
    """Return where the lesson stands, for whoever gives it."""
    return await lesson_of(ctx.db, session)


@functions.query(guard=internal)
async def last_seq(ctx: QueryContext, *, session: Id[Session]) -> int:
    """Return the number of the newest event of a session, 0 when there is none."""
    counters = await ctx.db.query(LessonCounters).index("by_session").eq(session=session).unique()
    return 0 if counters is None else counters.events


@functions.query(guard=internal)
async def events_after(ctx: QueryContext, *, session: Id[Session], after: int, limit: int) -> list[StoredEvent]:
    """Return up to `limit` events with greater numbers than `after`, ascending."""
    return await ctx.db.query(StoredEvent).index("by_session").eq(session=session).gt(seq=after).take(limit)


async def _plan_view(db: DatabaseReader, lesson: Lesson, user: Id[User]) -> PlanView | None:
    plan = plan_of(lesson)
    if plan is None:
        return None
    known = await chances(db, user, [concept for objective in plan.objectives for concept in objective.concepts])
    return PlanView(
        title=plan.title,
        why=plan.why,
        notice=plan.notice,
        objectives=[
            ObjectiveView(
                id=objective.key,
                title=objective.title,
                why=objective.why,
                mastery=mastery_of(objective.concepts, known),
                state=_objective_state(lesson, plan, objective),
            )
            for objective in plan.objectives
        ],
    )


def _objective_state(lesson: Lesson, plan: LessonPlan, objective: PlannedObjective) -> Literal["todo", "now", "done"]:
    index = plan.objectives.index(objective)
    if lesson.phase == "done" or index < lesson.objective:
        return "done"
    return "now" if index == lesson.objective else "todo"


async def _open_item_view(db: DatabaseReader, lesson: Lesson) -> OpenItemView | None:
    item = None if lesson.open_item is None else await db.get(lesson.open_item)
    if item is None:
        return None
    return OpenItemView(
        id=item.id,
        kind=item.prepared.kind,
        prompt=item.prepared.prompt,
        choices=list(item.prepared.choices) or None,
        objective=item.objective,
        turn=item.turn,
        tries=item.tries,
        hints=list(item.prepared.hints[: item.hints_given]),
    )


class ReviewView(View):
    """The look back on an ended session, and the mind that worded it."""

    mind: str
    went_well: tuple[ReviewPoint, ...]
    to_improve: tuple[ReviewPoint, ...]
    next_steps: tuple[ReviewPoint, ...]


@session_functions.query(guard=session_role())
async def review(ctx: QueryContext, *, session: Id[Session]) -> ReviewView | None:
    """What went well, what not, and what next, with evidence; null until the session has ended and was looked at."""
    row = await ctx.db.query(SessionReviewRow).index("by_session").eq(session=session).unique()
    if row is None:
        return None
    kept = msgspec.msgpack.decode(row.review, type=SessionReview)
    return ReviewView(mind=row.mind, went_well=kept.went_well, to_improve=kept.to_improve, next_steps=kept.next_steps)
