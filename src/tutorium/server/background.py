"""Work that goes on beside requests as long as the server runs."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from tutorium.errors import TutoriumError
from tutorium.runtime import Runtime

log = structlog.get_logger()

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
"""After a failure the work is begun again: soon at first, then less and less often."""

Work = Callable[[], Awaitable[None]]


@asynccontextmanager
async def running(work: dict[str, Work], runtime: Runtime) -> AsyncGenerator[None]:
    """Run each piece of `work` until it returns or the block is left. One that fails is logged and begun again."""
    tasks = [asyncio.create_task(_persistently(name, one, runtime), name=name) for name, one in work.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _persistently(name: str, work: Work, runtime: Runtime) -> None:
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            await work()
        except TutoriumError as error:
            log.warning("background work failed; it is begun again", work=name, code=error.code, pause_seconds=pause)
        except Exception:
            log.exception("background work failed unexpectedly; it is begun again", work=name, pause_seconds=pause)
        else:
            return
        await runtime.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
