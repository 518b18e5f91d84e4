"""Deleting a document for good, in batches."""

from tutorium.app.documents.tables import Document, PageText, Passage
from tutorium.engine import Id, MutationContext


async def clear_reading(ctx: MutationContext, document: Id[Document], limit: int) -> int:
    """Delete up to `limit` passages and pages of the document; return how many. Fewer than `limit` means none are left."""
    removed = 0
    for passage in await ctx.db.query(Passage).index("by_document").eq(document=document).take(limit):
        await ctx.db.delete(passage.id)
        removed += 1
    for page in await ctx.db.query(PageText).index("by_document").eq(document=document).take(limit - removed):
        await ctx.db.delete(page.id)
        removed += 1
    return removed


async def purge_document(ctx: MutationContext, row: Document, limit: int) -> int:
    """Delete up to `limit` rows of a document, itself and its files last; return how many.

    Copies of the sample share its files, which stay.
    """
    removed = await clear_reading(ctx, row.id, limit)
    if removed >= limit:
        return removed
    if not row.sample:
        for file in (row.source, row.material):
            if file is not None and await ctx.storage.get_metadata(file) is not None:
                await ctx.storage.delete(file)
    await ctx.db.delete(row.id)
    return removed + 1
