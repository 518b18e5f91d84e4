"""A process that draws on a board and says what is acknowledged, until it is killed. Run by `test_killed_boards.py`."""

import asyncio
import sys
import time
from pathlib import Path

from tests.contract.realtime.file_room_store import FileRoomStore
from tests.unit.realtime.doubles import Boards, OpenDoors
from tutorium.realtime.whiteboard import open_room_registry
from tutorium.runtime import SystemRuntime

BOX = {"type": "rectangle", "x": 1, "y": 2, "width": 3, "height": 4}


async def draw_for_ever(folder: Path, prefix: str) -> None:
    """Let a person and the tutor draw; print each id once it may not be lost any more."""
    store = FileRoomStore(folder)
    async with open_room_registry(store, runtime=SystemRuntime()) as rooms:
        boards = Boards(rooms, store, None, OpenDoors())  # type: ignore[arg-type]
        ann = await boards.enter("ann")
        drawn: list[tuple[float, str]] = []
        number = 0
        while True:
            number += 1
            ann.draw(f"{prefix}p{number}", index=f"b{number:02}x" if number < 100 else "a0")
            ann.pump()
            drawn.append((time.monotonic(), f"{prefix}p{number}"))
            await rooms.edit("room", lambda e, n=number: e.add(f"{prefix}t{n}", BOX), by="tutor")
            print(f"{prefix}t{number}", flush=True)
            await asyncio.sleep(0.002)
            while drawn and time.monotonic() - drawn[0][0] > 0.05:
                print(drawn.pop(0)[1], flush=True)


if __name__ == "__main__":
    asyncio.run(draw_for_ever(Path(sys.argv[1]), sys.argv[2]))
