"""What a purged session takes with it: its board's log, its snapshots and its images."""

from tutorium.app.boards.tables import BoardImage, BoardSnapshot
from tutorium.app.boards.update_log import remove_log
from tutorium.app.sessions import Session, session_purge
from tutorium.engine import Id, MutationContext


@session_purge.step
async def purge_board(ctx: MutationContext, session: Id[Session], limit: int) -> int:
    """Remove the log of the session's board."""
    return await remove_log(ctx, str(session), limit)


@session_purge.step
async def purge_snapshots(ctx: MutationContext, session: Id[Session], limit: int) -> int:
    """Remove its snapshots with their files."""
    rows = await ctx.db.query(BoardSnapshot).index("by_session").eq(session=session).take(limit)
    for row in rows:
        await ctx.storage.delete(row.content)
        await ctx.db.delete(row.id)
    return len(rows)


@session_purge.step
async def purge_images(ctx: MutationContext, session: Id[Session], limit: int) -> int:
    """Remove its uploaded images."""
    rows = await ctx.db.query(BoardImage).index("by_session").eq(session=session).take(limit)
    for row in rows:
        await ctx.storage.delete(row.content)
        await ctx.db.delete(row.id)
    return len(rows)
