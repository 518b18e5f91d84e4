"""What a reading writes to the tables, step by durable step. Every step checks that this attempt still counts."""

from typing import Final

import msgspec

from tutorium.app.documents.feature import functions
from tutorium.app.documents.purging import clear_reading
from tutorium.app.documents.tables import Document, FileId, PageText, Passage, Problem, Status
from tutorium.app.folders import Folder
from tutorium.app.reading.findings import TextType
from tutorium.engine import Id, MutationContext, QueryContext, internal

# Rows deleted in one transaction before a document is read anew.
_CLEAR_BATCH: Final = 200


class ToRead(msgspec.Struct, frozen=True, kw_only=True):
    """What the reader needs to begin."""

    folder: Id[Folder]
    source: FileId
    name: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a document's row keeps of a reading."""

    title: str
    language: str
    words: int
    pages: int
    paged: bool
    text_type: TextType
    material: FileId


@functions.query(guard=internal)
async def is_wanted(ctx: QueryContext, *, document: Id[Document], attempt: int) -> bool:
    """Whether this attempt is still the one to finish."""
    return _counts(await ctx.db.get(document), attempt)


@functions.mutation(guard=internal)
async def clear(ctx: MutationContext, *, document: Id[Document]) -> bool:
    """Delete a batch of what an earlier attempt left; return whether nothing is left of it."""
    return await clear_reading(ctx, document, _CLEAR_BATCH) < _CLEAR_BATCH


@functions.query(guard=internal)
async def to_read(ctx: QueryContext, *, document: Id[Document], attempt: int) -> ToRead | None:
    """Say what to read; None when this attempt no longer counts."""
    row = await ctx.db.get(document)
    return ToRead(folder=row.folder, source=row.source, name=row.name) if row is not None and _counts(row, attempt) else None


@functions.mutation(guard=internal)
async def report(
    ctx: MutationContext, *, document: Id[Document], attempt: int, status: Status, progress: float, pages: int, pages_read: int
) -> bool:
    """Show how far reading has come; return whether to go on."""
    if not _counts(await ctx.db.get(document), attempt):
        return False
    await ctx.db.patch(document, status=status, progress=progress, pages=pages, pages_read=pages_read)
    return True


@functions.mutation(guard=internal)
async def keep(
    ctx: MutationContext, *, document: Id[Document], attempt: int, passages: list[Passage], pages: list[PageText]
) -> bool:
    """Keep a batch of what was read; return whether to go on."""
    if not _counts(await ctx.db.get(document), attempt):
        return False
    for row in (*passages, *pages):
        await ctx.db.insert(row)
    return True


@functions.mutation(guard=internal)
async def finish(ctx: MutationContext, *, document: Id[Document], attempt: int, result: Result) -> bool:
    """Make the document ready; return whether this attempt still counted."""
    row = await ctx.db.get(document)
    if row is None or not _counts(row, attempt):
        return False
    if row.material is not None and not row.sample and await ctx.storage.get_metadata(row.material) is not None:
        await ctx.storage.delete(row.material)
    fields = {name: getattr(result, name) for name in result.__struct_fields__}
    await ctx.db.patch(document, status="ready", progress=1.0, pages_read=result.pages, error=None, job=None, **fields)
    return True


@functions.mutation(guard=internal)
async def fail(ctx: MutationContext, *, document: Id[Document], attempt: int, problem: Problem) -> None:
    """Say why the document could not be read, if this attempt still counts."""
    if _counts(await ctx.db.get(document), attempt):
        await ctx.db.patch(document, status="failed", error=problem, job=None)


def _counts(row: Document | None, attempt: int) -> bool:
    return row is not None and row.attempt == attempt and row.removed_at is None and row.status in ("reading", "analysing")
