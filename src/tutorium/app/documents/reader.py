"""Who reads documents in this process. The server may choose; without a choice a pool of child processes does."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from tutorium.app.reading.pool import Reader, ReadingPool

_chosen: list[Reader] = []
_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, ReadingPool] = WeakKeyDictionary()


@contextmanager
def use_reader(reader: Reader) -> Generator[None]:
    """Let `reader` read all documents of this process until the block ends."""
    _chosen.append(reader)
    try:
        yield
    finally:
        _chosen.remove(reader)


def current_reader() -> Reader:
    """Return the reader of this process: the one chosen last, else one pool for each event loop."""
    if _chosen:
        return _chosen[-1]
    return _pools.setdefault(asyncio.get_running_loop(), ReadingPool())
