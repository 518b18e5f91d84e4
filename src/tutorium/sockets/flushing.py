"""One write for each connection and turn of the event loop."""

import asyncio
from typing import Protocol

import structlog

_log = structlog.get_logger()


class Flushable(Protocol):
    """Something with output that waits."""

    def flush(self) -> None:
        """Write what waits."""
        ...


class Flusher:
    """Collects who has something to send during a turn of the loop, and lets them send it in the next.

    Messages that arrive together and fan out to the same people thus leave as one system call for each: at a full rate this
    decides more than the speed of anything else.
    """

    __slots__ = ("_is_scheduled", "_waiting")

    def __init__(self) -> None:
        """Begin with nobody."""
        self._waiting: list[Flushable] = []
        self._is_scheduled = False

    def add(self, one: Flushable) -> None:
        """Flush `one` soon. Whoever is added twice is flushed twice."""
        self._waiting.append(one)
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._is_scheduled = False
        for one in waiting:
            try:
                one.flush()
            except Exception:
                # One broken connection must not hold up all the others.
                _log.exception("socket.flush_failed")
