"""The official npm client, unchanged, against a running server."""

import time
from typing import Any

import pytest

from tests.protocol.engine_sync.conftest import Example

pytestmark = pytest.mark.timeout(120)


def lines(run: Any, name: str, count: int) -> list[Any]:
    """Run a scenario to its end and return what it said."""
    scenario = run(name)
    said = [scenario.read() for _ in range(count)]
    scenario.finish()
    return said


@pytest.mark.rule("SY2")
def test_subscribe_mutate_and_read_the_own_write(run_js: Any) -> None:
    """A mutation's promise resolves when its write is visible, and others' writes arrive by themselves."""
    empty, own, both, nothing, count = lines(run_js, "basics", 5)
    assert empty == []
    assert own["seenByThen"] == ["one"]
    assert isinstance(own["id"], str)
    assert both == ["one", "two"]
    assert nothing is None
    assert count == 2


def test_what_did_not_change_is_not_sent_again(run_js: Any) -> None:
    """A watched query whose result stays the same is not delivered a second time."""
    assert lines(run_js, "unchangedIsSilent", 1) == [1]


def test_values_survive_the_round_trip(run_js: Any) -> None:
    """Every kind of value comes back as it was, over the socket and over HTTP."""
    for back in lines(run_js, "values", 2):
        assert back["null"] is None
        assert back["true"] is True
        assert (back["int"], back["float"]) == (42, 1.5)
        assert back["negativeZero"]
        assert back["nan"]
        assert back["infinity"]
        assert back["big"]
        assert back["small"]
        assert back["text"] == "grüße 🙂"
        assert back["bytes"] == [0, 255, 7]
        assert back["list"] == [1, [2, "x"], {}]
        assert back["object"] == {"a": {"b": None}}


def test_errors_arrive_as_their_kind(run_js: Any) -> None:
    """Errors with a code are ConvexErrors with data; of others nothing but a request id is told."""
    said = lines(run_js, "errors", 13)
    for refused, crashed, nowhere, secret, badly_called, private in (said[0:6], said[6:12]):
        assert refused["isConvexError"]
        assert refused["data"] == {"code": "conflict", "message": "The room is full.", "room": "errors", "left": 0}
        assert not crashed["isConvexError"]
        assert "Request ID" in crashed["message"]
        assert "secret details" not in crashed["message"]
        assert "Could not find public function for 'messages:nowhere'" in nowhere["message"]
        assert "Could not find public function for 'messages:secret'" in secret["message"]
        assert "ArgumentValidationError" in badly_called["message"]
        assert private["data"]["code"] == "not_signed_in"
    assert said[12]["data"]["message"] == "No longer empty."


def test_actions(run_js: Any) -> None:
    """Actions answer, their writes reach subscribers, and they run side by side."""
    assert lines(run_js, "actions", 3) == [2, ["a 1", "a 2"], True]


def test_mutations_keep_their_order(run_js: Any) -> None:
    """Mutations called at once are committed in the order of the calls."""
    assert lines(run_js, "order", 1) == [[str(number) for number in range(50)]]


def test_signing_in_switching_and_out(run_js: Any) -> None:
    """All queries follow the identity, and mutations use the one of their time."""
    said = lines(run_js, "auth", 8)
    assert said[:7] == [None, "not_signed_in", "ann", "only for those signed in", "ann", "bob", None]
    assert said[7], "nobody was told that signing in worked"
    assert all(said[7])


def test_tokens_are_refreshed_without_a_gap(run_js: Any) -> None:
    """The client replaces a short-lived token in time, and nobody is signed out meanwhile."""
    assert lines(run_js, "refresh", 2) == ["ann", 0]


def test_a_bad_token_leaves_the_client_anonymous(run_js: Any) -> None:
    """A token that is refused ends in `onChange(false)`, and the connection goes on without."""
    assert lines(run_js, "badToken", 2) == [None, [False]]


def test_a_token_that_ends_in_mid_connection(run_js: Any) -> None:
    """When the token in use is over, the client is told, fetches another one and its mutation succeeds."""
    scenario = run_js("expired")
    assert scenario.read() == "signed in"
    time.sleep(2.1)
    scenario.go_on()
    assert scenario.read() == "ann"
    scenario.finish()


def test_a_killed_server_comes_back(run_js: Any, example: Example) -> None:
    """After a kill the client resubscribes, signs in again and delivers what was called meanwhile, once."""
    scenario = run_js("reconnect")
    assert scenario.read() == "ready"
    example.kill()
    scenario.go_on()
    assert scenario.read() == "queued"
    example.start()
    assert scenario.read() == ["before", "while away"]
    assert scenario.read() == "ann"
    scenario.finish()


@pytest.mark.rule("SY4")
def test_a_cut_before_the_response_does_nothing_twice(run_js: Any) -> None:
    """A mutation that committed before the connection was lost is sent again and found done: one row, one answer."""
    once, count = lines(run_js, "cut", 2)
    assert once["texts"] == ["once"]
    assert once["ids"] == [once["id"]]
    assert count == 2


@pytest.mark.rule("SY16")
def test_pages_neither_overlap_nor_leave_gaps_after_a_reconnect(run_js: Any, example: Example) -> None:
    """Pages keep their ends by the journal that the client brings back; only the last one grows."""
    scenario = run_js("pages")
    assert scenario.read() == {"texts": ["a", "b"], "isDone": False}
    assert scenario.read() == {"texts": ["c"], "isDone": True}
    assert scenario.read() == "ready"
    example.kill()
    example.start()
    scenario.go_on()
    assert scenario.read() == {"first": ["a", "b"], "second": ["c", "d"]}
    assert "InvalidCursor" in scenario.read()
    scenario.finish()


@pytest.mark.rule("SY10")
def test_large_results_come_in_pieces(run_js: Any) -> None:
    """The client joins a Transition that is cut into chunks, also where a character has several bytes."""
    assert lines(run_js, "large", 2) == [[1_000_000, True], 3_000_000]


def test_the_http_client(run_js: Any) -> None:
    """ConvexHttpClient calls all kinds of functions, reads consistently and learns that its token is bad."""
    said = lines(run_js, "http", 8)
    assert said[:3] == ["string", ["one"], 3]
    consistent, still, newest = said[3:6]
    assert consistent == still == 3
    assert newest == 4
    assert said[6] == "ann"
    assert "not_signed_in" in said[7]
