"""How long from starting the process until it listens and says that it is ready?"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx
import psutil

from benchmarks.measure import Bar, Benchmark, Case, Series
from tests.support.live_server import Account, free_port, running_server

ROUNDS = 7
POLL_SECONDS = 0.005
LONGEST_SECONDS = 60.0
BARE_SERVER = """
import sys, uvicorn
from fastapi import FastAPI

app = FastAPI()

@app.get("/readyz")
def ready() -> str:
    return "ready"

uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""


def ready_after(command: Callable[[int], Sequence[str]], environment: Mapping[str, str] | None = None) -> tuple[float, float]:
    """Return seconds from starting the process until `/readyz` answers 200, and the process's resident MiB then."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        command(port), env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=2) as client:
            while True:
                try:
                    if client.get("/readyz").status_code == 200:
                        break
                except httpx.HTTPError:
                    time.sleep(POLL_SECONDS)
                if process.poll() is not None or time.perf_counter() - began > LONGEST_SECONDS:
                    raise RuntimeError(f"the process did not become ready: {command(port)}")
        took = time.perf_counter() - began
        time.sleep(1.0)
        return took, psutil.Process(process.pid).memory_info().rss / 2**20
    finally:
        process.terminate()
        process.wait(30)


def serving(data: Path) -> Callable[[int], Sequence[str]]:
    """Return the command of the product on this data."""
    return lambda port: [sys.executable, "-m", "tutorium", "serve", "--port", str(port), "--data", str(data)]


def bare(port: int) -> Sequence[str]:
    """Return the command of a web application with one route."""
    return [sys.executable, "-c", BARE_SERVER, str(port)]


def run() -> list[Case]:
    """Measure on data that does not exist yet, on data with a lesson in it, and the baseline, in turn."""
    fresh: list[tuple[float, float]] = []
    existing: list[tuple[float, float]] = []
    bases: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        with running_server(Path(folder)) as server:
            Account.guest(server.origin).action("sessions:tryLesson")
            time.sleep(2)
        for number in range(ROUNDS + 1):
            bases.append(ready_after(bare))
            fresh.append(ready_after(serving(Path(folder) / f"fresh-{number}")))
            existing.append(ready_after(serving(server.data)))
    seconds, memory = (Series.of([one[index] for one in bases[1:]]) for index in (0, 1))
    return [
        Case(
            name="fresh data",
            unit="s",
            ours=Series.of([one[0] for one in fresh[1:]]),
            baseline=seconds,
            note="makes the database and the keys, and reads the sample text",
        ),
        Case(
            name="data with a lesson",
            unit="s",
            ours=Series.of([one[0] for one in existing[1:]]),
            baseline=seconds,
            bar=Bar(at_most=2.0),
        ),
        Case(
            name="resident memory when idle",
            unit="MiB",
            ours=Series.of([one[1] for one in existing[1:]]),
            baseline=memory,
            bar=Bar(at_most=150),
            note="the main process, one second after it was ready",
        ),
    ]


BENCHMARK = Benchmark(
    name="start",
    question="How long from starting the process until it listens and `/readyz` answers 200?",
    load=f"`tutorium serve`, one at a time, {ROUNDS} rounds after one to warm up, in turn with the baseline",
    baseline="a FastAPI application with one route under uvicorn, from starting its process until that route answers",
    run=run,
)
