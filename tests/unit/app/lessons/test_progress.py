"""What comes next in a lesson."""

import pytest

from tutorium.app.lessons.progress import Position, after_item, next_objective, score_of, tries_allowed

START = Position(objective=0, phase="ask", asked=0)


def test_a_right_answer_moves_to_the_next_objective() -> None:
    """Who knows it goes on."""
    assert after_item(START, was_right=True, objectives=3) == Position(objective=1, phase="explain", asked=0)


def test_a_wrong_answer_gets_one_more_item_and_no_third() -> None:
    """A second chance helps, a third bores."""
    second = after_item(START, was_right=False, objectives=3)
    assert second == Position(objective=0, phase="ask", asked=1)
    assert after_item(second, was_right=False, objectives=3).objective == 1


def test_the_last_objective_ends_the_lesson() -> None:
    """After the last objective nothing is left to explain."""
    assert next_objective(Position(objective=2, phase="ask", asked=0), objectives=3).phase == "done"


@pytest.mark.parametrize(("kind", "choices", "tries"), [("choice", 4, 2), ("choice", 3, 2), ("choice", 2, 1), ("cloze", 0, 3)])
def test_guessing_through_the_choices_never_wins(kind: str, choices: int, tries: int) -> None:
    """A choice item closes before every choice was tried."""
    assert tries_allowed(kind, choices) == tries


def test_hints_lower_what_a_right_answer_shows() -> None:
    """The same answer is worth less with each hint before it."""
    assert score_of(1.0, 0) > score_of(1.0, 1) > score_of(1.0, 2) > 0
