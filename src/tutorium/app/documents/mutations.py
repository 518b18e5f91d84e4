"""Adding, stopping, removing and renaming documents; each change commits with the reading it starts or stops."""

from datetime import timedelta

from tutorium.app.auth import current_user, signed_in
from tutorium.app.documents.access import document_owner
from tutorium.app.documents.actions import enqueue, stop
from tutorium.app.documents.errors import (
    FileTooLargeError,
    NotBeingReadError,
    NotFailedError,
    TooManyDocumentsError,
    UploadMissingError,
    UploadUsedError,
)
from tutorium.app.documents.feature import functions
from tutorium.app.documents.purging import purge_document
from tutorium.app.documents.queries import MAX_DOCUMENTS
from tutorium.app.documents.tables import Document, DocumentName, FileId
from tutorium.app.folders import PURGE_BATCH, Folder, adjust_counts, clean_name, folder_owner, folder_purge
from tutorium.engine import Cron, Id, MutationContext, internal
from tutorium.errors import NotFoundError

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
"""A scanned-free textbook with pictures is below this; the whole file is held in memory while it is read."""

RESTORE_MS = 24 * 60 * 60 * 1000
"""For a day a removed document can be restored."""


@functions.mutation(guard=signed_in)
async def generate_upload_url(ctx: MutationContext) -> str:
    """An address to post one file to, at most 50 MiB. The answer holds the `storageId` for `documents:add`."""
    return await ctx.storage.generate_upload_url(max_bytes=MAX_UPLOAD_BYTES, owner=await current_user(ctx))


@functions.mutation(guard=folder_owner())
async def add(ctx: MutationContext, *, folder: Id[Folder], storage_id: FileId, name: DocumentName) -> Id[Document]:
    """Make an uploaded file a document of the folder and begin to read it."""
    user = await current_user(ctx)
    held = await ctx.db.query(Document).index("by_folder").eq(folder=folder, removed_at=None).take(MAX_DOCUMENTS)
    if len(held) == MAX_DOCUMENTS:
        raise TooManyDocumentsError
    file = await ctx.storage.get_metadata(storage_id)
    if file is None or file.owner not in (None, user):
        raise UploadMissingError
    if file.size > MAX_UPLOAD_BYTES:
        raise FileTooLargeError
    if await ctx.db.query(Document).index("by_source").eq(source=storage_id).first() is not None:
        raise UploadUsedError
    document = await ctx.db.insert(
        Document(
            folder=folder,
            owner=user,
            name=clean_name(name),
            source=storage_id,
            content_type=file.content_type or "application/octet-stream",
            bytes=file.size,
        )
    )
    await adjust_counts(ctx, folder, documents=1)
    await enqueue(ctx, document)
    return document


@functions.mutation(guard=document_owner())
async def rename(ctx: MutationContext, *, document: Id[Document], name: DocumentName) -> None:
    """Give the document another name."""
    await ctx.db.patch(document, name=clean_name(name))


@functions.mutation(guard=document_owner())
async def cancel(ctx: MutationContext, *, document: Id[Document]) -> None:
    """Stop reading. The document stays, failed with the code `cancelled`, and can be read again."""
    if not await stop(ctx, document):
        raise NotBeingReadError


@functions.mutation(guard=document_owner())
async def retry(ctx: MutationContext, *, document: Id[Document]) -> None:
    """Read a document again whose reading failed or was stopped."""
    row = await ctx.db.get_or_raise(document)
    if row.status != "failed":
        raise NotFailedError
    await enqueue(ctx, document)


@functions.mutation(guard=document_owner())
async def remove(ctx: MutationContext, *, document: Id[Document]) -> None:
    """Remove the document; reading it stops. `documents:restore` brings it back for 24 hours."""
    await stop(ctx, document)
    row = await ctx.db.get_or_raise(document)
    await ctx.db.patch(document, removed_at=ctx.now_ms)
    await adjust_counts(ctx, row.folder, documents=-1)


@functions.mutation(guard=document_owner(removed=True))
async def restore(ctx: MutationContext, *, document: Id[Document]) -> None:
    """Bring a removed document back. After 24 hours it is gone, even if it is not purged yet."""
    row = await ctx.db.get_or_raise(document)
    if row.removed_at is None or ctx.now_ms > row.removed_at + RESTORE_MS:
        raise NotFoundError
    held = await ctx.db.query(Document).index("by_folder").eq(folder=row.folder, removed_at=None).take(MAX_DOCUMENTS)
    if len(held) == MAX_DOCUMENTS:
        raise TooManyDocumentsError
    await ctx.db.patch(document, removed_at=None)
    await adjust_counts(ctx, row.folder, documents=1)


@functions.mutation(guard=internal)
async def purge_removed(ctx: MutationContext) -> None:
    """Delete the document that was removed first and can no longer be restored, a batch of rows at a time, then the next."""
    due = ctx.db.query(Document).index("by_removal").gt(removed_at=0.0).lte(removed_at=ctx.now_ms - RESTORE_MS)
    row = await due.first()
    if row is None:
        return
    await purge_document(ctx, row, PURGE_BATCH)
    await ctx.scheduler.run_after(0, purge_removed)


@folder_purge.step
async def purge_documents_of_folder(ctx: MutationContext, folder: Id[Folder], limit: int) -> int:
    """Delete what the documents of a purged folder hold; see `folders.purging`."""
    removed = 0
    while removed < limit:
        row = await ctx.db.query(Document).index("by_folder").eq(folder=folder).first()
        if row is None:
            break
        removed += await purge_document(ctx, row, limit - removed)
    return removed


crons = [Cron(name="purge removed documents", every=timedelta(hours=1), function=purge_removed)]
