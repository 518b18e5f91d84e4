"""Looking back on a session."""

from typing import Literal

from tutorium.app.agents.handovers import ItemRecord, ObjectiveRecord, SessionRecord
from tutorium.app.agents.rules import review_session

Verdict = Literal["right", "wrong", "unsure"]


def _item(concept: str, *verdicts: Verdict, hints: int = 0, before: float = 0.3, after: float = 0.3) -> ItemRecord:
    return ItemRecord(
        prompt=f"What is {concept}?",
        concept=concept,
        concept_name=concept,
        objective="o1",
        verdicts=verdicts,
        hints_used=hints,
        mastery_before=before,
        mastery_after=after,
    )


def _record(*items: ItemRecord, covered: tuple[bool, ...] = (True,), seconds: float = 600) -> SessionRecord:
    objectives = tuple(ObjectiveRecord(key=f"o{n}", title=f"Part {n}", covered=done) for n, done in enumerate(covered, 1))
    return SessionRecord(title="Bread", objectives=objectives, items=items, duration_seconds=seconds)


def test_every_point_has_evidence() -> None:
    """Each point names the prompts or counts it rests on, and there are at most three of a kind."""
    items = [
        _item("yeast", "right", before=0.2, after=0.6),
        _item("gluten", "wrong", "right", hints=2),
        _item("starch", "wrong", "wrong", after=0.1),
        _item("dough", "unsure"),
        _item("oven"),
    ]
    review = review_session(_record(*items, covered=(True, False)))
    for points in (review.went_well, review.to_improve, review.next_steps):
        assert 1 <= len(points) <= 3
        assert all(point.text and point.evidence for point in points)


def test_clean_answers_went_well() -> None:
    """First-try answers without hints are counted with their prompts."""
    review = review_session(_record(_item("yeast", "right", after=0.7)))
    assert review.went_well[0].evidence == ("What is yeast?",)
    assert "one question of 1" in review.went_well[0].text


def test_misses_and_shaky_concepts_come_back() -> None:
    """What never came right is to improve, and the least known concepts are the next steps, weakest first."""
    review = review_session(_record(_item("starch", "wrong", after=0.1), _item("gluten", "wrong", after=0.4)))
    assert review.to_improve[0].evidence == ("What is starch?", "What is gluten?")
    assert review.next_steps[0].evidence == ("Starch: 10%", "Gluten: 40%")


def test_a_session_without_answers_says_so() -> None:
    """With nothing answered nothing is claimed, and the lesson goes on."""
    review = review_session(_record(_item("yeast"), covered=(False, False)))
    assert review.went_well == ()
    assert "No question was answered" in review.to_improve[0].text
    assert review.next_steps[0].text == "Go on with “Part 1”."
    assert "waits" in review.next_steps[1].text


def test_nothing_asked_is_evidence_too() -> None:
    """A session in which nothing was asked says that."""
    assert review_session(_record()).to_improve[0].evidence == ("No question was asked.",)


def test_all_known_is_checked_again_later() -> None:
    """When everything sits, the next step is a check in a week."""
    review = review_session(_record(_item("yeast", "right", after=0.9)))
    assert "week" in review.next_steps[0].text
    assert review.to_improve == ()
