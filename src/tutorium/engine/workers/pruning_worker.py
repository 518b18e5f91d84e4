"""Lets go of what is not needed any more: history, finished calls, old answers, bytes without a row."""

from typing import Final

from tutorium.engine.database import DatabaseReader, DatabaseWriter, Transaction
from tutorium.engine.functions import Runner
from tutorium.engine.system_tables import REQUEST_RETENTION_SECONDS, MutationRequest, ScheduledFunction, StoredFile
from tutorium.engine.workers.settings import WorkerSettings

_LOG_BATCH: Final = 5_000
_ROW_BATCH: Final = 200
"""Rows deleted in one mutation: few, so that nobody waits behind it."""


class PruningWorker:
    """Prunes at intervals, in small steps."""

    def __init__(self, runner: Runner, settings: WorkerSettings) -> None:
        self._database = runner.database
        self._files = runner.files
        self._runtime = runner.runtime
        self._settings = settings

    async def run(self) -> None:
        """Prune history, calls and answers for ever."""
        while True:
            await self._runtime.sleep(self._settings.prune_every)
            await self.prune()

    async def run_sweeper(self) -> None:
        """Sweep bytes without a row for ever."""
        while True:
            await self._runtime.sleep(self._settings.sweep_files_every)
            await self.sweep_files()

    async def prune(self) -> None:
        """Prune once."""
        before = self._runtime.now_ns() - int(self._settings.log_retention * 1e9)
        while await self._database.store.prune_log(before, _LOG_BATCH) == _LOG_BATCH:
            pass
        while await self._delete_calls() == _ROW_BATCH:
            pass
        while await self._delete_answers() == _ROW_BATCH:
            pass

    async def sweep_files(self) -> None:
        """Delete bytes that no row names: of deleted files, and of uploads that never came to a commit."""
        async for key in self._files.storage.keys_before(self._settings.sweep_files_older_than):

            async def find(transaction: Transaction, blob: str = key) -> StoredFile | None:
                return await DatabaseReader(transaction).query(StoredFile).index("by_blob").eq(blob=blob).first()

            if await self._database.read(find) is None:
                await self._files.storage.delete(key)

    async def _delete_calls(self) -> int:
        async def body(transaction: Transaction) -> int:
            db = DatabaseWriter(transaction)
            limit = transaction.now_ms - self._settings.job_retention * 1e3
            query = db.query(ScheduledFunction).index("by_completed").gt(completed_time=None).lt(completed_time=limit)
            rows = await query.take(_ROW_BATCH)
            for row in rows:
                await db.delete(row.id)
            return len(rows)

        return (await self._database.write(body))[0]

    async def _delete_answers(self) -> int:
        async def body(transaction: Transaction) -> int:
            limit = transaction.now_ms - REQUEST_RETENTION_SECONDS * 1e3
            db = DatabaseWriter(transaction)
            rows = await db.query(MutationRequest).lt(creation_time=limit).take(_ROW_BATCH)
            for row in rows:
                await db.delete(row.id)
            return len(rows)

        return (await self._database.write(body))[0]
