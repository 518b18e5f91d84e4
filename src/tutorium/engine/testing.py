"""For application tests: an engine in memory whose clock stands still until the test moves it."""

import asyncio
import heapq
import random
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from tutorium.engine.engine import Engine, EngineSettings, open_engine
from tutorium.engine.file_storage import MemoryFileStorage
from tutorium.engine.functions import Authenticator, Registry
from tutorium.engine.persistence import MemoryStore
from tutorium.engine.workers import WorkerSettings
from tutorium.runtime import Runtime

_QUIET_TURNS: Final = 50
_MOST_TURNS: Final = 5_000
"""What is ready is taken to be done when nobody asked the runtime for anything in so many turns of the event loop; a test that
never comes to rest goes on after the larger number."""


class VirtualRuntime:
    """A clock that only `advance` moves, and randomness that repeats. See Runtime."""

    def __init__(self, start: float = 1_795_000_000.0, seed: int = 0) -> None:
        """Begin at `start`, in seconds since 1970."""
        self._start_ns = int(start * 1e9)
        self._passed_ns = 0
        self._random = random.Random(seed)
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = 0
        self._asked = 0

    def now_ns(self) -> int:
        """See Runtime."""
        self._asked += 1
        return self._start_ns + self._passed_ns

    def monotonic(self) -> float:
        """See Runtime."""
        return self._passed_ns / 1e9

    def random_bytes(self, size: int) -> bytes:
        """See Runtime; the same bytes in every run with the same seed."""
        self._asked += 1
        return self._random.randbytes(size)

    def new_uuid(self) -> str:
        """See Runtime."""
        return str(uuid.UUID(bytes=self._random.randbytes(16), version=4))

    async def sleep(self, seconds: float) -> None:
        """Return once `advance` has moved the clock this far; zero lets other tasks run."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._passed_ns + int(seconds * 1e9), self._count, future))
        await future

    async def advance(self, seconds: float) -> None:
        """Move the clock on, waking each sleeper at its time and letting what it starts run before the next."""
        await self.settle()
        end = self._passed_ns + int(seconds * 1e9)
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                self._passed_ns = max(self._passed_ns, due)
                future.set_result(None)
                await self.settle()
        self._passed_ns = end
        await self.settle()

    async def settle(self) -> None:
        """Let everything run that is ready. Work in threads (a store on disk) is not waited for."""
        for _ in range(_MOST_TURNS // _QUIET_TURNS):
            asked = self._asked
            for _ in range(_QUIET_TURNS):
                await asyncio.sleep(0)
            if self._asked == asked:
                return


@asynccontextmanager
async def open_test_engine(
    registry: Registry,
    *,
    runtime: Runtime | None = None,
    authenticator: Authenticator | None = None,
    workers: WorkerSettings | None = None,
) -> AsyncGenerator[Engine, None]:
    """Open an engine in memory. Pass a `VirtualRuntime` of your own to move its clock; `engine.runtime` is it, too."""
    runtime = runtime or VirtualRuntime()
    settings = EngineSettings(workers=workers or WorkerSettings())
    async with open_engine(
        registry,
        settings,
        runtime=runtime,
        authenticator=authenticator,
        store=MemoryStore(),
        file_storage=MemoryFileStorage(runtime),
    ) as engine:
        yield engine
