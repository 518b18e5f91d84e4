"""Scheduled functions as administrators see and steer them."""

from typing import Literal, TypeAlias

from msgspec import field

from tutorium.app.auth import admin
from tutorium.app.jobs.errors import JobIsNotOverError, JobIsOverError
from tutorium.engine import (
    Functions,
    Id,
    MutationContext,
    Page,
    PaginationOptions,
    QueryContext,
    ScheduledFunction,
    View,
)

SHOWN_ARGUMENT_CHARS = 500
"""Arguments can have megabytes; a list of jobs must not."""

FIRST_PAGE = PaginationOptions(num_items=50)
"""What is listed when the caller asks for no page."""

JobState: TypeAlias = Literal["pending", "inProgress", "success", "failed", "canceled"]

functions = Functions("jobs")


class JobView(View):
    """One scheduled call. `args` is JSON, cut at 500 characters; times are ms since 1970."""

    id: Id[ScheduledFunction] = field(name="_id")
    creation_time: float = field(name="_creationTime")
    name: str
    args: str
    state: JobState
    scheduled_time: float
    completed_time: float | None
    error: str | None
    attempt: int
    cron: str | None


@functions.query(guard=admin)
async def list_(
    ctx: QueryContext,
    *,
    state: JobState | None = None,
    pagination_opts: PaginationOptions = FIRST_PAGE,
) -> Page[JobView]:
    """Scheduled calls, newest first; with `state` only those, latest due first."""
    jobs = ctx.db.query(ScheduledFunction)
    chosen = jobs if state is None else jobs.index("by_state").eq(state=state)
    return (await chosen.order("desc").paginate(pagination_opts)).map(_view)


@functions.mutation(guard=admin)
async def cancel(ctx: MutationContext, *, job: Id[ScheduledFunction]) -> None:
    """Cancel a call that waits, or that runs: then it goes on, but what it schedules is cancelled. Raises JobIsOverError."""
    row = await ctx.db.get_or_raise(job)
    if row.state not in ("pending", "inProgress"):
        raise JobIsOverError(state=row.state)
    await ctx.scheduler.cancel(job)


@functions.mutation(guard=admin)
async def retry(ctx: MutationContext, *, job: Id[ScheduledFunction]) -> Id[ScheduledFunction]:
    """Make a failed or cancelled call once more, now, with the same arguments; return the new job. Raises JobIsNotOverError."""
    row = await ctx.db.get_or_raise(job)
    if row.state not in ("failed", "canceled"):
        raise JobIsNotOverError(state=row.state)
    return await ctx.db.insert(ScheduledFunction(name=row.name, args=row.args, scheduled_time=ctx.now_ms))


def _view(row: ScheduledFunction) -> JobView:
    return JobView(
        id=row.id,
        creation_time=row.creation_time,
        name=row.name,
        args=row.args[:SHOWN_ARGUMENT_CHARS],
        state=row.state,
        scheduled_time=row.scheduled_time,
        completed_time=row.completed_time,
        error=row.error,
        attempt=row.attempt,
        cron=row.cron,
    )
