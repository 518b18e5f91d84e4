"""Rows of the conversation."""

from typing import Literal

import msgspec

from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, Row
from tutorium.realtime.tutor_stream.events import AskedItem, Citation


class MessageAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One judged answer, as the conversation shows it."""

    learner: str
    name: str
    response: str
    verdict: Literal["right", "wrong", "unsure"]
    feedback: str
    hint: str | None = None
    solution: str | None = None
    closed: bool = False


class Message(Row, table="messages", indexes={"by_session": ("session", "number"), "by_turn": ("session", "turn")}):
    """One message. A tutor's turn is one message, with what it drew, what it cites, and the item it ended with.

    `seq` is the number of the newest event that is folded into it.
    """

    session: Id[Session]
    number: int
    author: Literal["tutor", "learner"]
    name: str
    seq: int
    text: str = ""
    turn: str | None = None
    mind: str | None = None
    objective: str | None = None
    steps: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    item: AskedItem | None = None
    skipped: bool = False
    attempts: tuple[MessageAttempt, ...] = ()
    state: Literal["streaming", "done", "stopped", "failed"] = "streaming"
    error: str | None = None
