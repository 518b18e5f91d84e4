"""The durable, numbered events of a lesson, and the conversation folded from them, always in one transaction."""

from collections.abc import Sequence

import msgspec

from tutorium.app.lessons.tables import Lesson, LessonCounters, StoredEvent
from tutorium.app.messages.folding import changes_of, turn_of
from tutorium.app.messages.tables import Message
from tutorium.app.sessions.tables import Session
from tutorium.engine import DatabaseReader, Id, MutationContext
from tutorium.realtime.tutor_stream.events import LearnerSaid, LessonEvent, TextDelta, TurnStarted, encode_event

TUTOR = "Tutor"

_decoder = msgspec.json.Decoder(LessonEvent)


async def lesson_of(db: DatabaseReader, session: Id[Session]) -> Lesson | None:
    """Return the lesson row of a session, if it has begun."""
    return await db.query(Lesson).index("by_session").eq(session=session).unique()


async def open_lesson(ctx: MutationContext, session: Id[Session]) -> Lesson:
    """Return the lesson row of a session, creating it and its counters at the first call."""
    lesson = await lesson_of(ctx.db, session)
    if lesson is None:
        lesson_id = await ctx.db.insert(Lesson(session=session))
        await ctx.db.insert(LessonCounters(session=session))
        lesson = await ctx.db.get_or_raise(lesson_id)
    return lesson


async def counters_of(ctx: MutationContext, session: Id[Session]) -> LessonCounters:
    """Return the counters of a session whose lesson is open."""
    counters = await ctx.db.query(LessonCounters).index("by_session").eq(session=session).unique()
    if counters is None:
        await open_lesson(ctx, session)
        return await counters_of(ctx, session)
    return counters


async def append_events(ctx: MutationContext, session: Id[Session], events: Sequence[LessonEvent]) -> int:
    """Keep `events` under the next numbers and return the last one.

    The conversation is folded up to here unless there are only words: those wait for the next milestone, so that a live list
    of messages does not run anew with each of them.
    """
    counters = await counters_of(ctx, session)
    seq = counters.events
    for event in events:
        seq += 1
        await ctx.db.insert(StoredEvent(session=session, seq=seq, text=encode_event(seq, event)))
    await ctx.db.patch(counters.id, events=seq)
    if not all(isinstance(event, TextDelta) for event in events):
        await _fold(ctx, session, seq)
    return seq


async def _fold(ctx: MutationContext, session: Id[Session], through: int) -> None:
    lesson = await open_lesson(ctx, session)
    rows = await ctx.db.query(StoredEvent).index("by_session").eq(session=session).gt(seq=lesson.folded_seq).collect()
    for row in rows:
        event = _decoder.decode(row.text)
        await _fold_one(ctx, session, row.seq, event)
    await ctx.db.patch(lesson.id, folded_seq=through)


async def _fold_one(ctx: MutationContext, session: Id[Session], seq: int, event: LessonEvent) -> None:
    if isinstance(event, TurnStarted):
        await _insert_message(
            ctx, session, seq, author="tutor", name=TUTOR, turn=event.turn, mind=event.mind, objective=event.objective
        )
    elif isinstance(event, LearnerSaid):
        await _insert_message(ctx, session, seq, author="learner", name=event.name, text=event.text, state="done")
    elif (turn := turn_of(event)) is not None:
        message = await ctx.db.query(Message).index("by_turn").eq(session=session, turn=turn).unique()
        if message is not None:
            await ctx.db.patch(message.id, seq=seq, **changes_of(message, event))


async def _insert_message(ctx: MutationContext, session: Id[Session], seq: int, **fields: object) -> None:
    counters = await counters_of(ctx, session)
    message = msgspec.convert({"session": session, "number": counters.messages + 1, "seq": seq, **fields}, Message)
    await ctx.db.insert(message)
    await ctx.db.patch(counters.id, messages=counters.messages + 1)
