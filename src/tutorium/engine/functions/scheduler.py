"""`ctx.scheduler`: calls for later, as rows: part of a mutation's transaction, or, from an action, committed at once."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final, ParamSpec, Protocol, TypeVar, cast

from tutorium.engine.database import DatabaseReader, DatabaseWriter
from tutorium.engine.errors import TransactionTooLargeError
from tutorium.engine.functions.reference import ActionRef, FunctionRef, MutationRef
from tutorium.engine.system_tables import ScheduledFunction
from tutorium.engine.values import Id

P = ParamSpec("P")
T = TypeVar("T")
JobId = Id[ScheduledFunction]

MAX_JOBS: Final = 1_000
MAX_ARGUMENT_BYTES: Final = 4 << 20
"""Published limits of the reference: jobs of one mutation, and the arguments of one job."""


class ArgumentEncoder(Protocol):
    """Turns arguments under Python names into the JSON object that a job keeps."""

    def __call__(self, function: FunctionRef[Any, Any], arguments: dict[str, Any]) -> bytes:
        """Return the JSON text. Raises ArgumentValidationError when they do not fit the function."""
        ...


RunWrite = Callable[[Callable[[DatabaseWriter], Awaitable[Any]]], Awaitable[Any]]
"""Runs a piece of writing: inside the mutation's transaction, or in one of its own."""


class Scheduler:
    """Schedules functions. No identity is passed on: a scheduled function runs as the server itself."""

    __slots__ = ("_count", "_encode", "_now_ms", "_parent", "_write")

    def __init__(
        self, write: RunWrite, encode: ArgumentEncoder, now_ms: Callable[[], float], parent: str | None = None
    ) -> None:
        """`parent` is the job on whose behalf this runs: once it is cancelled, what it schedules is cancelled too."""
        self._write = write
        self._encode = encode
        self._now_ms = now_ms
        self._parent = parent
        self._count = 0

    async def run_after(
        self, seconds: float | timedelta, function: MutationRef[P, T] | ActionRef[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> JobId:
        """Call `function` once `seconds` have passed."""
        delay = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        return await self._schedule(self._now_ms() + max(0.0, delay) * 1e3, function, args, kwargs)

    async def run_at(
        self, ms: float, function: MutationRef[P, T] | ActionRef[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> JobId:
        """Call `function` at a time in milliseconds since 1970; a time gone by means at once."""
        return await self._schedule(ms, function, args, kwargs)

    async def cancel(self, job: JobId) -> None:
        """Cancel a call. One that waits never runs; one that runs goes on, but what it schedules is cancelled.

        A call that is over, or was forgotten, stays as it is.
        """

        async def mark(db: DatabaseWriter) -> None:
            row = await db.get(job)
            if row is not None and row.state in {"pending", "inProgress"}:
                await db.patch(job, state="canceled", completed_time=self._now_ms(), lease_owner=None, lease_until=None)

        await self._write(mark)

    async def _schedule(
        self, due_ms: float, function: FunctionRef[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> JobId:
        if args:
            raise TypeError("Arguments of a function are given by name.")
        self._count += 1
        if self._count > MAX_JOBS:
            raise TransactionTooLargeError(f"One function may schedule {MAX_JOBS} calls.")
        encoded = self._encode(function, kwargs)
        if len(encoded) > MAX_ARGUMENT_BYTES:
            raise TransactionTooLargeError(f"The arguments of a scheduled call may have {MAX_ARGUMENT_BYTES} bytes.")

        async def add(db: DatabaseWriter) -> JobId:
            row = ScheduledFunction(name=function.path, args=encoded.decode(), scheduled_time=due_ms)
            if await self._parent_is_cancelled(db):
                row = ScheduledFunction(
                    name=row.name, args=row.args, scheduled_time=due_ms, state="canceled", completed_time=self._now_ms()
                )
            return await db.insert(row)

        return cast("JobId", await self._write(add))

    async def _parent_is_cancelled(self, db: DatabaseReader) -> bool:
        if self._parent is None:
            return False
        parent = await db.get(cast("JobId", self._parent))
        return parent is not None and parent.state == "canceled"
