"""Sessions: list, get, create, rename, remove, restore, and the steps of their life."""

from tutorium.app.auth import current_user, signed_in
from tutorium.app.folders import Folder, adjust_counts, clean_name, folder_owner
from tutorium.app.sessions.access import session_role
from tutorium.app.sessions.ending import run_end_steps
from tutorium.app.sessions.lifecycle import Step, advance
from tutorium.app.sessions.tables import Member, Session, Title
from tutorium.app.sessions.views import SessionView, session_view
from tutorium.engine import Functions, Id, MutationContext, Page, PaginationOptions, QueryContext
from tutorium.errors import NotFoundError

FIRST_PAGE = PaginationOptions(num_items=50)
"""What is listed when the caller asks for no page."""

RESTORE_MS = 24 * 60 * 60 * 1000
"""For a day a removed session can be restored."""

functions = Functions("sessions")


@functions.query(guard=signed_in)
async def list_(
    ctx: QueryContext,
    *,
    folder: Id[Folder] | None = None,
    pagination_opts: PaginationOptions = FIRST_PAGE,
) -> Page[SessionView]:
    """The sessions the caller is in, newest first; only those of `folder` if it is given. Removed ones are left out."""
    user = await current_user(ctx)
    members = ctx.db.query(Member)
    mine = (
        members.index("by_user").eq(user=user)
        if folder is None
        else members.index("by_user_and_folder").eq(user=user, folder=folder)
    )
    page = await mine.order("desc").paginate(pagination_opts)
    views = [await session_view(ctx.db, member.session, user) for member in page.page]
    return page.with_rows([view for view in views if view is not None])


@functions.query(guard=session_role())
async def get(ctx: QueryContext, *, session: Id[Session]) -> SessionView:
    """One session."""
    view = await session_view(ctx.db, session, await current_user(ctx))
    if view is None:
        raise NotFoundError
    return view


@functions.mutation(guard=folder_owner())
async def create(ctx: MutationContext, *, folder: Id[Folder], title: Title) -> Id[Session]:
    """Make a session in a folder. The lesson starts when somebody starts it."""
    owner = await current_user(ctx)
    row = Session(folder=folder, owner=owner, title=clean_name(title), last_active_at=ctx.now_ms)
    session = await ctx.db.insert(row)
    await ctx.db.insert(Member(session=session, user=owner, folder=folder, role="owner"))
    await adjust_counts(ctx, folder, sessions=1)
    return session


@functions.mutation(guard=session_role("owner"))
async def rename(ctx: MutationContext, *, session: Id[Session], title: Title) -> None:
    """Give the session another title."""
    await ctx.db.patch(session, title=clean_name(title))


@functions.mutation(guard=session_role("owner"))
async def remove(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Remove the session for all its members. `sessions:restore` brings it back for 24 hours."""
    row = await ctx.db.get_or_raise(session)
    await ctx.db.patch(session, removed_at=ctx.now_ms)
    await adjust_counts(ctx, row.folder, sessions=-1)


@functions.mutation(guard=session_role("owner", removed=True))
async def restore(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Bring a removed session back as it was. After 24 hours it is gone, even if it is not purged yet."""
    row = await ctx.db.get_or_raise(session)
    if row.removed_at is None or ctx.now_ms > row.removed_at + RESTORE_MS:
        raise NotFoundError
    await ctx.db.patch(session, removed_at=None)
    await adjust_counts(ctx, row.folder, sessions=1)


@functions.mutation(guard=session_role("editor"))
async def pause(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Let an active session rest."""
    await step(ctx, session, "pause")


@functions.mutation(guard=session_role("editor"))
async def resume(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Go on with a paused session."""
    await step(ctx, session, "resume")


@functions.mutation(guard=session_role("owner"))
async def end(ctx: MutationContext, *, session: Id[Session]) -> None:
    """End the session for good. It stays readable."""
    await step(ctx, session, "end")


@functions.mutation(guard=session_role("owner"))
async def archive(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Put an ended session away."""
    await step(ctx, session, "archive")


async def step(ctx: MutationContext, session: Id[Session], name: Step) -> None:
    """Take one step of the session's life in the caller's transaction. Raises NotFoundError or InvalidTransitionError."""
    row = await ctx.db.get_or_raise(session)
    state = advance(row.state, name)
    if name == "resume":
        await ctx.db.patch(session, state=state, last_active_at=ctx.now_ms)
    elif name == "end":
        await ctx.db.patch(session, state=state, ended_at=ctx.now_ms)
        await run_end_steps(ctx, session)
    else:
        await ctx.db.patch(session, state=state)
