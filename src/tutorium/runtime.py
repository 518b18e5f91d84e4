"""Clock, sleep, randomness and new ids behind one port, so that tests own time and chance."""

import asyncio
import os
import time
import uuid
from typing import Protocol


class Runtime(Protocol):
    """Everything in a process that is not decided by its input."""

    def now_ns(self) -> int:
        """Return the wall clock in nanoseconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back; only differences mean something."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds`; zero lets other tasks run."""
        ...

    def random_bytes(self, size: int) -> bytes:
        """Return `size` bytes fit for keys and tokens."""
        ...

    def new_uuid(self) -> str:
        """Return a fresh random UUID in text form."""
        ...


class SystemRuntime:
    """The real clock and the operating system's randomness."""

    def now_ns(self) -> int:
        """Return the wall clock in nanoseconds since 1970."""
        return time.time_ns()

    def monotonic(self) -> float:
        """Return the system's monotonic clock in seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep on the event loop."""
        await asyncio.sleep(seconds)

    def random_bytes(self, size: int) -> bytes:
        """Return bytes from the operating system's generator."""
        return os.urandom(size)

    def new_uuid(self) -> str:
        """Return a random (version 4) UUID."""
        return str(uuid.uuid4())
