"""Rows of what learners probably know."""

from tutorium.app.auth import User
from tutorium.engine import Id, Row


class ConceptMastery(Row, table="concept_mastery", indexes={"by_learner": ("learner", "concept")}):
    """A learner's evidence on one concept, over all sessions. `concept` is a concept key, `name` as the material writes it."""

    learner: Id[User]
    concept: str
    name: str
    right: float = 0.0
    wrong: float = 0.0
    balance: float = 0.0
    attempts: int = 0
    last_attempt_at: float = 0.0


class LearnerStanding(Row, table="learner_standings", indexes={"by_learner": ("learner",)}):
    """A learner's level over all concepts (`tracing.LearnerLevel`)."""

    learner: Id[User]
    gain: float
    loss: float
