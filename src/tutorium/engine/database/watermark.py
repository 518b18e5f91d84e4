"""How far the commit log has been published in this process."""

import asyncio

from tutorium.engine.persistence import Timestamp


class Watermark:
    """Every commit up to `ts` has been answered and has invalidated what it overlaps (E11)."""

    def __init__(self, ts: Timestamp) -> None:
        """Begin at the newest commit of the opened store: nothing before it concerns anyone here."""
        self.ts = ts
        self._waiters: list[tuple[Timestamp, asyncio.Future[None]]] = []

    def advance(self, ts: Timestamp) -> None:
        """Move on and wake those who waited for it."""
        self.ts = ts
        if self._waiters:
            ready = [future for wanted, future in self._waiters if wanted <= ts]
            self._waiters = [waiter for waiter in self._waiters if waiter[0] > ts]
            for future in ready:
                if not future.done():
                    future.set_result(None)

    async def reached(self, ts: Timestamp) -> None:
        """Wait until the watermark is at `ts` or above."""
        if self.ts >= ts:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((ts, future))
        await future
