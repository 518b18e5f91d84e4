"""Rows of a lesson: where it stands, what was asked of it, what it said."""

from typing import Literal

from tutorium.app.auth import User
from tutorium.app.quizzes.tables import Item
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, Row

LessonState = Literal["idle", "planning", "speaking", "waiting", "done"]
Phase = Literal["explain", "ask", "done"]


class Lesson(Row, table="lessons", indexes={"by_session": ("session",), "by_review": ("review",)}):
    """Where the lesson of a session stands. Changes a few times in a turn, not with every word.

    `plan` is a `LessonPlan` as msgpack. `objective` is the index of the objective that is being taught, `phase` what comes next
    for it, `asked` how many of its items are closed. `folded_seq`: events up to here are in the conversation rows.
    """

    session: Id[Session]
    state: LessonState = "idle"
    mind: str = "rules"
    pace: float = 1.0
    plan: bytes | None = None
    objective: int = 0
    phase: Phase = "explain"
    asked: int = 0
    open_item: Id[Item] | None = None
    folded_seq: int = 0
    review: Literal["none", "wanted", "done"] = "none"


class LessonCounters(Row, table="lesson_counters", indexes={"by_session": ("session",)}):
    """The fast-moving numbers of a lesson, apart so that views of the lesson do not run anew with every word."""

    session: Id[Session]
    events: int = 0
    commands: int = 0
    turns: int = 0
    messages: int = 0


class StoredEvent(Row, table="lesson_events", indexes={"by_session": ("session", "seq")}):
    """One event of a lesson, as the very bytes that are sent."""

    session: Id[Session]
    seq: int
    text: bytes


class StoredCommand(
    Row,
    table="lesson_commands",
    indexes={"by_state": ("session", "state", "number"), "by_client_id": ("session", "client_id"), "by_waiting": ("state",)},
):
    """One command, kept before it is acknowledged. `command` is its JSON text; `client_id` the sender's id for it, if any."""

    session: Id[Session]
    number: int
    learner: Id[User]
    name: str
    command: bytes
    client_id: str | None = None
    state: Literal["waiting", "done"] = "waiting"


NO_COMMAND = 0
"""The `command` of a turn that ends none; commands are numbered from 1."""


class Turn(Row, table="turns", indexes={"by_session": ("session", "number"), "by_state": ("session", "state")}):
    """One time the tutor speaks. `steps` is `list[Step]` as msgpack; `step` and `offset` say how far it has come.

    `drawn`: the drawing of the current step is on the board.
    `asks`: the turn ends with an item of `objective`. `closes`: the lesson is over when the turn is.
    """

    session: Id[Session]
    number: int
    key: str
    command: int
    mind: str
    steps: bytes
    objective: str | None = None
    question: str | None = None
    asks: bool = False
    closes: bool = False
    step: int = 0
    offset: int = 0
    drawn: bool = False
    state: Literal["speaking", "finished", "stopped", "failed"] = "speaking"


class SessionReviewRow(Row, table="session_reviews", indexes={"by_session": ("session",)}):
    """The look back on an ended session: a `SessionReview` as msgpack and the mind that worded it."""

    session: Id[Session]
    review: bytes
    mind: str
