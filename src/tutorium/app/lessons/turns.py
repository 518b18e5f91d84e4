"""The tutor's turns: each thing said or drawn is one commit of events and of how far the turn has come."""

import msgspec

from tutorium.app.agents.handovers import Step
from tutorium.app.lessons.commands import mark_done
from tutorium.app.lessons.functions import functions
from tutorium.app.lessons.log import append_events, counters_of, open_lesson
from tutorium.app.lessons.moving import move
from tutorium.app.lessons.progress import next_objective
from tutorium.app.lessons.tables import NO_COMMAND, Lesson, Turn
from tutorium.app.quizzes.tables import Item
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, MutationContext, QueryContext, internal
from tutorium.realtime.tutor_stream.events import (
    AskedItem,
    BoardDrawn,
    Citation,
    ItemAsked,
    LessonEvent,
    TextDelta,
    TurnFailed,
    TurnFinished,
    TurnStarted,
)

INTERRUPTED = "I was cut off while speaking; let me take that up again."

_steps_decoder = msgspec.msgpack.Decoder(list[Step])


def steps_of(turn: Turn) -> list[Step]:
    """Return everything the turn says and draws."""
    return _steps_decoder.decode(turn.steps)


@functions.query(guard=internal)
async def unfinished_turn(ctx: QueryContext, *, session: Id[Session]) -> Turn | None:
    """Return the turn that is being spoken, or was when the server went away."""
    return await ctx.db.query(Turn).index("by_state").eq(session=session, state="speaking").first()


@functions.query(guard=internal)
async def stopped_turn(ctx: QueryContext, *, session: Id[Session], objective: str) -> Turn | None:
    """Return the newest turn if somebody stopped it in the middle of explaining `objective`."""
    turn = await ctx.db.query(Turn).index("by_session").eq(session=session).order("desc").first()
    if turn is None or turn.state != "stopped" or turn.objective != objective or not turn.asks:
        return None
    return turn


@functions.mutation(guard=internal)
async def begin_turn(
    ctx: MutationContext,
    *,
    session: Id[Session],
    command: int,
    mind: str,
    steps: bytes,
    objective: str | None = None,
    question: str | None = None,
    asks: bool = False,
    closes: bool = False,
) -> Turn:
    """Begin to speak in answer to a command."""
    counters = await counters_of(ctx, session)
    number = counters.turns + 1
    key = f"t{number}"
    turn_id = await ctx.db.insert(
        Turn(
            session=session,
            number=number,
            key=key,
            command=command,
            mind=mind,
            steps=steps,
            objective=objective,
            question=question,
            asks=asks,
            closes=closes,
        )
    )
    await ctx.db.patch(counters.id, turns=number)
    lesson = await open_lesson(ctx, session)
    await ctx.db.patch(lesson.id, state="speaking", mind=mind)
    await append_events(ctx, session, [TurnStarted(turn=key, mind=mind, objective=objective)])
    return await ctx.db.get_or_raise(turn_id)


@functions.mutation(guard=internal)
async def speak(
    ctx: MutationContext, *, turn: Id[Turn], text: str, citations: list[Citation], offset: int, step_done: bool
) -> None:
    """Say `text`; the current step is then spoken up to `offset`, and to its end if `step_done`."""
    row = await ctx.db.get_or_raise(turn)
    if step_done:
        await ctx.db.patch(turn, step=row.step + 1, offset=0, drawn=False)
    else:
        await ctx.db.patch(turn, offset=offset)
    if text:
        delta = TextDelta(turn=row.key, text=text, citations=tuple(citations))
        await append_events(ctx, row.session, [delta])


@functions.mutation(guard=internal)
async def show(
    ctx: MutationContext, *, turn: Id[Turn], step: str, elements: list[str], alt: str, citations: list[Citation]
) -> None:
    """Say that the drawing of the current step is on the board. The elements must be durable there already."""
    row = await ctx.db.get_or_raise(turn)
    await ctx.db.patch(turn, drawn=True)
    drawn = BoardDrawn(turn=row.key, step=step, elements=tuple(elements), alt=alt, citations=tuple(citations))
    await append_events(ctx, row.session, [drawn])


@functions.mutation(guard=internal)
async def finish_turn(ctx: MutationContext, *, turn: Id[Turn], stopped: bool) -> None:
    """End the turn: ask its item if it is to ask one, and mark its command as done, in one commit."""
    row = await ctx.db.get_or_raise(turn)
    lesson = await open_lesson(ctx, row.session)
    lesson_done = row.closes and not stopped
    more = row.command == NO_COMMAND and not stopped
    await ctx.db.patch(turn, state="stopped" if stopped else "finished")
    await ctx.db.patch(lesson.id, state="done" if lesson_done else "speaking" if more else "waiting")
    asked = await _ask(ctx, row, lesson) if row.asks and not stopped else []
    finished = TurnFinished(turn=row.key, stopped=stopped, more=more, lesson_done=lesson_done)
    await append_events(ctx, row.session, [*asked, finished])
    await mark_done(ctx, row.session, row.command)


@functions.mutation(guard=internal)
async def fail_turn(
    ctx: MutationContext, *, turn: Id[Turn], code: str, message: str, retry: bool, command: int = NO_COMMAND
) -> None:
    """End the turn by a failure the learner is told of. With `retry` its command stays to be done by a new turn.

    `command` is done as well: the one that was on its way in a turn that ends none.
    """
    row = await ctx.db.get_or_raise(turn)
    lesson = await open_lesson(ctx, row.session)
    await ctx.db.patch(turn, state="failed")
    await ctx.db.patch(lesson.id, state="waiting")
    await append_events(ctx, row.session, [TurnFailed(turn=row.key, code=code, message=message)])
    if not retry:
        await mark_done(ctx, row.session, row.command)
    await mark_done(ctx, row.session, command)


async def _ask(ctx: MutationContext, turn: Turn, lesson: Lesson) -> list[LessonEvent]:
    """Open the item that is open already, or the next prepared one of the turn's objective, and return what tells of it.

    With no item left the lesson moves on to the next objective.
    """
    item = None if lesson.open_item is None else await ctx.db.get(lesson.open_item)
    if item is None and turn.objective is not None:
        prepared = ctx.db.query(Item).index("by_session").eq(session=turn.session, state="prepared")
        item = await prepared.filter(lambda row: row.objective == turn.objective and row.quiz is None).first()
    if item is None:
        await move(ctx, lesson, lambda position, objectives: next_objective(position, objectives=objectives))
        return []
    await ctx.db.patch(item.id, state="open", turn=turn.key)
    await ctx.db.patch(lesson.id, open_item=item.id, phase="ask")
    shown = AskedItem(
        id=item.id,
        kind=item.prepared.kind,
        prompt=item.prepared.prompt,
        objective=item.objective,
        choices=item.prepared.choices or None,
    )
    return [ItemAsked(turn=turn.key, item=shown)]
