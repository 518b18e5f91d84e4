"""The tracing model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorium.app.mastery.tracing import ConceptEvidence, LearnerLevel, after_answer, chance

answers = st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=40)


def replay(scores: list[float]) -> tuple[ConceptEvidence, LearnerLevel]:
    """Return what is known after these answers on one concept."""
    evidence, level = ConceptEvidence(), LearnerLevel()
    for score in scores:
        evidence, level = after_answer(evidence, level, score)
    return evidence, level


@given(answers)
def test_chance_stays_a_chance(scores: list[float]) -> None:
    """Whatever happens, it lies strictly between 0 and 1."""
    assert 0 < chance(*replay(scores)) < 1


@given(answers)
def test_a_right_answer_never_lowers_and_a_wrong_one_never_raises(scores: list[float]) -> None:
    """The bar moves the way a person expects, from any history."""
    before = chance(*replay(scores))
    assert chance(*replay([*scores, 1.0])) >= before - 1e-9
    assert chance(*replay([*scores, 0.0])) <= before + 1e-9


def test_recent_answers_count_more_than_old_ones() -> None:
    """Who failed first and then succeeded knows more than the other way round."""
    assert chance(*replay([0.0, 0.0, 1.0, 1.0])) > chance(*replay([1.0, 1.0, 0.0, 0.0]))


def test_level_carries_over_to_concepts_never_asked() -> None:
    """A learner who does well is expected to do better on something new."""
    _, level = replay([1.0] * 5)
    assert chance(ConceptEvidence(), level) > chance(ConceptEvidence(), LearnerLevel())


@pytest.mark.parametrize("score", [-0.1, 1.1])
def test_scores_outside_their_range_are_refused(score: float) -> None:
    """A score is a share of full marks."""
    with pytest.raises(ValueError, match="score"):
        after_answer(ConceptEvidence(), LearnerLevel(), score)
