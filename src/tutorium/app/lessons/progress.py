"""What comes next in a lesson: pure decisions over the plan and what has happened, nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tutorium.app.lessons.tables import Phase

#: A second item when the first one was not answered; a third would bore more than it tells.
ITEMS_PER_OBJECTIVE = 2
MAX_TRIES_CLOZE = 3
MAX_TRIES_CHOICE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a lesson stands: index of the objective, what comes next for it, and how many of its items are closed."""

    objective: int
    phase: Phase
    asked: int


def after_item(position: Position, *, was_right: bool, objectives: int) -> Position:
    """Return the position once an item is closed: on to the next objective after a right answer or enough items."""
    asked = position.asked + 1
    if not was_right and asked < ITEMS_PER_OBJECTIVE:
        return Position(objective=position.objective, phase="ask", asked=asked)
    return next_objective(position, objectives=objectives)


def next_objective(position: Position, *, objectives: int) -> Position:
    """Return the position at the start of the next objective, or at the end of the lesson."""
    if position.objective + 1 >= objectives:
        return Position(objective=position.objective, phase="done", asked=0)
    return Position(objective=position.objective + 1, phase="explain", asked=0)


def tries_allowed(kind: str, choices: int) -> int:
    """Return how many answers an item takes before it is closed with its solution; never so many that guessing wins."""
    if kind == "choice":
        return max(1, min(MAX_TRIES_CHOICE, choices - 1))
    return MAX_TRIES_CLOZE


def score_of(verdict_score: float, hints_before: int) -> float:
    """Return the evidence that an answer gives: a right answer counts less with each hint that went before it."""
    return verdict_score / (1 + hints_before)


def mastery_of(concepts: Sequence[str], chances: Mapping[str, float]) -> float:
    """Return the mastery of an objective: the mean chance over its concepts, 0 when it has none."""
    return sum(chances.get(concept, 0.0) for concept in concepts) / len(concepts) if concepts else 0.0
