"""No sequence of steps leads a session astray."""

from hypothesis import given
from hypothesis import strategies as st

from tutorium.app.sessions.errors import InvalidTransitionError
from tutorium.app.sessions.lifecycle import STATES, TRANSITIONS, advance, allowed_steps

STEPS = st.sampled_from(("start", "pause", "resume", "end", "archive"))
RANK = {"created": 0, "active": 1, "paused": 1, "ended": 2, "archived": 3}


@given(st.lists(STEPS, max_size=30))
def test_whatever_is_tried_a_session_never_grows_younger(steps: list[str]) -> None:
    """A refused step changes nothing; a taken one never goes back before the start or after the end."""
    state = "created"
    for step in steps:
        before = state
        try:
            state = advance(state, step)  # type: ignore[arg-type]
        except InvalidTransitionError:
            assert step not in allowed_steps(before)  # type: ignore[arg-type]
        assert RANK[state] >= RANK[before]


@given(st.sampled_from(STATES), STEPS)
def test_a_step_is_taken_exactly_when_it_is_in_the_table(state: str, step: str) -> None:
    """There is no other way to change a state."""
    try:
        after = advance(state, step)  # type: ignore[arg-type]
    except InvalidTransitionError:
        assert (state, step) not in TRANSITIONS
    else:
        assert TRANSITIONS[state, step] == after  # type: ignore[index]


@given(st.sampled_from(STATES))
def test_every_session_can_be_put_away(state: str) -> None:
    """From each state some steps lead to archived."""
    seen, front = {state}, [state]
    while front:
        here = front.pop()
        for (before, _), after in TRANSITIONS.items():
            if before == here and after not in seen:
                seen.add(after)
                front.append(after)
    assert "archived" in seen
