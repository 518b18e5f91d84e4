"""The rows of the tables of refusals, and what every refusal has in common."""

import re
from pathlib import Path
from typing import Any

import httpx

from tutorium.server.refusals import DoorTable, Refusal

ROOT = re.escape(str(Path(__file__).resolve().parents[3]))
INSIDES = re.compile(rf"Traceback|File \"|\.py\b|line \d+, in|site-packages|{ROOT}|<class|object at 0x")


def row(door: DoorTable, beginning: str) -> Refusal:
    """Return the one row of a table that begins so. A test that names a row holds it."""
    found = [one for one in door.refusals if one.what.startswith(beginning)]
    assert len(found) == 1, f"{len(found)} rows begin with {beginning!r}"
    return found[0]


def check_sentence(message: Any) -> None:
    """What is told is a sentence for people, and nothing of the inside."""
    assert isinstance(message, str)
    assert len(message.split()) >= 3, message
    assert len(message) < 600, message
    assert not INSIDES.search(message), message


def check_refused(answer: httpx.Response, refusal: Refusal) -> dict[str, Any]:
    """The answer is as the row says, harmless in a browser, and a sentence; return its body."""
    assert str(answer.status_code) in refusal.answer.split(", "), (answer.status_code, answer.text[:300])
    body = answer.json()
    assert body["code"] == refusal.code, body
    check_sentence(body["message"])
    check_headers(answer)
    if answer.status_code == 429:
        assert int(answer.headers["retry-after"]) >= 1
    return body


def check_call_refused(answer: httpx.Response, refusal: Refusal) -> dict[str, Any]:
    """A call that reached its function was refused as the row says; return what it said."""
    assert refusal.answer == "data"
    assert answer.status_code == 200, answer.text[:300]
    body = answer.json()
    assert body["status"] == "error", body
    assert body["errorData"]["code"] == refusal.code, body
    check_sentence(body["errorData"]["message"])
    assert not INSIDES.search(answer.text), answer.text
    return body["errorData"]


def check_headers(answer: httpx.Response) -> None:
    """No answer may be framed, sniffed or run."""
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"
