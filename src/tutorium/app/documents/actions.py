"""Reading documents: the queue that says which comes next, kept in the tables so that it holds over processes and restarts,
and the scheduled action that has one document read in a child process."""

from datetime import timedelta
from typing import Final

import structlog

from tutorium.app.documents.fairness import fair_choice
from tutorium.app.documents.feature import functions
from tutorium.app.documents.one_reading import SupersededError, read_and_keep
from tutorium.app.documents.reader import current_reader
from tutorium.app.documents.reading import fail
from tutorium.app.documents.tables import Document, Problem
from tutorium.app.reading.failures import SENTENCES, UnreadableError
from tutorium.engine import ActionContext, Cron, Id, MutationContext, Retry, internal

CANCELLED: Final = Problem(code="cancelled", message="Reading was stopped. Start it again to use this document.")
LOST: Final = Problem(code="crashed", message=SENTENCES["crashed"])

# How far down the queue to look for somebody who is not being served yet.
_LOOK_AHEAD: Final = 300
_log = structlog.get_logger(__name__)


# Reading twice does no harm: after a crash of the server the document is simply read again.
@functions.action(guard=internal, retry=Retry(attempts=5, first_delay=timedelta(seconds=1), factor=2.0))
async def read(ctx: ActionContext, *, document: Id[Document], attempt: int) -> None:
    """Read a document to its end, `ready` or `failed` with the reason, and make room for the next."""
    try:
        await read_and_keep(ctx, document, attempt)
    except SupersededError:
        _log.info("reading_superseded", document=document, attempt=attempt)
    except UnreadableError as error:
        problem = Problem(code=error.failure.code, message=error.failure.message)
        await ctx.run_mutation(fail, document=document, attempt=attempt, problem=problem)
    await ctx.run_mutation(start_next)


async def enqueue(ctx: MutationContext, document: Id[Document]) -> None:
    """Put the document at the end of the queue for a new attempt, and begin it if there is a place."""
    row = await ctx.db.get_or_raise(document)
    await ctx.db.patch(
        document,
        status="queued",
        queued_at=ctx.now_ms,
        attempt=row.attempt + 1,
        progress=0.0,
        pages_read=0,
        error=None,
        job=None,
    )
    await start_next(ctx)


async def stop(ctx: MutationContext, document: Id[Document]) -> bool:
    """Take the document from whoever reads it, or from the queue; return whether there was something to stop."""
    row = await ctx.db.get_or_raise(document)
    if row.status not in ("queued", "reading", "analysing"):
        return False
    await ctx.db.patch(document, status="failed", error=CANCELLED, attempt=row.attempt + 1, job=None)
    await start_next(ctx)
    return True


@functions.mutation(guard=internal)
async def start_next(ctx: MutationContext) -> None:
    """Give free places to the documents that wait; whoever is served least comes first, then who waited longest."""
    active = [row for row in await _active(ctx) if await _is_alive(ctx, row)]
    free = current_reader().places - len(active)
    if free <= 0:
        return
    waiting = await ctx.db.query(Document).index("by_status").eq(status="queued").take(_LOOK_AHEAD)
    for row in fair_choice(waiting, [row.owner for row in active], free):
        job = await ctx.scheduler.run_after(0, read, document=row.id, attempt=row.attempt)
        await ctx.db.patch(row.id, status="reading", job=job)


crons = [Cron(name="read waiting documents", every=timedelta(minutes=10), function=start_next)]


async def _active(ctx: MutationContext) -> list[Document]:
    by_status = [ctx.db.query(Document).index("by_status").eq(status=status) for status in ("reading", "analysing")]
    return [row for query in by_status for row in await query.collect()]


async def _is_alive(ctx: MutationContext, row: Document) -> bool:
    """Whether somebody still reads the document; one whose job is over without a word has failed."""
    job = None if row.job is None else await ctx.db.get(row.job)
    if job is not None and job.state in ("pending", "inProgress"):
        return True
    await ctx.db.patch(row.id, status="failed", error=LOST, attempt=row.attempt + 1, job=None)
    return False
