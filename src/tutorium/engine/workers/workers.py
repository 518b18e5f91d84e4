"""The background tasks of one engine, their start and their end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from tutorium.engine.errors import EngineClosingError, StoreError
from tutorium.engine.functions import Registry, Runner
from tutorium.engine.workers.cron_worker import CronWorker
from tutorium.engine.workers.pruning_worker import PruningWorker
from tutorium.engine.workers.scheduled_function_worker import ScheduledFunctionWorker
from tutorium.engine.workers.settings import WorkerSettings

_log = structlog.get_logger()
_RESTART_SECONDS: Final = 1.0


class Workers:
    """Runs scheduled functions, crons and pruning until stopped."""

    def __init__(self, registry: Registry, runner: Runner, settings: WorkerSettings) -> None:
        self.scheduled = ScheduledFunctionWorker(runner, settings)
        self.pruning = PruningWorker(runner, settings)
        self._crons = CronWorker(registry.crons, runner)
        self._runtime = runner.runtime
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Recover from an earlier end of the process, then begin."""
        await self.scheduled.recover()
        await self._crons.prepare()
        loops: tuple[Callable[[], Awaitable[None]], ...] = (
            self.scheduled.run,
            self.scheduled.keep_leases,
            self._crons.run,
            self.pruning.run,
            self.pruning.run_sweeper,
        )
        self._tasks = [
            asyncio.create_task(self._keep_running(loop), name=getattr(loop, "__qualname__", "worker")) for loop in loops
        ]

    async def stop(self) -> None:
        """Start nothing more, and let what runs come to its end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.scheduled.stop()

    async def _keep_running(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop; when it breaks, say so and begin it again, since nobody else would do its work."""
        while True:
            try:
                await loop()
                return
            except (StoreError, EngineClosingError):
                return
            except Exception as error:  # a fault in one loop must not end the others
                _log.error("worker_failed", worker=getattr(loop, "__qualname__", "worker"), exc_info=error)
                await self._runtime.sleep(_RESTART_SECONDS)
