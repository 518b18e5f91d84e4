"""Slow checks: `python -m tests.soak [kills|load|all] [--minutes N] [--guests N] [--seed N]`.

`all` gives half of the minutes to each. Exit code 0 when nothing was lost, doubled or failed.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Series
from tests.soak.kills import kill_for
from tests.soak.load import Found, teach_for

MOST_DRAWING_SECONDS = 2.0
"""The first drawing of a lesson is promised within this; here it is asked of 95 % of the guests."""


def say(text: str) -> None:
    """Print a line of progress with the time of day."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


def run_kills(seconds: float, seed: int) -> bool:
    """Kill for a while; return whether everything acknowledged was kept."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            kills = kill_for(seconds, Path(folder), seed, say)
        except AssertionError as error:
            say(f"kills: FAILED with seed {seed}: {error}")
            return False
    say(f"kills: passed; {kills} kills, nothing acknowledged was lost or done twice")
    return True


def run_load(seconds: float, guests: int) -> bool:
    """Teach for a while; return whether every lesson went as it should."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(teach_for(seconds, Path(folder), guests, say))
    for fault, count in sorted({fault: found.faults.count(fault) for fault in found.faults}.items())[:20]:
        say(f"load: {count} x {fault}")
    return judge_load(found, guests)


def judge_load(found: Found, guests: int) -> bool:
    """Say what the load found and return whether it is good."""
    if len(found.drawing_seconds) < guests or not found.ack_seconds:
        say(f"load: FAILED; only {len(found.drawing_seconds)} of at least {guests} lessons drew something")
        return False
    drawing, ack = Series.of(found.drawing_seconds), Series.of(found.ack_seconds)
    is_good = not found.faults and drawing.p95 <= MOST_DRAWING_SECONDS
    say(
        f"load: {'passed' if is_good else 'FAILED'}; {len(drawing.values)} lessons begun, {found.finished} over, "
        f"{len(found.faults)} faults; first drawing median {drawing.median:.2f} s, p95 {drawing.p95:.2f} s "
        f"(bar {MOST_DRAWING_SECONDS:g} s); acknowledged after median {ack.median * 1e3:.0f} ms, p95 {ack.p95 * 1e3:.0f} ms"
    )
    return is_good


def main(arguments: list[str]) -> int:
    """Return 0 when all that ran passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Slow checks: kills, and many lessons at once.")
    parser.add_argument("what", nargs="?", choices=("all", "kills", "load"), default="all")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--guests", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    given = parser.parse_args(arguments)
    seconds = given.minutes * 60 / (2 if given.what == "all" else 1)
    say(f"{given.what} for {given.minutes:g} minutes, {given.guests} guests, seed {given.seed}")
    passed = True
    if given.what in {"all", "kills"}:
        passed = run_kills(seconds, given.seed) and passed
    if given.what in {"all", "load"}:
        passed = run_load(seconds, given.guests) and passed
    say("soak: passed" if passed else "soak: FAILED")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
