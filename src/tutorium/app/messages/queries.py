"""The conversation as its members see it."""

from tutorium.app.messages.tables import Message
from tutorium.app.sessions.access import session_role
from tutorium.app.sessions.tables import Session
from tutorium.engine import Functions, Id, Page, PaginationOptions, QueryContext

functions = Functions("messages")

PAGE = 50
"""Messages on a page when the caller does not say."""


@functions.query(guard=session_role())
async def list_(
    ctx: QueryContext, *, session: Id[Session], pagination_opts: PaginationOptions = PaginationOptions(num_items=PAGE)
) -> Page[Message]:
    """The messages of a session, newest first."""
    return await ctx.db.query(Message).index("by_session").eq(session=session).order("desc").paginate(pagination_opts)
