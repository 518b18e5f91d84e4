"""The durable tail of one room: updates are kept in order, in groups, at most 50 ms after they arrived.

::

    append ──> pending ──(window)──> store.append ──> on_durable callbacks, in order
               flush() skips the window

A store that fails is tried again; when it stays down the log breaks for good and says so, because a room that goes on without
a log would acknowledge what is lost with the process.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from tutorium.errors import UnavailableError
from tutorium.realtime.whiteboard.ports import RoomStore
from tutorium.runtime import Runtime

# Leaves 20 ms of the promised 50 for the commit itself; a longer window saves little more work.
GROUP_WINDOW_SECONDS = 0.03
# Waits between tries: a store that is restarted is back within seconds.
RETRY_DELAYS_SECONDS = (0.05, 0.2, 1.0, 3.0)
# What a room may hold while the store is away.
MAX_PENDING_BYTES = 64 * 1024 * 1024

_log = structlog.get_logger()


class RoomStoreError(UnavailableError):
    """The board cannot be saved right now. Your own copy keeps your changes; they are sent again when it can."""


@dataclass(frozen=True, slots=True)
class _Pending:
    update: bytes
    on_durable: Callable[[], None] | None


class UpdateLog:
    """Appends one room's updates to the store. `run` must be running for anything to become durable.

    Invariant: callbacks run in the order of `append`, each after its update and all earlier ones are durable.
    """

    def __init__(self, room: str, store: RoomStore, runtime: Runtime, *, window_seconds: float = GROUP_WINDOW_SECONDS) -> None:
        """Keep the updates of `room` in `store`."""
        self._room = room
        self._store = store
        self._runtime = runtime
        self._window_seconds = window_seconds
        self._pending: list[_Pending] = []
        self._pending_bytes = 0
        self._writing = False
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._flushed: list[asyncio.Future[None]] = []
        self.failure: RoomStoreError | None = None
        self.rows_appended = 0

    def append(self, update: bytes, on_durable: Callable[[], None] | None = None) -> None:
        """Keep `update` after all earlier ones. Raises RoomStoreError when the log is broken or too far behind."""
        if self.failure is not None:
            raise self.failure
        if self._pending_bytes + len(update) > MAX_PENDING_BYTES:
            raise RoomStoreError("the store is too far behind", room=self._room)
        self._pending.append(_Pending(update, on_durable))
        self._pending_bytes += len(update)
        self._wake.set()

    async def flush(self) -> None:
        """Return when everything appended so far is durable. Raises RoomStoreError when that will not happen."""
        if self.failure is not None:
            raise self.failure
        if not self._pending and not self._writing:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._flushed.append(done)
        self._hurry.set()
        self._wake.set()
        await done

    def close(self) -> None:
        """Take nothing more; whoever still waits is told. To be called when `run` has ended."""
        if self.failure is None:
            self._break(RoomStoreError("the board has just been closed; try again", room=self._room), [])

    async def run(self) -> None:
        """Write groups until cancelled; returns only when the store stays down, with `failure` set."""
        while self.failure is None:
            await self._wake.wait()
            if not self._hurry.is_set():
                await self._wait_window()
            self._wake.clear()
            self._hurry.clear()
            group, self._pending, self._pending_bytes = self._pending, [], 0
            waiting, self._flushed = self._flushed, []
            await self._write(group, waiting)

    async def _wait_window(self) -> None:
        """Wait for the window to pass, or for somebody in a hurry."""
        window = asyncio.ensure_future(self._runtime.sleep(self._window_seconds))
        hurry = asyncio.ensure_future(self._hurry.wait())
        try:
            await asyncio.wait((window, hurry), return_when=asyncio.FIRST_COMPLETED)
        finally:
            window.cancel()
            hurry.cancel()

    async def _write(self, group: list[_Pending], waiting: list[asyncio.Future[None]]) -> None:
        self._writing = True
        try:
            if group:
                await self._store_group([item.update for item in group])
        except RoomStoreError as failure:
            self._break(failure, waiting)
            return
        finally:
            self._writing = False
        for item in group:
            if item.on_durable is not None:
                item.on_durable()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def _break(self, failure: RoomStoreError, waiting: list[asyncio.Future[None]]) -> None:
        self.failure = failure
        for future in [*waiting, *self._flushed]:
            if not future.done():
                future.set_exception(failure)

    async def _store_group(self, updates: list[bytes]) -> None:
        for delay in (*RETRY_DELAYS_SECONDS, None):
            try:
                # A try that failed after it was kept is repeated: applying an update twice changes nothing.
                await self._store.append(self._room, updates)
            except Exception as error:
                _log.warning("board.append_failed", room=self._room, updates=len(updates), error=repr(error))
                if delay is None:
                    raise RoomStoreError(room=self._room) from error
                await self._runtime.sleep(delay)
            else:
                self.rows_appended += len(updates)
                return
