"""The typed values that agents hand to each other: never prose, always checkable.

Analyzer -> `reading.findings.Analysis` -> planner -> `LessonPlan` -> tutor -> `Step`s; item writer -> `PreparedItem`s ->
grader -> `Judgement`; session analyzer -> `SessionReview`. Every mind (rules, a model) fills the same values.
"""

from typing import Any, Literal

import msgspec

from tutorium.app.quizzes.items import Judgement, PreparedItem, Response
from tutorium.app.reading.findings import Quote, TextType

__all__ = [
    "ItemRecord",
    "Judgement",
    "LessonPlan",
    "ObjectiveRecord",
    "PlannedObjective",
    "PreparedItem",
    "Response",
    "ReviewPoint",
    "SessionRecord",
    "SessionReview",
    "Step",
]


class _Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the handed-over values: frozen, by keyword, JSON and msgpack both ways."""


class PlannedObjective(_Value, frozen=True, kw_only=True):
    """A part of the lesson. `concepts` are keys; its mastery is the mean over them."""

    key: str
    title: str
    why: str
    concepts: tuple[str, ...]
    quotes: tuple[Quote, ...] = ()


class LessonPlan(_Value, frozen=True, kw_only=True):
    """What will be taught, in order, and why. `notice` says frankly when the material gives less than a full lesson."""

    title: str
    why: str
    text_type: TextType
    objectives: tuple[PlannedObjective, ...]
    notice: str | None = None


class Step(_Value, frozen=True, kw_only=True):
    """One thing said and, mostly, drawn. `drawings` are intents of `app/boards/layout/intents.py` as plain objects."""

    text: str
    quotes: tuple[Quote, ...] = ()
    drawings: tuple[dict[str, Any], ...] = ()


class ItemRecord(_Value, frozen=True, kw_only=True):
    """What happened to one item that was asked. `verdicts` are in order; empty when it was left. Masteries are chances."""

    prompt: str
    concept: str
    concept_name: str
    objective: str
    verdicts: tuple[Literal["right", "wrong", "unsure"], ...]
    hints_used: int
    mastery_before: float
    mastery_after: float


class ObjectiveRecord(_Value, frozen=True, kw_only=True):
    """An objective of the plan, and whether the session came through it. `key` as in the plan."""

    key: str
    title: str
    covered: bool


class SessionRecord(_Value, frozen=True, kw_only=True):
    """One learner's session as it went: the session analyzer's input."""

    title: str
    objectives: tuple[ObjectiveRecord, ...]
    items: tuple[ItemRecord, ...]
    duration_seconds: float


class ReviewPoint(_Value, frozen=True, kw_only=True):
    """One finding about a session with what it rests on (item prompts, counts, quotations)."""

    text: str
    evidence: tuple[str, ...]


class SessionReview(_Value, frozen=True, kw_only=True):
    """What went well, what not, and what to do next, each with evidence."""

    went_well: tuple[ReviewPoint, ...]
    to_improve: tuple[ReviewPoint, ...]
    next_steps: tuple[ReviewPoint, ...]
