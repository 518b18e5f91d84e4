"""Rows of items and of every attempt at them."""

from typing import Literal

from tutorium.app.auth.tables import User
from tutorium.app.quizzes.items import PreparedItem
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, Row

ItemState = Literal["prepared", "open", "closed", "skipped"]


class Item(Row, table="items", indexes={"by_session": ("session", "state", "number"), "by_key": ("session", "key")}):
    """A prepared question of a session. `number` orders the items of an objective; `key` is the prepared item's.

    `prepared` holds the answer: no public function returns it before the item is closed.
    """

    session: Id[Session]
    key: str
    objective: str
    number: int
    prepared: PreparedItem
    state: ItemState = "prepared"
    turn: str | None = None
    quiz: str | None = None
    tries: int = 0
    hints_given: int = 0


class Attempt(Row, table="attempts", indexes={"by_item": ("item",), "by_session": ("session",), "by_learner": ("learner",)}):
    """One answer to one item and how it was judged. `response` is the answer as shown to people."""

    session: Id[Session]
    item: Id[Item]
    learner: Id[User]
    response: str
    verdict: Literal["right", "wrong", "unsure"]
    score: float
    hints_before: int
    mastery_before: float
    mastery_after: float
