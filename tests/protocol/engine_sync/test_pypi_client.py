"""The official PyPI client, unchanged, in a process of its own against a running server."""

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


def test_subscribe_mutate_act(run_python: Any) -> None:
    """Subscriptions, queries, mutations and actions work."""
    assert lines(run_python, "basics", 5) == [[], True, ["one"], 1.0, 3.0]


def test_async_subscriptions(run_python: Any) -> None:
    """The asynchronous iterator hears of changes."""
    assert lines(run_python, "watch_async", 2) == [0.0, 1.0]


def test_values(run_python: Any) -> None:
    """Values come back as they were, over the socket and over HTTP."""
    expected = [True, 1.5, 3.0, [0, 255], [None, True, "ü"], {}]
    assert lines(run_python, "values", 2) == [expected, expected]


def test_errors(run_python: Any) -> None:
    """A failed mutation is told with its data and does not hang; of a crash no details are told."""
    data = {"code": "conflict", "message": "The room is full.", "room": "py errors", "left": 0.0}
    assert lines(run_python, "errors", 4) == [data, ["plain", False], data, ["plain", False]]


def test_signing_in_and_out(run_python: Any) -> None:
    """Tokens work over the socket and over HTTP."""
    assert lines(run_python, "auth", 5) == [None, "ann", "ann", None, "bob"]


def test_a_killed_server_comes_back(run_python: Any, example: Example) -> None:
    """After a kill the client resubscribes and signs in again by itself."""
    scenario = run_python("reconnect")
    assert scenario.read() == 0.0
    example.kill()
    example.start()
    scenario.go_on()
    assert scenario.read() == "ann"
    assert scenario.read() == 1.0
    scenario.finish()
