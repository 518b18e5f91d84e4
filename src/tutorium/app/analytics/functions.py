"""The overview that administrators see, live."""

from collections import Counter

from tutorium.app.analytics.counters import COUNT_LIMIT, count_everything, overview_counter
from tutorium.app.auth import User, admin
from tutorium.app.documents import Document
from tutorium.app.folders import Folder
from tutorium.app.sessions import STATES, Session
from tutorium.engine import DatabaseReader, Functions, QueryContext

functions = Functions("analytics")


@functions.query(guard=admin)
async def overview(ctx: QueryContext) -> dict[str, dict[str, int]]:
    """Count what there is, by kind: users, folders, sessions by state, and what other features count.

    A count stops at 1,500: that figure means so many or more.
    """
    return await count_everything(ctx.db)


@overview_counter("users")
async def count_users(db: DatabaseReader) -> dict[str, int]:
    """Guests and members."""
    return {kind: len(await db.query(User).index("by_kind").eq(kind=kind).take(COUNT_LIMIT)) for kind in ("guest", "member")}


@overview_counter("folders")
async def count_folders(db: DatabaseReader) -> dict[str, int]:
    """Folders that are not removed."""
    rows = await db.query(Folder).index("by_removal").eq(removed_at=None).take(COUNT_LIMIT)
    return {"all": len(rows)}


@overview_counter("sessions")
async def count_sessions(db: DatabaseReader) -> dict[str, int]:
    """Sessions by state, removed ones apart."""
    counts: dict[str, int] = {}
    for state in STATES:
        rows = await db.query(Session).index("by_state").eq(state=state).take(COUNT_LIMIT)
        counts[state] = sum(row.removed_at is None for row in rows)
    return counts


@overview_counter("documents")
async def count_documents(db: DatabaseReader) -> dict[str, int]:
    """Documents by status, removed ones apart."""
    rows = await db.query(Document).index("by_removal").eq(removed_at=None).take(COUNT_LIMIT)
    return dict(Counter(row.status for row in rows))
