"""A server that is killed at random moments of lessons, for a long time."""

import random
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.test_kill import Kept, Visit, all_events, check, check_answers
from tests.support.live_server import Account, LiveServer, running_server
from tests.support.socket_clients import TutorSocket

KILLS_A_LESSON = 20
"""A lesson is over after a while; then a new guest begins the next one on the same data."""

SETTINGS = {"TUTORIUM_WORDS_PER_SECOND": "40"}

Say = Callable[[str], None]


def kill_for(seconds: float, folder: Path, seed: int, say: Say) -> int:
    """Kill until the time is over, looking after each kill at what was acknowledged; return how many kills there were.

    Raises AssertionError with the first thing that was lost or done twice.
    """
    chance = random.Random(seed)
    end = time.monotonic() + seconds
    kills = 0
    with running_server(folder, SETTINGS) as server:
        while time.monotonic() < end:
            kills += one_lesson(server, chance, kills, end, say)
    return kills


def one_lesson(server: LiveServer, chance: random.Random, before: int, end: float, say: Say) -> int:
    """Give one lesson with its kills; return how many there were."""
    account = Account.guest(server.origin)
    session = account.action("sessions:tryLesson")
    folder = account.query("sessions:get", session=session)["folder"]
    kept = Kept()
    kills = 0
    while kills < KILLS_A_LESSON and time.monotonic() < end:
        Visit(server, account, session, folder, chance, kept, before + kills).live()
        began = time.monotonic()
        server.start()
        started = time.monotonic() - began
        check(server, account, session, folder, kept)
        kills += 1
        say(
            f"kill {before + kills}: started again in {started:.1f} s; {len(kept.events)} events, {len(kept.strokes)} strokes, "
            f"{len(kept.documents)} documents, {len(kept.said)} sayings of this lesson are there once"
        )
    settle(server, account, session, kept)
    return kills


def settle(server: LiveServer, account: Account, session: str, kept: Kept) -> None:
    """Let the tutor work off what it acknowledged, find the lesson alive, then count each answer."""
    tutor = TutorSocket(server.socket_origin, session, account.token)
    tutor.send("say", id="last", text="And what is a flood?")
    said = tutor.wait_for("learner.said", where=lambda event: "flood" in event["text"], seconds=120)
    tutor.wait_for("turn.finished", where=lambda event: event["seq"] > said["seq"] and not event.get("more"), seconds=120)
    check_answers(tutor.events, kept)
    last = max(tutor.texts)
    tutor.close()
    assert all_events(server, session, account.token, last)[last] == tutor.texts[last]
