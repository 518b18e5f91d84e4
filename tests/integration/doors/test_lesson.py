"""What the lesson socket refuses."""

import json
import time
from typing import Any

import pytest

from tests.integration.doors.listening import Heard, check_closed, talk
from tests.integration.doors.telling import check_sentence, row
from tests.support.live_server import Account, LiveServer
from tests.support.socket_clients import TutorSocket
from tutorium.server.refusals import LESSON, Refusal


def lesson_of(session: str, account: Account, more: str = "") -> str:
    """Where the lesson's socket is."""
    return f"/ws/tutor/{session}?token={account.token}{more}"


def check_told(heard: Heard, refusal: Refusal) -> None:
    """The command was answered as the row says, and the connection stayed."""
    errors = heard.of_type("error")
    assert [error["code"] for error in errors] == [refusal.code], heard
    check_sentence(errors[0]["message"])
    assert refusal.answer == "error"
    assert heard.code is None


@pytest.mark.parametrize("after", ["-1", "x", "", "1.5", "9" * 16, "%C2%B2", "%00", "1;drop", "0x10", "+1"])
def test_a_silly_after(server: LiveServer, ann: Account, session: str, after: str) -> None:
    """It is no number."""
    heard = talk(server, lesson_of(session, ann, f"&after={after}"))
    check_closed(heard, row(LESSON, "`after` that is no number"))
    check_sentence(heard.of_type("error")[0]["message"])


def test_an_after_beyond_the_end_and_one_said_twice(server: LiveServer, ann: Account, session: str) -> None:
    """The listener hears what comes from now on; the first of two counts."""
    for more in (f"&after={'9' * 15}", "&after=99&after=x", "&after=5&epoch=x&unknown=%ff"):
        heard = talk(server, lesson_of(session, ann, more), '{"type":"ping","id":"p"}', until="pong")
        assert heard.of_type("pong") == [{"type": "pong", "id": "p"}]


@pytest.mark.parametrize(
    ("beginning", "message"),
    [
        ("a command that is no JSON object", message)
        for message in (
            "{",
            "[]",
            "null",
            "5",
            '{"type":"dance"}',
            '{"type":5}',
            "{}",
            '{"type":"say"}',
            '{"type":"say","text":5}',
            '{"type":"say","text":""}',
            '{"type":"say","text":"\\ud800"}',
            '{"type":"answer","item":"x","choice":-1}',
            '{"type":"answer","item":"x","choice":1e99}',
            '{"type":"answer","item":"' + "x" * 65 + '","choice":1}',
            '{"type":"pace","value":9}',
            '{"type":"pace","value":1e999}',
            '{"type":"pace","value":"fast"}',
            '{"type":"help","kind":"magic"}',
            '{"type":"point"}',
            '{"type":"ping","id":"' + "x" * 65 + '"}',
            '{"type":"ping","id":7}',
            '{"type":"start","type":"ping"}',
            "[" * 30_000,
            '{"a":' * 6_000,
            '{"type":"ping","x":' + "[" * 15_000 + "]" * 15_000 + "}",
        )
    ]
    + [
        ("a binary message", b"\x00\xff"),
        ("a binary message", b'{"type":"ping"}'),
        ("an answer with both", '{"type":"answer","item":"x","choice":1,"text":"y"}'),
        ("an answer with both", '{"type":"answer","item":"x"}'),
        ("a text above", json.dumps({"type": "say", "text": "x" * 4_001})),
        ("an answer to a question that is not open", '{"type":"answer","item":"nope","choice":1}'),
        ("an answer to a question that is not open", '{"type":"answer","item":"\\u0000","text":"x"}'),
    ],
)
def test_commands_that_are_none(server: LiveServer, ann: Account, session: str, beginning: str, message: str | bytes) -> None:
    """Each is answered, and the connection goes on."""
    heard = talk(server, lesson_of(session, ann), message, '{"type":"ping"}', until="pong")
    if not heard.of_type("error"):
        heard.messages += talk(server, lesson_of(session, ann), message, until="error").messages
    check_told(heard, row(LESSON, beginning))


def test_rows_of_the_lesson_table_are_as_named() -> None:
    """The rows that are named by a parameter above."""
    row(LESSON, "a command that is no JSON object")
    row(LESSON, "a binary message")
    row(LESSON, "an answer with both")
    row(LESSON, "a text above")
    row(LESSON, "an answer to a question that is not open")


def test_the_refused_command_is_named(server: LiveServer, ann: Account, session: str) -> None:
    """By its id, if it can be found."""
    heard = talk(server, lesson_of(session, ann), '{"type":"say","id":"mine"}', until="error")
    assert heard.of_type("error")[0]["id"] == "mine"


def test_commands_of_a_viewer(server: LiveServer, viewer: Account, session: str) -> None:
    """They hear everything and steer nothing."""
    heard = talk(server, lesson_of(session, viewer), '{"type":"start"}', until="error")
    check_told(heard, row(LESSON, "a command of a viewer"))
    assert talk(server, lesson_of(session, viewer), '{"type":"ping"}', until="pong").of_type("pong")


def test_a_flood_of_commands(server: LiveServer, ann: Account, session: str) -> None:
    """What is beyond the rate is refused by name, and a moment later the connection works."""
    path = lesson_of(session, ann)
    heard = talk(server, path, *(json.dumps({"type": "ping", "id": str(n)}) for n in range(40)), until='"id":"39"')
    refused = heard.of_type("error")
    refusal = row(LESSON, "more than 20 commands")
    assert {error["code"] for error in refused} == {refusal.code}
    assert len(refused) >= 15
    assert heard.code is None


def test_lessons_that_cannot_begin(server: LiveServer, ann: Account) -> None:
    """Without a document the turn fails with a sentence; in a session that has ended nothing is taken."""
    folder = ann.mutation("folders:create", name="Empty")
    lesson = ann.mutation("sessions:create", folder=folder, title="Empty")
    heard = talk(server, lesson_of(lesson, ann), '{"type":"start"}', until="turn.failed")
    failed = heard.of_type("turn.failed")[0]
    refusal = row(LESSON, "a start without any document")
    assert (refusal.answer, refusal.code) == ("turn.failed", failed["code"])
    check_sentence(failed["message"])
    ann.mutation("sessions:end", session=lesson)
    heard = talk(server, lesson_of(lesson, ann), '{"type":"start"}', until="error")
    check_told(heard, row(LESSON, "a command in a session that has ended"))


@pytest.fixture(scope="module")
def asked(_server: LiveServer, ann: Account) -> Any:
    """A lesson with an open question: the session and the item."""
    folder = ann.mutation("folders:create", name="Water")
    text = (
        "# Water\n\nEvaporation is the change of a liquid into a gas. Condensation is the change of a gas into a liquid. "
        "Precipitation is water that falls from clouds. Runoff is water that flows over land into rivers. "
        "Infiltration is the movement of water into the soil. A watershed is the land that drains into one river.\n"
    ) * 3
    ann.wait_until_read(ann.upload(folder, "water.md", text.encode(), "text/markdown"))
    session = ann.mutation("sessions:create", folder=folder, title="Water")
    socket = TutorSocket(_server.socket_origin, session, ann.token)
    socket.send("pace", value=1.5)
    socket.send("start", id="begin")
    item = socket.wait_for("item.asked", seconds=60)["item"]
    yield session, item
    socket.close()


def test_answers_of_the_wrong_kind(server: LiveServer, ann: Account, bob: Account, asked: tuple[str, dict[str, Any]]) -> None:
    """A choice beyond the last, a text for a choice; the question stays open, and no answer is told."""
    session, item = asked
    wrong = [{"choice": 20}] + ([{"text": "x"}] if item["kind"] == "choice" else [{"choice": 0}])
    for answer in wrong:
        command = json.dumps({"type": "answer", "item": item["id"], **answer})
        check_told(talk(server, lesson_of(session, ann), command, until="error"), row(LESSON, "an answer of the wrong kind"))
    assert ann.query("lessons:get", session=session)["openItem"]["_id" if "_id" in item else "id"] == item["id"]
    other = bob.mutation("sessions:create", folder=bob.mutation("folders:create", name="x"), title="x")
    stolen = json.dumps({"type": "answer", "item": item["id"], "choice": 0})
    heard = talk(server, lesson_of(other, bob), stolen, until="error")
    check_told(heard, row(LESSON, "an answer to a question that is not open"))
    time.sleep(0)
