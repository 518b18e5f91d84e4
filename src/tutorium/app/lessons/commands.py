"""Keeping commands before they are acknowledged, and handing them out in order, each once."""

from typing import Any

import msgspec

from tutorium.app.auth import User
from tutorium.app.lessons.errors import (
    ItemClosedError,
    TooManyCommandsError,
    WrongAnswerKindError,
)
from tutorium.app.lessons.functions import functions
from tutorium.app.lessons.log import append_events, counters_of, open_lesson
from tutorium.app.lessons.tables import StoredCommand
from tutorium.app.quizzes.tables import Item
from tutorium.app.sessions.activity import record_activity
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, MutationContext, QueryContext, internal
from tutorium.realtime.tutor_stream.commands import Answer, AnyCommand, Help, Next, Pace, Point, Say, Stop
from tutorium.realtime.tutor_stream.events import LearnerSaid

#: Commands that may wait for the tutor in one session; people send a few at once, scripts thousands.
MAX_WAITING = 100

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyCommand)


def read_command(stored: StoredCommand) -> AnyCommand:
    """Return the command as it was sent."""
    return _decoder.decode(stored.command)


@functions.mutation(guard=internal)
async def keep_command(
    ctx: MutationContext, *, session: Id[Session], learner: Id[User], name: str, command: bytes, client_id: str | None = None
) -> bool:
    """Keep a command and return True; False when one with this `client_id` was kept before.

    Raises ItemClosedError, WrongAnswerKindError, TooManyCommandsError, or InvalidTransitionError when the session has ended:
    what cannot be done is refused before anything is kept.
    """
    if client_id is not None and await _is_known(ctx, session, client_id):
        return False
    waiting = ctx.db.query(StoredCommand).index("by_state").eq(session=session, state="waiting")
    if len(await waiting.take(MAX_WAITING)) >= MAX_WAITING:
        raise TooManyCommandsError
    await record_activity(ctx, session)
    await open_lesson(ctx, session)
    asked: AnyCommand = _decoder.decode(command)
    if isinstance(asked, Answer):
        await _check_answer(ctx, session, asked)
    counters = await counters_of(ctx, session)
    number = counters.commands + 1
    await ctx.db.patch(counters.id, commands=number)
    if isinstance(asked, Pace):
        lesson = await open_lesson(ctx, session)
        await ctx.db.patch(lesson.id, pace=asked.value)
    await ctx.db.insert(
        StoredCommand(
            session=session,
            number=number,
            learner=learner,
            name=name,
            command=command,
            client_id=client_id,
            # Pace and stop take effect beside the queue; their row only remembers that they were sent.
            state="done" if isinstance(asked, Pace | Stop) else "waiting",
        )
    )
    if isinstance(asked, Say | Point) and asked.text:
        await append_events(ctx, session, [LearnerSaid(learner=learner, name=name, text=asked.text)])
    return True


@functions.query(guard=internal)
async def next_waiting(ctx: QueryContext, *, session: Id[Session]) -> StoredCommand | None:
    """Return the oldest command of a session that is not done."""
    return await ctx.db.query(StoredCommand).index("by_state").eq(session=session, state="waiting").first()


@functions.query(guard=internal)
async def sessions_with_work(ctx: QueryContext) -> list[Id[Session]]:
    """Return the sessions in which commands wait: what a server takes up again after a restart."""
    rows = await ctx.db.query(StoredCommand).index("by_waiting").eq(state="waiting").collect()
    return list(dict.fromkeys(row.session for row in rows))


@functions.mutation(guard=internal)
async def drop_command(ctx: MutationContext, *, session: Id[Session], number: int) -> None:
    """Mark a command as done that left no other trace."""
    await mark_done(ctx, session, number)


@functions.mutation(guard=internal)
async def drop_overtaken(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Mark as done what `stop` overtakes: waiting commands that would only make the tutor speak on. Answers and words stay."""
    rows = await ctx.db.query(StoredCommand).index("by_state").eq(session=session, state="waiting").collect()
    # The first of them is being done: the turn that is stopped belongs to it.
    for row in rows[1:]:
        if isinstance(read_command(row), Next | Help):
            await ctx.db.patch(row.id, state="done")


async def mark_done(ctx: MutationContext, session: Id[Session], number: int) -> None:
    """Mark a command as done inside a transaction that also keeps what it led to."""
    row = await ctx.db.query(StoredCommand).index("by_state").eq(session=session, state="waiting", number=number).unique()
    if row is not None:
        await ctx.db.patch(row.id, state="done")


async def _is_known(ctx: MutationContext, session: Id[Session], client_id: str) -> bool:
    known = ctx.db.query(StoredCommand).index("by_client_id").eq(session=session, client_id=client_id)
    return await known.first() is not None


async def _check_answer(ctx: MutationContext, session: Id[Session], answer: Answer) -> None:
    item_id = ctx.db.normalize_id(Item, answer.item)
    item = None if item_id is None else await ctx.db.get(item_id)
    if item is None or item.session != session or item.state != "open":
        raise ItemClosedError
    choices = len(item.prepared.choices)
    fits = (
        answer.choice is not None and answer.text is None and answer.choice < choices
        if item.prepared.kind == "choice"
        else answer.text is not None and answer.choice is None
    )
    if not fits:
        raise WrongAnswerKindError
