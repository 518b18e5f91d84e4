"""The tracing model: the chance that a learner answers the next question on a concept correctly.

Performance factors analysis (Pavlik, Cen and Koedinger, 2009: logistic in the counts of right and wrong answers on the skill),
with a decayed balance of recent answers on the concept and a decayed level of the learner over all concepts. Pure and O(1) per
answer. The weights were fitted on the training part of ASSISTments 2009; `docs/reports/mastery.md` has the figures.
"""

from dataclasses import dataclass
from math import exp, log, log1p

WEIGHTS = (-0.167, 0.935, 0.222, -0.083, 0.058, 1.375)
CONCEPT_DECAY = 0.7
LEVEL_DECAY = 0.9
LEVEL_SMOOTHING = 2.0
#: A typed gap on a text just read is answered less often than a school exercise; a guess until answers say otherwise.
UNSEEN_CONCEPT_CHANCE = 0.4
MOST_CERTAIN = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptEvidence:
    """A learner's answers on one concept: counts of right and wrong scores, and the decayed balance of the recent ones."""

    right: float = 0.0
    wrong: float = 0.0
    balance: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerLevel:
    """How a learner does against expectation over all concepts, decayed: `gain` from right, `loss` from wrong answers."""

    gain: float = 0.0
    loss: float = 0.0


def chance(evidence: ConceptEvidence, level: LearnerLevel, *, unseen: float = UNSEEN_CONCEPT_CHANCE) -> float:
    """Return P(next answer on the concept is right), within [0.01, 0.99]; `unseen` is the concept's own ease."""
    intercept, ease, right, wrong, balance, standing = WEIGHTS
    z = (
        intercept
        + ease * log(unseen / (1 - unseen))
        + right * log1p(evidence.right)
        + wrong * log1p(evidence.wrong)
        + balance * evidence.balance
        + standing * log((level.gain + LEVEL_SMOOTHING) / (level.loss + LEVEL_SMOOTHING))
    )
    return min(MOST_CERTAIN, max(1 - MOST_CERTAIN, 1 / (1 + exp(-z))))


def after_answer(
    evidence: ConceptEvidence, level: LearnerLevel, score: float, *, unseen: float = UNSEEN_CONCEPT_CHANCE
) -> tuple[ConceptEvidence, LearnerLevel]:
    """Return evidence and level after one more answer with `score` in [0, 1]; answers come in the order they were given.

    Raises ValueError for a score outside [0, 1].
    """
    if not 0 <= score <= 1:
        raise ValueError("a score lies in [0, 1]")
    return (
        ConceptEvidence(
            right=evidence.right + score,
            wrong=evidence.wrong + 1 - score,
            balance=evidence.balance * CONCEPT_DECAY + 2 * score - 1,
        ),
        LearnerLevel(
            gain=level.gain * LEVEL_DECAY + score * (1 - unseen),
            loss=level.loss * LEVEL_DECAY + (1 - score) * unseen,
        ),
    )
