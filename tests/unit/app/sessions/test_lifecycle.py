"""Which step of a session's life may follow which."""

import pytest

from tutorium.app.sessions.errors import InvalidTransitionError
from tutorium.app.sessions.lifecycle import STATES, advance, allowed_steps


def test_a_lesson_starts_rests_goes_on_and_ends() -> None:
    """The usual life."""
    state = "created"
    for step, after in (
        ("start", "active"),
        ("pause", "paused"),
        ("resume", "active"),
        ("end", "ended"),
        ("archive", "archived"),
    ):
        state = advance(state, step)  # type: ignore[arg-type]
        assert state == after


def test_a_refusal_names_state_and_step() -> None:
    """A client can say what went wrong."""
    with pytest.raises(InvalidTransitionError) as refused:
        advance("ended", "pause")
    assert refused.value.code == "invalid_transition"
    assert refused.value.data == {"state": "ended", "step": "pause"}


def test_an_ended_session_does_not_live_again() -> None:
    """From ended it only goes to archived, and from there nowhere."""
    assert allowed_steps("ended") == ("archive",)
    assert allowed_steps("archived") == ()


def test_every_state_has_its_steps_listed() -> None:
    """`allowed_steps` and `advance` agree."""
    for state in STATES:
        for step in allowed_steps(state):
            assert advance(state, step) in STATES
