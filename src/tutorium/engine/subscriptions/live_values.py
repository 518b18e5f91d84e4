"""A query watched by the process itself: decoded values, the latest one wins."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from tutorium.engine.functions import Caller
from tutorium.engine.functions.outcome import is_same_result
from tutorium.engine.functions.runner import QueryRun
from tutorium.engine.subscriptions.live_queries import EngineSubscriptions


async def live_values(subscriptions: EngineSubscriptions, path: str, args_json: bytes, caller: Caller) -> AsyncIterator[Any]:
    """Yield the query's value now and after each change of it. Values are shared: do not change them.

    Raises what the query raised, and ends with that.
    """
    stale = asyncio.Event()
    live = subscriptions.open(stale.set)
    watched = live.watch(path, args_json, caller, trusted=True)
    last = None
    try:
        while True:
            stale.clear()
            step = await live.advance()
            outcome = step.outcomes.get(watched)
            if outcome is not None and (last is None or not is_same_result(last, outcome)):
                last = outcome
                run = watched.kept[-1].run
                assert isinstance(run, QueryRun)
                if run.error is not None:
                    raise run.error
                yield run.value
            if not live.is_stale:
                await stale.wait()
    finally:
        live.close()
