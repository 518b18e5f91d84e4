"""What the lesson tells its session: that it has begun, that something happens, how far it has come."""

from tutorium.app.sessions.lifecycle import advance
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, MutationContext
from tutorium.errors import NotFoundError

ACTIVITY_STEP_MS = 60 * 1000
"""`last_active_at` is exact to a minute: a write for each word spoken would wake every list that shows the session."""


async def record_activity(ctx: MutationContext, session: Id[Session], *, progress: float | None = None) -> None:
    """Note that the session is in use, in the caller's transaction: starts or resumes it, keeps the time and `progress`.

    Raises NotFoundError, or InvalidTransitionError when the session has ended.
    """
    row = await ctx.db.get(session)
    if row is None or row.removed_at is not None:
        raise NotFoundError
    state = row.state
    if state != "active":
        state = advance(state, "resume" if state == "paused" else "start")
    is_due = ctx.now_ms >= row.last_active_at + ACTIVITY_STEP_MS
    moved = row.progress if progress is None else min(1.0, max(0.0, progress))
    if is_due or state != row.state or moved != row.progress:
        await ctx.db.patch(session, state=state, last_active_at=ctx.now_ms, progress=moved)
