"""What time does to sessions: idle ones pause, forgotten ones end and are put away, removed ones are purged."""

from collections.abc import Mapping
from datetime import timedelta

from tutorium.app.folders import PURGE_BATCH, Folder, PurgeSteps, folder_purge
from tutorium.app.sessions.functions import RESTORE_MS, functions, step
from tutorium.app.sessions.lifecycle import State, Step
from tutorium.app.sessions.tables import Invitation, Member, Session
from tutorium.engine import Cron, Id, MutationContext, internal

MINUTE_MS = 60 * 1000
DAY_MS = 24 * 60 * MINUTE_MS

AGES: Mapping[State, tuple[float, Step]] = {
    "active": (30 * MINUTE_MS, "pause"),
    "created": (30 * DAY_MS, "end"),
    "paused": (180 * DAY_MS, "end"),
    "ended": (270 * DAY_MS, "archive"),
}
"""How long a session may lie in a state without activity, and the step that is then taken."""

AGE_BATCH = 100
"""Sessions that change in one transaction."""

session_purge: PurgeSteps[Session] = PurgeSteps()
"""What a purged session takes with it."""


@functions.mutation(guard=internal)
async def age(ctx: MutationContext) -> None:
    """Take the step that is due for sessions that nobody has used for long, a batch at a time."""
    taken = 0
    for state, (limit_ms, name) in AGES.items():
        idle = ctx.db.query(Session).index("by_state").eq(state=state).lt(last_active_at=ctx.now_ms - limit_ms)
        for row in await idle.take(AGE_BATCH - taken):
            await step(ctx, row.id, name)
            taken += 1
        if taken == AGE_BATCH:
            await ctx.scheduler.run_after(0, age)
            return


@functions.mutation(guard=internal)
async def purge_removed(ctx: MutationContext) -> None:
    """Empty the session that was removed first and can no longer be restored, a batch at a time, then the next."""
    due = ctx.db.query(Session).index("by_removal").gt(removed_at=0.0).lte(removed_at=ctx.now_ms - RESTORE_MS)
    row = await due.first()
    if row is None:
        return
    await purge_session(ctx, row.id, PURGE_BATCH)
    await ctx.scheduler.run_after(0, purge_removed)


async def purge_session(ctx: MutationContext, session: Id[Session], limit: int) -> int:
    """Remove up to `limit` rows of the session, the session itself last; return how many."""
    removed = await session_purge.run(ctx, session, limit)
    if removed < limit:
        await ctx.db.delete(session)
        removed += 1
    return removed


@session_purge.step
async def purge_members(ctx: MutationContext, session: Id[Session], limit: int) -> int:
    """Remove who took part."""
    rows = await ctx.db.query(Member).index("by_session").eq(session=session).take(limit)
    for row in rows:
        await ctx.db.delete(row.id)
    return len(rows)


@session_purge.step
async def purge_invitations(ctx: MutationContext, session: Id[Session], limit: int) -> int:
    """Remove open invitations."""
    rows = await ctx.db.query(Invitation).index("by_session").eq(session=session).take(limit)
    for row in rows:
        await ctx.db.delete(row.id)
    return len(rows)


@folder_purge.step
async def purge_sessions_of(ctx: MutationContext, folder: Id[Folder], limit: int) -> int:
    """Remove a folder's sessions with all they hold."""
    removed = 0
    while removed < limit:
        row = await ctx.db.query(Session).index("by_folder").eq(folder=folder).first()
        if row is None:
            break
        removed += await purge_session(ctx, row.id, limit - removed)
    return removed


crons = [
    Cron(name="age idle sessions", every=timedelta(minutes=5), function=age),
    Cron(name="purge removed sessions", every=timedelta(hours=1), function=purge_removed),
]
