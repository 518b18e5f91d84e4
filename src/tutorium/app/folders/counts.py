"""How many documents and sessions a folder holds, kept on its row so that a list of folders reads nothing else."""

from tutorium.app.folders.tables import Folder
from tutorium.engine import Id, MutationContext


async def adjust_counts(ctx: MutationContext, folder: Id[Folder], *, documents: int = 0, sessions: int = 0) -> None:
    """Add to the folder's counts, in the transaction that adds or removes the thing. A folder that is gone is no error."""
    row = await ctx.db.get(folder)
    if row is not None:
        await ctx.db.patch(folder, documents=max(0, row.documents + documents), sessions=max(0, row.sessions + sessions))
