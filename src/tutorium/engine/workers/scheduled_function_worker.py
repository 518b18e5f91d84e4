"""Makes scheduled calls when they are due."""

import asyncio
from typing import Any, Final

import structlog

from tutorium.engine.database import Written
from tutorium.engine.functions import ANONYMOUS, Runner
from tutorium.engine.functions.log import FunctionLog
from tutorium.engine.functions.runner import STORE_TROUBLE
from tutorium.engine.functions.signature import Signature
from tutorium.engine.system_tables import ScheduledFunction
from tutorium.engine.values import encode_key
from tutorium.engine.workers.jobs import JobId, JobSteps, describe
from tutorium.engine.workers.pace import wait_for_either
from tutorium.engine.workers.settings import WorkerSettings
from tutorium.errors import TutoriumError

_log = structlog.get_logger()

_LONGEST_WAIT_SECONDS: Final = 3_600.0


class ScheduledFunctionWorker:
    """Starts what is due, at most `max_running_jobs` at once, and is woken by every commit that adds a waiting call."""

    def __init__(self, runner: Runner, settings: WorkerSettings) -> None:
        self._runner = runner
        self._database = runner.database
        self._runtime = runner.runtime
        self._settings = settings
        self._steps = JobSteps(runner.database, runner, runner.runtime.new_uuid(), settings.lease)
        self._wake = asyncio.Event()
        self._running: dict[JobId, asyncio.Task[None]] = {}
        self._claimed: set[JobId] = set()
        index = self._database.schema.table(ScheduledFunction).by_name["by_state"]
        self._pending_prefix = index.prefix + encode_key("pending")
        self._database.committer.on_published.append(self._published)

    @property
    def running_count(self) -> int:
        """How many calls run right now, for metrics."""
        return len(self._running)

    async def recover(self) -> None:
        """End what an earlier process left running."""
        await self._steps.end_lost(everything=self._database.store.is_exclusive)

    async def run(self) -> None:
        """Start due calls for ever."""
        while True:
            self._wake.clear()
            room = self._settings.max_running_jobs - len(self._running)
            # Those that run as mutations still count as pending until their commit; look past them.
            waiting = [row for row in await self._steps.pending(room + len(self._running) + 1) if row.id not in self._running]
            now_ms = self._runtime.now_ns() / 1e6
            for row in waiting[:room]:
                if row.scheduled_time <= now_ms:
                    self._start(row)
            later = [row.scheduled_time for row in waiting if row.scheduled_time > now_ms]
            delay = min((later[0] - now_ms) / 1e3, _LONGEST_WAIT_SECONDS) if later else _LONGEST_WAIT_SECONDS
            await wait_for_either(self._wake, self._runtime, delay)

    async def keep_leases(self) -> None:
        """Prolong the leases of running actions, and end those that other processes lost, for ever."""
        while True:
            await self._runtime.sleep(self._settings.lease / 3)
            if self._claimed:
                await self._steps.renew(list(self._claimed))
            if not self._database.store.is_exclusive:
                await self._steps.end_lost(everything=False)

    async def stop(self) -> None:
        """Give running calls time to end, then cancel them; the next start deals with what was left."""
        tasks = list(self._running.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._settings.drain)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, row: ScheduledFunction) -> None:
        job: JobId = row.id
        task = asyncio.create_task(self._make(job, row.name), name=f"job {row.name}")
        self._running[job] = task
        task.add_done_callback(lambda _: self._ended(job))

    def _ended(self, job: JobId) -> None:
        self._running.pop(job, None)
        self._wake.set()

    async def _make(self, job: JobId, name: str) -> None:
        """Make one call; whatever goes wrong with it is kept in its row and ends nothing else."""
        try:
            signature = self._runner.find_or_none(name)
            if signature is None:
                await self._steps.fail(job, f"function_not_found: {name} is not registered any more.", None)
            elif signature.function.kind == "action":
                await self._make_action(job, signature)
            else:
                await self._make_mutation(job, signature)
        except STORE_TROUBLE:
            _log.warning("job_interrupted", job=job, function=name)

    async def _make_mutation(self, job: JobId, signature: Signature) -> None:
        try:
            await self._steps.run_mutation(job, signature)
        except STORE_TROUBLE:
            raise
        except Exception as error:  # any error of application code ends this call only
            _note(error, job, signature, 1)
            await self._steps.fail(job, describe(error), None)

    async def _make_action(self, job: JobId, signature: Signature) -> None:
        row = await self._steps.claim(job)
        if row is None:
            return
        self._claimed.add(job)
        function = signature.function
        try:
            arguments: dict[str, Any] = signature.decode_arguments(row.args.encode())
            await self._runner.action_body(function, arguments, ANONYMOUS, FunctionLog(), job)
        except STORE_TROUBLE:
            raise
        except Exception as error:  # any error of application code ends this call only
            _note(error, job, signature, row.attempt)
            await self._steps.fail(job, describe(error), function.retry)
        else:
            await self._steps.succeed(job)
        finally:
            self._claimed.discard(job)

    def _published(self, group: list[Written]) -> None:
        prefix = self._pending_prefix
        if not self._wake.is_set() and any(key.startswith(prefix) for written in group for key in written.keys):
            self._wake.set()


def _note(error: Exception, job: JobId, signature: Signature, attempt: int) -> None:
    """Log a failed call: a refusal in one line, anything unforeseen with its traceback."""
    unforeseen = None if isinstance(error, TutoriumError) else error
    _log.warning(
        "job_failed", job=job, function=signature.function.path, attempt=attempt, error=describe(error), exc_info=unforeseen
    )
