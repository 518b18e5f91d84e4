"""A server that is killed at random moments of lessons, for a long time."""

import itertools
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.test_kill import Kept, Visit, all_events, check, check_answers
from tests.support.live_server import Account, LiveServer, running_server
from tests.support.socket_clients import WAIT_SECONDS, TutorSocket

KILLS_A_LESSON = 20
"""A lesson is over after a while; then a new guest begins the next one on the same data."""

PATIENCE = 300.0
"""A hundred commands may wait; working them off takes a while."""

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
    said = say_until_taken(tutor)
    tutor.wait_for("turn.finished", where=lambda event: event["seq"] > said["seq"] and not event.get("more"), seconds=PATIENCE)
    check_answers(tutor.events, kept)
    last = max(tutor.texts)
    tutor.close()
    assert all_events(server, session, account.token, last)[last] == tutor.texts[last]


def say_until_taken(tutor: TutorSocket) -> dict[str, Any]:
    """Say something new; while too many commands wait for the tutor, which refuses more, try again. Return the event."""
    end = time.monotonic() + PATIENCE
    for number in itertools.count():
        tutor.replies.clear()
        tutor.send("say", id=f"last-{number}", text=f"And what is a flood? (last-{number})")
        reply = wait_for_reply(tutor, f"last-{number}")
        if reply["type"] == "ack":
            return tutor.wait_for("learner.said", where=lambda event, name=f"(last-{number})": name in event["text"])
        assert reply["code"] == "too_many_commands", reply
        assert time.monotonic() < end, f"the queue stayed full; heard {[event['type'] for event in tutor.events][-5:]}"
        time.sleep(1)
    raise AssertionError


def wait_for_reply(tutor: TutorSocket, name: str) -> dict[str, Any]:
    """Return the acknowledgement of a command, or the refusal."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        for reply in tuple(tutor.replies):
            if reply["type"] == "error" or reply == {"type": "ack", "id": name}:
                return reply
        time.sleep(0.02)
    raise AssertionError(f"no reply to {name}; replies {tutor.replies}")
