"""Schedules recurring calls. At most one run of each at a time; what was missed is skipped."""

from collections.abc import Mapping
from typing import Final, cast

from tutorium.engine.database import DatabaseReader, DatabaseWriter, Transaction
from tutorium.engine.functions import Cron, Runner
from tutorium.engine.system_tables import CronJob, ScheduledFunction
from tutorium.engine.values import Id

_LONGEST_WAIT_SECONDS: Final = 3_600.0


class CronWorker:
    """Keeps a row for each cron and adds a scheduled call whenever it is due."""

    def __init__(self, crons: Mapping[str, Cron], runner: Runner) -> None:
        self._crons = crons
        self._database = runner.database
        self._runtime = runner.runtime

    async def prepare(self) -> None:
        """Make rows for new crons, due at once, and take away those of crons that are no more."""

        async def body(transaction: Transaction) -> None:
            db = DatabaseWriter(transaction)
            rows = {row.name: row for row in await db.query(CronJob).collect()}
            for name, row in rows.items():
                cron = self._crons.get(name)
                if cron is None:
                    await db.delete(row.id)
                elif row.next_run > (soonest := transaction.now_ms + cron.every.total_seconds() * 1e3):
                    await db.patch(row.id, next_run=soonest)
            for name in self._crons:
                if name not in rows:
                    await db.insert(CronJob(name=name, next_run=transaction.now_ms))

        await self._database.write(body)

    async def run(self) -> None:
        """Add due calls for ever."""
        while self._crons:
            next_run = await self._add_due()
            delay = (next_run - self._runtime.now_ns() / 1e6) / 1e3
            await self._runtime.sleep(min(max(delay, 0.001), _LONGEST_WAIT_SECONDS))

    async def _add_due(self) -> float:
        """Schedule what is due; return when the next cron is."""

        async def body(transaction: Transaction) -> float:
            db = DatabaseWriter(transaction)
            upcoming: list[float] = []
            for row in await db.query(CronJob).collect():
                cron = self._crons.get(row.name)
                if cron is None:
                    continue
                if row.next_run > transaction.now_ms:
                    upcoming.append(row.next_run)
                    continue
                next_run = _next_run(row.next_run, cron.every.total_seconds() * 1e3, transaction.now_ms)
                upcoming.append(next_run)
                job = row.job
                if job is None or await _is_over(db, job):
                    job = await db.insert(
                        ScheduledFunction(name=cron.function.path, args="{}", scheduled_time=transaction.now_ms, cron=row.name)
                    )
                await db.patch(row.id, next_run=next_run, job=job)
            return min(upcoming, default=transaction.now_ms + _LONGEST_WAIT_SECONDS * 1e3)

        return (await self._database.write(body))[0]


def _next_run(due_ms: float, every_ms: float, now_ms: float) -> float:
    """Return the first time after now on the grid that `due_ms` lies on."""
    return due_ms + (int((now_ms - due_ms) // every_ms) + 1) * every_ms


async def _is_over(db: DatabaseReader, job: str) -> bool:
    row = await db.get(cast("Id[ScheduledFunction]", job))
    return row is None or row.state not in {"pending", "inProgress"}
