"""How soon after `start` does the learner see the first drawing, and the first question?"""

import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
from websockets.sync.client import connect

from benchmarks.measure import Bar, Benchmark, Case, Series, repeat
from tests.support.live_server import Account, LiveServer, running_server

ROUNDS = 15
PATIENCE_SECONDS = 120.0
SAMPLE = Path(__file__).resolve().parent.parent / "src" / "tutorium" / "app" / "documents" / "sample.md"


class Lesson:
    """A new session on a document that has been read, and when each kind of event first came."""

    def __init__(self, server: LiveServer, account: Account, folder: str) -> None:
        """Make the session and connect to it."""
        self._session = account.mutation("sessions:create", folder=folder, title="Measured")
        self._address = f"{server.socket_origin}/ws/tutor/{self._session}?after=0&token={account.token}"

    def first(self, kinds: set[str]) -> dict[str, float]:
        """Send `start` and return the seconds until the first event of each kind; then stop the tutor."""
        arrived: dict[str, float] = {}
        with connect(self._address, max_size=None) as socket:
            began = time.perf_counter()
            socket.send('{"type": "start", "id": "start"}')
            while not kinds <= arrived.keys():
                message: dict[str, Any] = msgspec.json.decode(socket.recv(PATIENCE_SECONDS))
                if message["type"] in {"turn.failed", "error"}:
                    raise RuntimeError(f"the lesson failed: {message}")
                arrived.setdefault(message["type"], time.perf_counter() - began)
            socket.send('{"type": "stop"}')
        return {kind: arrived[kind] for kind in kinds}


def prepare(server: LiveServer) -> tuple[Account, str]:
    """Return a guest and a folder with one document that has been read."""
    account = Account.guest(server.origin)
    folder = account.mutation("folders:create", name="Measured")
    row = account.wait_until_read(account.upload(folder, "tides.md", SAMPLE.read_bytes(), "text/markdown"))
    if row["status"] != "ready":
        raise RuntimeError(f"the document was not read: {row}")
    return account, folder


def call_seconds(account: Account) -> float:
    """Return how long the smallest durable call takes."""
    began = time.perf_counter()
    account.mutation("folders:create", name="Measured too")
    return time.perf_counter() - began


def measured(settings: dict[str, str], kinds: set[str], rounds: int) -> tuple[dict[str, Series], Series]:
    """Return seconds for each kind of event, and for the baseline, on a server with these settings."""
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder), settings) as server:
        account, lessons = prepare(server)
        Lesson(server, account, lessons).first({"board.drawn"})
        found = [Lesson(server, account, lessons).first(kinds) for _ in range(rounds)]
        base = repeat(rounds, lambda: call_seconds(account))
    return {kind: Series.of([one[kind] for one in found]) for kind in kinds}, base


def cold_drawing() -> float:
    """Return seconds from `start` to the first drawing of the first lesson of a new process."""
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        account, lessons = prepare(server)
        return Lesson(server, account, lessons).first({"board.drawn"})["board.drawn"]


def together(count: int) -> tuple[Series, Series]:
    """Return seconds to the first drawing when `count` lessons start at once, and when one does, on one server."""
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        account, lessons = prepare(server)
        alone = repeat(5, lambda: Lesson(server, account, lessons).first({"board.drawn"})["board.drawn"])
        waiting = [Lesson(server, account, lessons) for _ in range(count)]
        seconds: list[float] = []
        threads = [
            threading.Thread(target=lambda one=one: seconds.append(one.first({"board.drawn"})["board.drawn"]))
            for one in waiting
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if len(seconds) != count:
        raise RuntimeError(f"{count - len(seconds)} of {count} lessons failed")
    return Series.of(seconds), alone


def run() -> list[Case]:
    """Measure at the usual speed of speech and without any, warm, cold, and many at once."""
    spoken, spoken_base = measured({}, {"lesson.planned", "board.drawn", "item.asked"}, 3)
    quick, quick_base = measured({"TUTORIUM_WORDS_PER_SECOND": "0"}, {"board.drawn", "item.asked"}, ROUNDS)
    cold = Series.of([cold_drawing() for _ in range(3)])
    crowd, alone = together(20)
    return [
        Case(name="plan", unit="s", ours=spoken["lesson.planned"], baseline=spoken_base),
        Case(name="first drawing", unit="s", ours=spoken["board.drawn"], baseline=spoken_base, bar=Bar(at_most=2.0)),
        Case(
            name="first question",
            unit="s",
            ours=spoken["item.asked"],
            baseline=spoken_base,
            bar=Bar(at_most=60.0),
            note="at the usual 10 words a second: the tutor explains three things before it asks",
        ),
        Case(
            name="first drawing, speech not slowed",
            unit="s",
            ours=quick["board.drawn"],
            baseline=quick_base,
            bar=Bar(at_most=2.0),
        ),
        Case(
            name="first question, speech not slowed",
            unit="s",
            ours=quick["item.asked"],
            baseline=quick_base,
            bar=Bar(at_most=2.0),
        ),
        Case(name="first drawing of a new process", unit="s", ours=cold, baseline=spoken_base, bar=Bar(at_most=2.0)),
        Case(
            name="first drawing, 20 lessons at once",
            unit="s",
            ours=crowd,
            baseline=alone,
            bar=Bar(at_most=2.0),
            note="the baseline is one lesson alone on the same server",
        ),
    ]


BENCHMARK = Benchmark(
    name="first_drawing",
    question="How soon after `start` come the first `board.drawn` and the first `item.asked`, on a document that is read?",
    load="a new session for each round over a real WebSocket; the tutor teaches by rules from the shipped sample text",
    baseline="the smallest durable call, `folders:create` over HTTP, on the same server: a round trip with one commit",
    run=run,
)
