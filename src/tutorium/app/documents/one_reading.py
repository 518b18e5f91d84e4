"""One attempt at reading one document: begun, watched, reported, kept."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Final

from tutorium.app.documents.keeping import batches, page_rows, passage_rows
from tutorium.app.documents.reader import current_reader
from tutorium.app.documents.reading import Result, clear, finish, is_wanted, keep, report, to_read
from tutorium.app.documents.stages import progress_of
from tutorium.app.documents.tables import Document
from tutorium.app.reading.frames import Progress, Reading
from tutorium.engine import ActionContext, Id

MATERIAL_TYPE: Final = "application/vnd.tutorium.material"
# Four changes a second look like a moving bar; more only cost commits.
_REPORT_SECONDS: Final = 0.25
# How soon a reader that has nothing to report learns that nobody wants its document any more.
_WATCH_SECONDS: Final = 0.5


class SupersededError(Exception):
    """The document was removed, its reading stopped, or begun anew by somebody else."""


async def read_and_keep(ctx: ActionContext, document: Id[Document], attempt: int) -> None:
    """Read the document and make it ready. Raises UnreadableError with the reason, SupersededError."""
    await _keep(ctx, document, attempt, await _while_wanted(ctx, document, attempt))


async def _while_wanted(ctx: ActionContext, document: Id[Document], attempt: int) -> Reading:
    """Have the document read; stop at once when it is no longer wanted."""
    reading = asyncio.create_task(_read(ctx, document, attempt))
    watching = asyncio.create_task(_watch(ctx, document, attempt))
    try:
        done, _ = await asyncio.wait((reading, watching), return_when=asyncio.FIRST_COMPLETED)
        if reading in done:
            return reading.result()
        watching.result()
        raise SupersededError
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
        what = await ctx.run_query(to_read, document=document, attempt=attempt)
        if what is None:
            raise SupersededError
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
            raise SupersededError


async def _keep(ctx: ActionContext, document: Id[Document], attempt: int, reading: Reading) -> None:
    """Keep the reading: first the rows that search and pages need, then, in one step, the document as ready."""
    row = await ctx.run_query(to_read, document=document, attempt=attempt)
    if row is None:
        raise SupersededError
    while not await ctx.run_mutation(clear, document=document):
        pass
    for passages in batches(passage_rows(document, row.folder, reading)):
        await _require(ctx.run_mutation(keep, document=document, attempt=attempt, passages=passages, pages=[]))
    for pages in batches(page_rows(document, reading)):
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
        raise SupersededError


async def _require(step: Awaitable[bool]) -> None:
    if not await step:
        raise SupersededError
