"""Waiting on the runtime's clock and on events together."""

import asyncio
from typing import Any

from tutorium.runtime import Runtime


async def wait_for_either(event: asyncio.Event, runtime: Runtime, seconds: float) -> None:
    """Return when `event` is set or `seconds` have passed, whichever is first."""
    if event.is_set():
        return
    tasks: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(runtime.sleep(seconds))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
