"""What a purged session takes with it: its lesson, conversation, items and attempts, in bounded batches."""

from tutorium.app.lessons.tables import Lesson, LessonCounters, SessionReviewRow, StoredCommand, StoredEvent, Turn
from tutorium.app.messages.tables import Message
from tutorium.app.quizzes.tables import Attempt, Item, Quiz
from tutorium.app.sessions.housekeeping import session_purge
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, MutationContext

#: Every table of these features has an index that begins with the session.
_TABLES = {
    StoredEvent: "by_session",
    StoredCommand: "by_state",
    Turn: "by_session",
    Message: "by_session",
    Attempt: "by_session",
    Item: "by_session",
    Quiz: "by_session",
    SessionReviewRow: "by_session",
    LessonCounters: "by_session",
    Lesson: "by_session",
}


@session_purge.step
async def purge_lesson(ctx: MutationContext, session: Id[Session], limit: int) -> int:
    """Remove up to `limit` rows of the lesson; what is left of a learner's mastery is theirs and stays."""
    removed = 0
    for table, index in _TABLES.items():
        rows = await ctx.db.query(table).index(index).eq(session=session).take(limit - removed)
        for row in rows:
            await ctx.db.delete(row.id)
        removed += len(rows)
        if removed >= limit:
            break
    return removed
