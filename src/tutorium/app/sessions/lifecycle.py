"""The life of a session: which step may follow which. Pure.

::

    created --start--> active --pause--> paused
                         ^ `--end--.       | |
                         `---resume--------' |
    created, active, paused --end--> ended --archive--> archived

A session that was removed has no state of its own: it comes back in the state it was in.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from tutorium.app.sessions.errors import InvalidTransitionError

State: TypeAlias = Literal["created", "active", "paused", "ended", "archived"]
Step: TypeAlias = Literal["start", "pause", "resume", "end", "archive"]

STATES: tuple[State, ...] = ("created", "active", "paused", "ended", "archived")

TRANSITIONS: Mapping[tuple[State, Step], State] = {
    ("created", "start"): "active",
    ("active", "pause"): "paused",
    ("paused", "resume"): "active",
    ("created", "end"): "ended",
    ("active", "end"): "ended",
    ("paused", "end"): "ended",
    ("ended", "archive"): "archived",
}


def advance(state: State, step: Step) -> State:
    """Return the state after `step`. Raises InvalidTransitionError, which names both, when it may not be taken."""
    if (state, step) not in TRANSITIONS:
        raise InvalidTransitionError(f"A session that is {state} cannot {step}.", state=state, step=step)
    return TRANSITIONS[state, step]


def allowed_steps(state: State) -> tuple[Step, ...]:
    """Return the steps that may follow, in the order of `TRANSITIONS`."""
    return tuple(step for from_state, step in TRANSITIONS if from_state == state)
