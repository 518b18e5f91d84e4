"""The scheduled action that has a document read in a child process and keeps what comes of it."""

import asyncio
import time
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

import structlog

from tutorium.app.documents.errors import NotReadyError
from tutorium.app.documents.feature import functions
from tutorium.app.documents.keeping import page_rows, passage_rows
from tutorium.app.documents.queries import BlockRange, ReadyDocument, block_ranges, folder_reading, material_of
from tutorium.app.documents.reader import current_reader
from tutorium.app.documents.reading import Result, begin, clear, fail, finish, is_wanted, keep, read_anew, report, to_keep
from tutorium.app.documents.stages import progress_of
from tutorium.app.documents.tables import Document, Problem
from tutorium.app.folders import Folder
from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.findings import SourceDocument
from tutorium.app.reading.frames import Progress, Reading
from tutorium.app.reading.packing import StaleMaterialError, unpack
from tutorium.engine import ActionContext, Id, Retry, internal

MATERIAL_TYPE: Final = "application/vnd.tutorium.material"
# Four changes a second look like a moving bar; more only cost commits.
_REPORT_SECONDS: Final = 0.25
# How soon a reader that has nothing to report learns that nobody wants its document any more.
_WATCH_SECONDS: Final = 0.5
# Rows of one transaction: long enough to be worth a commit, short enough to let others in between.
_BATCH: Final = 100
# Waiting for a place counts too: a folder of two hundred books may take an hour.
_TIMEOUT: Final = timedelta(hours=4)
T = TypeVar("T")
_log = structlog.get_logger(__name__)


class _SupersededError(Exception):
    """The document was removed, its reading stopped, or begun anew by somebody else."""


# Reading twice does no harm: after a crash the document is simply read again.
@functions.action(guard=internal, retry=Retry(attempts=5, first_delay=timedelta(seconds=1), factor=2.0), timeout=_TIMEOUT)
async def read(ctx: ActionContext, *, document: Id[Document], attempt: int) -> None:
    """Read a document to its end: `ready`, or `failed` with the reason."""
    try:
        reading = await _while_wanted(ctx, document, attempt)
        await _keep(ctx, document, attempt, reading)
    except _SupersededError:
        _log.info("reading_superseded", document=document, attempt=attempt)
    except UnreadableError as error:
        problem = Problem(code=error.failure.code, message=error.failure.message)
        await ctx.run_mutation(fail, document=document, attempt=attempt, problem=problem)


async def _while_wanted(ctx: ActionContext, document: Id[Document], attempt: int) -> Reading:
    """Have the document read; stop at once when it is no longer wanted."""
    reading = asyncio.create_task(_read(ctx, document, attempt))
    watching = asyncio.create_task(_watch(ctx, document, attempt))
    try:
        done, _ = await asyncio.wait((reading, watching), return_when=asyncio.FIRST_COMPLETED)
        if reading in done:
            return reading.result()
        watching.result()
        raise _SupersededError
    finally:
        reading.cancel()
        watching.cancel()
        await asyncio.gather(reading, watching, return_exceptions=True)


async def _watch(ctx: ActionContext, document: Id[Document], attempt: int) -> None:
    while True:
        if not await ctx.run_query(is_wanted, document=document, attempt=attempt):
            return
        await asyncio.sleep(_WATCH_SECONDS)


async def _read(ctx: ActionContext, document: Id[Document], attempt: int) -> Reading:
    async def load() -> tuple[str, bytes]:
        """Get the file when its turn has come: files that wait must not fill the memory."""
        what = await ctx.run_mutation(begin, document=document, attempt=attempt)
        if what is None:
            raise _SupersededError
        return what.name, await ctx.storage.open(what.source)

    return await current_reader().read(document, load, _Reporter(ctx, document, attempt))


class _Reporter:
    """Writes progress to the document's row, not too often, but always the last page and a new stage."""

    def __init__(self, ctx: ActionContext, document: Id[Document], attempt: int) -> None:
        self._ctx, self._document, self._attempt = ctx, document, attempt
        self._pages = self._pages_read = 0
        self._reported = 0.0

    async def __call__(self, step: Progress) -> None:
        now = time.monotonic()
        if step.stage == "reading":
            self._pages, self._pages_read = step.total, step.done
            if step.done < step.total and now - self._reported < _REPORT_SECONDS:
                return
        self._reported = now
        wanted = await self._ctx.run_mutation(
            report,
            document=self._document,
            attempt=self._attempt,
            status=step.stage,
            progress=progress_of(step),
            pages=self._pages,
            pages_read=self._pages_read,
        )
        if not wanted:
            raise _SupersededError


async def _keep(ctx: ActionContext, document: Id[Document], attempt: int, reading: Reading) -> None:
    """Keep the reading: first the rows that search and pages need, then, in one step, the document as ready."""
    row = await ctx.run_query(to_keep, document=document, attempt=attempt)
    if row is None:
        raise _SupersededError
    while not await ctx.run_mutation(clear, document=document):
        pass
    for passages in _batches(list(passage_rows(document, row.folder, reading))):
        await _require(ctx.run_mutation(keep, document=document, attempt=attempt, passages=passages, pages=[]))
    for pages in _batches(list(page_rows(document, reading))):
        await _require(ctx.run_mutation(keep, document=document, attempt=attempt, passages=[], pages=pages))
    material = await ctx.storage.store(reading.material, MATERIAL_TYPE)
    result = Result(
        title=reading.title,
        language=reading.language,
        words=reading.words,
        pages=len(reading.parts),
        paged=reading.paged,
        text_type=reading.text_type,
        material=material,
    )
    if not await ctx.run_mutation(finish, document=document, attempt=attempt, result=result):
        await ctx.storage.delete(material)
        raise _SupersededError


async def _require(step: Awaitable[bool]) -> None:
    if not await step:
        raise _SupersededError


def _batches(rows: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(rows), _BATCH):
        yield list(rows[start : start + _BATCH])


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
