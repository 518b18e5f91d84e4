"""The conversation as its members see it."""

from tutorium.app.messages.tables import Message
from tutorium.app.sessions.access import session_role
from tutorium.app.sessions.tables import Session
from tutorium.engine import Functions, Id, Page, PaginationOptions, QueryContext

functions = Functions("messages")

PAGE = PaginationOptions(num_items=50)
"""The page that a caller gets who does not say which."""


@functions.query(guard=session_role())
async def list_(ctx: QueryContext, *, session: Id[Session], pagination_opts: PaginationOptions = PAGE) -> Page[Message]:
    """The messages of a session, newest first."""
    return await ctx.db.query(Message).index("by_session").eq(session=session).order("desc").paginate(pagination_opts)
