"""Boards of 5,000 elements."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MAX_BLOCKED_SECONDS = 0.020
TRIES = 3


def _measure() -> dict[str, float]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    output = subprocess.run(
        [sys.executable, "-m", "tests.integration.realtime.large_board"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    return json.loads(output.splitlines()[-1])


@pytest.mark.rule("RM25")
def test_opening_blocks_nobody() -> None:
    """Loading and the first repair pass leave the loop to others at least every 20 ms (the best of three tries counts)."""
    for attempt in range(TRIES):
        measured = _measure()
        assert measured["elements"] == 5_000
        if max(measured["opening"], measured["repair"]) < MAX_BLOCKED_SECONDS and measured["opened_in"] < 2:
            return
        print(f"try {attempt}: {measured}")
    pytest.fail("the loop was blocked for too long in every try")
