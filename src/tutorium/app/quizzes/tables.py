"""Rows of items, of quizzes, and of every attempt at them."""

from typing import Literal

from tutorium.app.auth import User
from tutorium.app.quizzes.items import PreparedItem
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, Row


class Quiz(Row, table="quizzes", indexes={"by_session": ("session", "learner")}):
    """A set of items that one learner answers without help."""

    session: Id[Session]
    learner: Id[User]
    title: str


class Item(
    Row,
    table="items",
    indexes={"by_session": ("session", "state", "number"), "by_quiz": ("quiz", "number")},
):
    """A prepared question of a session. `number` orders the items of a session; `concept_name` is for people.

    `prepared` holds the answer: no public function returns it before the item is closed. An item of a quiz is not asked in the
    lesson.
    """

    session: Id[Session]
    objective: str
    number: int
    concept_name: str
    prepared: PreparedItem
    state: Literal["prepared", "open", "closed", "skipped"] = "prepared"
    turn: str | None = None
    quiz: Id[Quiz] | None = None
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
