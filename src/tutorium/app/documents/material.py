"""Opening what was read, for lessons."""

import asyncio
from dataclasses import dataclass

from tutorium.app.documents.actions import enqueue
from tutorium.app.documents.errors import NotReadyError
from tutorium.app.documents.feature import functions
from tutorium.app.documents.queries import BlockRange, ReadyDocument, block_ranges, folder_reading, material_of
from tutorium.app.documents.tables import Document
from tutorium.app.folders import Folder
from tutorium.app.reading.findings import SourceDocument
from tutorium.app.reading.packing import StaleMaterialError, unpack
from tutorium.engine import ActionContext, Id, MutationContext, internal


async def load_source(ctx: ActionContext, document: Id[Document]) -> SourceDocument:
    """Return a ready document with all it says, for a lesson. Raises NotFoundError, NotReadyError."""
    return await _open(ctx, await ctx.run_query(material_of, document=document))


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSources:
    """All ready documents of a folder, oldest first; `passages` tells for each which blocks a passage covers."""

    sources: tuple[SourceDocument, ...]
    passages: dict[str, tuple[BlockRange, ...]]
    pending: int


async def load_folder(ctx: ActionContext, folder: Id[Folder]) -> FolderSources:
    """Return what a session in this folder can teach from now; one that an older version read is read anew."""
    reading = await ctx.run_query(folder_reading, folder=folder)
    sources: list[SourceDocument] = []
    passages: dict[str, tuple[BlockRange, ...]] = {}
    for ready in reading.ready:
        try:
            sources.append(await _open(ctx, ready))
        except NotReadyError:
            continue
        passages[ready.document] = tuple(await ctx.run_query(block_ranges, document=ready.document))
    return FolderSources(sources=tuple(sources), passages=passages, pending=reading.pending)


async def _open(ctx: ActionContext, ready: ReadyDocument) -> SourceDocument:
    packed = await ctx.storage.open(ready.material)
    try:
        # A large book takes a tenth of a second to open: too long for the loop that serves everybody.
        extract, analysis = await asyncio.to_thread(unpack, packed, ready.document)
    except StaleMaterialError as error:
        await ctx.run_mutation(read_anew, document=ready.document)
        raise NotReadyError("This document was read by an older version, and is now being read again.") from error
    return SourceDocument(id=ready.document, name=ready.name, extract=extract, analysis=analysis)


@functions.mutation(guard=internal)
async def read_anew(ctx: MutationContext, *, document: Id[Document]) -> None:
    """Read a ready document again, because what was kept of it comes from an older version."""
    row = await ctx.db.get(document)
    if row is not None and row.status == "ready":
        await enqueue(ctx, document)
