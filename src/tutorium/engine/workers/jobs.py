"""The steps of one scheduled call, each a transaction (E15): claim, finish, fail, give back."""

from dataclasses import dataclass

from tutorium.engine.database import Database, DatabaseReader, DatabaseWriter, Transaction
from tutorium.engine.functions import ANONYMOUS, Retry, Runner
from tutorium.engine.functions.log import FunctionLog
from tutorium.engine.functions.signature import Signature
from tutorium.engine.system_tables import ScheduledFunction
from tutorium.engine.values import Id
from tutorium.errors import TutoriumError

JobId = Id[ScheduledFunction]

LOST = "The server stopped while this was running."


def describe(error: BaseException) -> str:
    """Return what a job's row says of an error: code and message, of unforeseen ones only the kind."""
    if isinstance(error, TutoriumError):
        return f"{error.code}: {error.message}"
    return f"internal: {type(error).__name__}"


@dataclass(frozen=True, slots=True)
class JobSteps:
    """The transactions that move a job from state to state. `owner` names this process in leases."""

    database: Database
    runner: Runner
    owner: str
    lease_seconds: float

    async def pending(self, limit: int) -> list[ScheduledFunction]:
        """Return the calls that wait, the earliest first."""

        async def look(transaction: Transaction) -> list[ScheduledFunction]:
            return await DatabaseReader(transaction).query(ScheduledFunction).index("by_state").eq(state="pending").take(limit)

        return await self.database.read(look)

    async def run_mutation(self, job: JobId, signature: Signature) -> None:
        """Run a scheduled mutation and mark it done in one commit, so that it happens exactly once."""

        async def body(transaction: Transaction) -> None:
            db = DatabaseWriter(transaction)
            row = await db.get(job)
            if row is None or row.state != "pending":
                return
            arguments = signature.decode_arguments(row.args.encode())
            await self.runner.mutation_body(signature.function, arguments, ANONYMOUS, transaction, FunctionLog(), job)
            # The function may have cancelled its own call; then that stays.
            row = await db.get(job)
            if row is not None and row.state == "pending":
                await db.patch(job, state="success", completed_time=transaction.now_ms)

        await self.database.write(body)

    async def claim(self, job: JobId) -> ScheduledFunction | None:
        """Mark a waiting action as begun by this process; None when it is not to be started (any more)."""

        async def body(transaction: Transaction) -> ScheduledFunction | None:
            db = DatabaseWriter(transaction)
            row = await db.get(job)
            if row is None or row.state != "pending":
                return None
            until = transaction.now_ms + self.lease_seconds * 1e3
            await db.patch(job, state="inProgress", lease_owner=self.owner, lease_until=until)
            return row

        return (await self.database.write(body))[0]

    async def renew(self, jobs: list[JobId]) -> None:
        """Prolong the leases of running actions."""

        async def body(transaction: Transaction) -> None:
            db = DatabaseWriter(transaction)
            for job in jobs:
                row = await db.get(job)
                if row is not None and row.lease_owner == self.owner:
                    await db.patch(job, lease_until=transaction.now_ms + self.lease_seconds * 1e3)

        await self.database.write(body)

    async def succeed(self, job: JobId) -> None:
        """Mark an action of this process as done; one cancelled meanwhile stays so."""

        async def body(transaction: Transaction) -> None:
            db = DatabaseWriter(transaction)
            row = await db.get(job)
            if row is not None and row.state == "inProgress" and row.lease_owner == self.owner:
                await db.patch(job, state="success", completed_time=transaction.now_ms, lease_owner=None, lease_until=None)

        await self.database.write(body)

    async def fail(self, job: JobId, error: str, retry: Retry | None) -> None:
        """Mark a call as failed, or, when its function may be tried again, let it wait for the next attempt."""

        async def body(transaction: Transaction) -> None:
            db = DatabaseWriter(transaction)
            row = await db.get(job)
            if row is None or row.state not in {"pending", "inProgress"} or row.lease_owner not in {None, self.owner}:
                return
            await self._end(db, row, error, retry, transaction.now_ms)

        await self.database.write(body)

    async def end_lost(self, *, everything: bool) -> None:
        """Fail actions whose owner is gone: all that run, when only this process can own one, else those past their lease."""

        async def body(transaction: Transaction) -> None:
            db = DatabaseWriter(transaction)
            for row in await db.query(ScheduledFunction).index("by_state").eq(state="inProgress").take(1_000):
                expired = (row.lease_until or 0.0) < transaction.now_ms and row.lease_owner != self.owner
                if everything or expired:
                    function = self.runner.find_or_none(row.name)
                    await self._end(db, row, LOST, function.function.retry if function else None, transaction.now_ms)

        await self.database.write(body)

    async def _end(self, db: DatabaseWriter, row: ScheduledFunction, error: str, retry: Retry | None, now_ms: float) -> None:
        job = row.id
        if retry is not None and row.attempt < retry.attempts:
            due = now_ms + retry.delay_seconds(row.attempt) * 1e3
            await db.patch(
                job,
                state="pending",
                scheduled_time=due,
                attempt=row.attempt + 1,
                error=error,
                lease_owner=None,
                lease_until=None,
            )
        else:
            await db.patch(job, state="failed", completed_time=now_ms, error=error, lease_owner=None, lease_until=None)
