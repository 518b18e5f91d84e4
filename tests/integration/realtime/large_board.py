"""Opens and repairs a board of 5,000 elements and prints how long the loop was blocked. Run by `test_large_boards.py`.

A process of its own, as a server is: no tracing, and no modules of a whole test run for the garbage collector to walk.
"""

import asyncio
import gc
import json
import random
import time

from tests.unit.realtime.doubles import Boards, OpenDoors, YjsClient
from tutorium.realtime.whiteboard import MemoryRoomStore, open_room_registry
from tutorium.realtime.whiteboard.order import indices_between
from tutorium.runtime import SystemRuntime

ELEMENTS = 5_000


class LoopWatch:
    """Measures the most CPU that was spent between two turns of the loop."""

    def __init__(self) -> None:
        self.worst = 0.0

    async def run(self) -> None:
        """Look every turn, until cancelled."""
        last = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            self.worst = max(self.worst, now - last)
            last = now

    async def take(self) -> float:
        """Return the worst turn so far, in seconds, and begin anew."""
        await asyncio.sleep(0)
        worst = self.worst
        await asyncio.sleep(0)
        self.worst = 0.0
        return worst


def large_board() -> list[bytes]:
    """The updates of people who drew 5,000 elements, a quarter of them strokes of 40 points."""
    chance = random.Random(1)
    source = YjsClient()
    for number, index in enumerate(indices_between(None, None, ELEMENTS)):
        points = [[chance.random() * 100, chance.random() * 100] for _ in range(40)] if number % 4 == 0 else []
        source.draw(f"element-{number:012}", index=index, points=points)
    return source.unsent


async def measure() -> dict[str, float]:
    """Open, look at, and repair the board."""
    store = MemoryRoomStore()
    await store.append("room", large_board())
    gc.collect()
    gc.freeze()
    async with open_room_registry(store, runtime=SystemRuntime()) as rooms:
        watch = LoopWatch()
        watching = asyncio.create_task(watch.run())
        await watch.take()
        started = time.perf_counter()
        await Boards(rooms, store, None, OpenDoors()).connect("ann")  # type: ignore[arg-type]
        seconds = time.perf_counter() - started
        opening = await watch.take()
        room = rooms.rooms[0]
        await room.repair()
        repair = await watch.take()
        watching.cancel()
        return {"elements": len(room.board.elements.live()), "opened_in": seconds, "opening": opening, "repair": repair}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
