"""Folders: list, create, rename, remove, restore, and purge what nobody restored."""

from datetime import timedelta

from msgspec import field

from tutorium.app.auth import current_user, signed_in
from tutorium.app.folders.access import folder_owner
from tutorium.app.folders.errors import TooManyFoldersError
from tutorium.app.folders.names import clean_name
from tutorium.app.folders.purging import PURGE_BATCH, folder_purge
from tutorium.app.folders.tables import Folder, FolderName
from tutorium.engine import Cron, Functions, Id, MutationContext, QueryContext, View, internal
from tutorium.errors import NotFoundError

MAX_FOLDERS = 500
"""Folders of one account: the list is sent whole, and stays below 100 kB."""

RESTORE_MS = 24 * 60 * 60 * 1000
"""For a day a removed folder can be restored."""

functions = Functions("folders")


class FolderView(View):
    """A folder in its owner's list."""

    id: Id[Folder] = field(name="_id")
    creation_time: float = field(name="_creationTime")
    name: str
    documents: int
    sessions: int


@functions.query(guard=signed_in)
async def list_(ctx: QueryContext) -> list[FolderView]:
    """The caller's folders, oldest first."""
    mine = ctx.db.query(Folder).index("by_owner").eq(owner=await current_user(ctx))
    return [_view(row) for row in await mine.collect() if row.removed_at is None]


@functions.mutation(guard=signed_in)
async def create(ctx: MutationContext, *, name: FolderName) -> Id[Folder]:
    """Make an empty folder."""
    owner = await current_user(ctx)
    mine = await ctx.db.query(Folder).index("by_owner").eq(owner=owner).take(MAX_FOLDERS)
    if len(mine) == MAX_FOLDERS:
        raise TooManyFoldersError
    return await ctx.db.insert(Folder(owner=owner, name=clean_name(name)))


@functions.mutation(guard=folder_owner())
async def rename(ctx: MutationContext, *, folder: Id[Folder], name: FolderName) -> None:
    """Give the folder another name."""
    await ctx.db.patch(folder, name=clean_name(name))


@functions.mutation(guard=folder_owner())
async def remove(ctx: MutationContext, *, folder: Id[Folder]) -> None:
    """Remove the folder with everything in it. `folders:restore` brings it back for 24 hours."""
    await ctx.db.patch(folder, removed_at=ctx.now_ms)


@functions.mutation(guard=folder_owner(removed=True))
async def restore(ctx: MutationContext, *, folder: Id[Folder]) -> None:
    """Bring a removed folder back as it was. After 24 hours it is gone, even if it is not purged yet."""
    row = await ctx.db.get_or_raise(folder)
    if row.removed_at is None or ctx.now_ms > row.removed_at + RESTORE_MS:
        raise NotFoundError
    await ctx.db.patch(folder, removed_at=None)


@functions.mutation(guard=internal)
async def purge_removed(ctx: MutationContext) -> None:
    """Empty the folder that was removed first and can no longer be restored, a batch at a time, then the next."""
    due = ctx.db.query(Folder).index("by_removal").gt(removed_at=0.0).lte(removed_at=ctx.now_ms - RESTORE_MS)
    row = await due.first()
    if row is None:
        return
    if await folder_purge.run(ctx, row.id, PURGE_BATCH) < PURGE_BATCH:
        await ctx.db.delete(row.id)
    await ctx.scheduler.run_after(0, purge_removed)


crons = [Cron(name="purge removed folders", every=timedelta(hours=1), function=purge_removed)]


def _view(row: Folder) -> FolderView:
    return FolderView(id=row.id, creation_time=row.creation_time, name=row.name, documents=row.documents, sessions=row.sessions)
