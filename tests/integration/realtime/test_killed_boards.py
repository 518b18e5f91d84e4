"""Boards of processes that are killed."""

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import anyio
import pytest
from pycrdt import Doc, Map

from tests.contract.realtime.file_room_store import FileRoomStore

ROOT = Path(__file__).parents[3]


def _draw_until_killed(folder: Path, prefix: str, seconds: float) -> list[str]:
    """Run a drawing process for a while, kill it without warning, and return what it had acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.realtime.killed_board", str(folder), prefix],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    rest, _ = process.communicate()
    # The last line may have been cut by the kill.
    return [first.strip(), *(line for line in rest.split("\n")[:-1])]


@pytest.mark.rule("RM23")
def test_a_killed_process_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """After several kills every edit that returned and every update older than 50 ms is on the board."""
    chance = random.Random(7)
    acknowledged: set[str] = set()
    for life in range(4):
        said = _draw_until_killed(tmp_path, f"life{life}", chance.uniform(0.1, 0.4))
        assert len(said) > 3
        acknowledged.update(said)
    stored = anyio.run(FileRoomStore(tmp_path).load, "room")
    doc: Doc[Any] = Doc()
    for update in stored.updates:
        doc.apply_update(update)
    elements: Map[Any] = doc.get("elements", type=Map)
    kept = set(elements.keys())
    assert acknowledged <= kept
    assert {e for e in acknowledged if "p" in e}, "no person's update grew old enough to be promised"
