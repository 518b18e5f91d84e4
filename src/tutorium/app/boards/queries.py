"""What can be asked of a board without opening it."""

from msgspec import field

from tutorium.app.auth import User
from tutorium.app.boards.feature import functions
from tutorium.app.boards.tables import BoardSnapshot
from tutorium.app.boards.update_log import head_of
from tutorium.app.sessions import Session, session_role
from tutorium.engine import Id, Page, PaginationOptions, QueryContext, View

FIRST_PAGE = PaginationOptions(num_items=50)
"""What is listed when the caller asks for no page."""


class SnapshotView(View):
    """A named snapshot, without its content."""

    id: Id[BoardSnapshot] = field(name="_id")
    creation_time: float = field(name="_creationTime")
    name: str
    by: Id[User]
    element_count: int


class BoardView(View):
    """A board's state of compaction: an editor that brings its own replica must name this epoch."""

    epoch: int
    compacted_at: float | None


@functions.query(guard=session_role())
async def get(ctx: QueryContext, *, session: Id[Session]) -> BoardView:
    """The board of a session."""
    head = await head_of(ctx, str(session))
    if head is None:
        return BoardView(epoch=0, compacted_at=None)
    return BoardView(epoch=head.epoch, compacted_at=head.compacted_at)


@functions.query(guard=session_role())
async def snapshots(
    ctx: QueryContext, *, session: Id[Session], pagination_opts: PaginationOptions = FIRST_PAGE
) -> Page[SnapshotView]:
    """The named snapshots of a session's board, newest first."""
    page = await ctx.db.query(BoardSnapshot).index("by_session").eq(session=session).order("desc").paginate(pagination_opts)
    return page.map(_view)


def _view(row: BoardSnapshot) -> SnapshotView:
    return SnapshotView(id=row.id, creation_time=row.creation_time, name=row.name, by=row.by, element_count=row.element_count)
