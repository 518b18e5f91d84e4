"""Answers: judged before, kept here, with what they mean for hints, the item, mastery and the lesson, in one commit."""

from tutorium.app.agents.handovers import Judgement, PreparedItem
from tutorium.app.auth import User
from tutorium.app.lessons.commands import mark_done
from tutorium.app.lessons.functions import functions
from tutorium.app.lessons.log import append_events, open_lesson
from tutorium.app.lessons.moving import move
from tutorium.app.lessons.progress import after_item, next_objective, score_of, tries_allowed
from tutorium.app.mastery.evidence import Change, record_answer
from tutorium.app.quizzes.tables import Attempt, Item
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, MutationContext, QueryContext, internal
from tutorium.realtime.tutor_stream.events import AttemptJudged, Citation, ItemSkipped, MasteryChanged


@functions.query(guard=internal)
async def open_item(ctx: QueryContext, *, session: Id[Session]) -> Item | None:
    """Return the item that waits for an answer in a session."""
    return await ctx.db.query(Item).index("by_session").eq(session=session, state="open").first()


@functions.query(guard=internal)
async def item_by_id(ctx: QueryContext, *, item: Id[Item]) -> Item | None:
    """Return an item with everything that is prepared for it."""
    return await ctx.db.get(item)


@functions.query(guard=internal)
async def has_more(ctx: QueryContext, *, session: Id[Session], objective: str) -> bool:
    """Whether an item of the objective is prepared that was not asked yet."""
    prepared = ctx.db.query(Item).index("by_session").eq(session=session, state="prepared")
    item = await prepared.filter(lambda row: row.objective == objective and row.quiz is None).first()
    return item is not None


@functions.mutation(guard=internal)
async def leave_objective(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Move the lesson on to the next objective: nothing is left to ask about this one."""
    lesson = await open_lesson(ctx, session)
    await move(ctx, lesson, lambda position, objectives: next_objective(position, objectives=objectives))


@functions.mutation(guard=internal)
async def prepare(ctx: MutationContext, *, session: Id[Session], items: list[PreparedItem], names: list[str]) -> None:
    """Keep items before any of them is asked, with their concepts' `names`; those that are kept already stay as they are."""
    known = await ctx.db.query(Item).index("by_session").eq(session=session).collect()
    keys = {row.prepared.key for row in known}
    number = len(known)
    for item, name in zip(items, names, strict=True):
        if item.key not in keys:
            number += 1
            row = Item(session=session, objective=item.objective, number=number, concept_name=name, prepared=item)
            await ctx.db.insert(row)


@functions.mutation(guard=internal)
async def judge(
    ctx: MutationContext,
    *,
    session: Id[Session],
    command: int,
    item: Id[Item],
    learner: Id[User],
    name: str,
    response: str,
    judgement: Judgement,
    citations: list[Citation],
) -> None:
    """Keep one judged answer. An item that was closed meanwhile by somebody else's answer only marks the command as done."""
    row = await ctx.db.get_or_raise(item)
    await mark_done(ctx, session, command)
    if row.state != "open":
        return
    is_unsure = judgement.verdict == "unsure"
    tries = row.tries + (0 if is_unsure else 1)
    closed = judgement.verdict == "right" or tries >= tries_allowed(row.prepared.kind, len(row.prepared.choices))
    hint = None if closed or is_unsure else next_hint(row)
    change = await record_answer(
        ctx,
        learner,
        row.prepared.concept,
        row.concept_name,
        score=score_of(judgement.score, row.hints_given),
        is_unsure=is_unsure,
    )
    number = await _keep_attempt(ctx, row, learner, response, judgement, change)
    state = "closed" if closed else "open"
    await ctx.db.patch(item, tries=tries, state=state, hints_given=row.hints_given + (hint is not None))
    if closed:
        await _leave_item(ctx, session, was_right=judgement.verdict == "right")
    judged = AttemptJudged(
        turn=row.turn or "",
        item=item,
        learner=learner,
        name=name,
        response=response,
        verdict=judgement.verdict,
        score=judgement.score,
        attempt=number,
        feedback=judgement.feedback,
        closed=closed,
        hint=hint,
        level=None if hint is None else row.hints_given + 1,
        solution=row.prepared.solution if closed else None,
        citations=tuple(citations) if closed else (),
    )
    await append_events(ctx, session, [judged, _mastery_event(row, learner, change)])


@functions.mutation(guard=internal)
async def give_hint(ctx: MutationContext, *, item: Id[Item]) -> str | None:
    """Return the next rung of the item's hints and count it; None when the ladder is used up."""
    row = await ctx.db.get_or_raise(item)
    hint = next_hint(row)
    if hint is not None:
        await ctx.db.patch(item, hints_given=row.hints_given + 1)
    return hint


@functions.mutation(guard=internal)
async def skip(ctx: MutationContext, *, item: Id[Item]) -> None:
    """Leave an open item unanswered: it is closed without a verdict and without its solution."""
    row = await ctx.db.get_or_raise(item)
    if row.state == "open":
        await ctx.db.patch(item, state="skipped")
        await append_events(ctx, row.session, [ItemSkipped(turn=row.turn or "", item=item)])
        await _leave_item(ctx, row.session, was_right=False)


def next_hint(item: Item) -> str | None:
    """Return the next hint that was not given yet."""
    hints = item.prepared.hints
    return hints[item.hints_given] if item.hints_given < len(hints) else None


async def _keep_attempt(
    ctx: MutationContext, item: Item, learner: Id[User], response: str, judgement: Judgement, change: Change
) -> int:
    """Keep the attempt and return its number among those at the item, from 1."""
    before = await ctx.db.query(Attempt).index("by_item").eq(item=item.id).collect()
    await ctx.db.insert(
        Attempt(
            session=item.session,
            item=item.id,
            learner=learner,
            response=response,
            verdict=judgement.verdict,
            score=judgement.score,
            hints_before=item.hints_given,
            mastery_before=change.before,
            mastery_after=change.after,
        )
    )
    return len(before) + 1


def _mastery_event(item: Item, learner: Id[User], change: Change) -> MasteryChanged:
    return MasteryChanged(
        learner=learner,
        concept=item.prepared.concept,
        objective=item.objective,
        before=change.before,
        after=change.after,
    )


async def _leave_item(ctx: MutationContext, session: Id[Session], *, was_right: bool) -> None:
    lesson = await open_lesson(ctx, session)
    await move(ctx, lesson, lambda position, objectives: after_item(position, was_right=was_right, objectives=objectives))
