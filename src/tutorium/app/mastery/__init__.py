"""What a learner probably knows: one calibrated chance per concept, across sessions. It never decides what is taught."""

from tutorium.app.mastery.evidence import Change, chances, record_answer
from tutorium.app.mastery.queries import ConceptSummary, functions, known_chances
from tutorium.app.mastery.tables import ConceptMastery, LearnerStanding
from tutorium.app.mastery.tracing import ConceptEvidence, LearnerLevel, after_answer, chance

tables = [ConceptMastery, LearnerStanding]

__all__ = [
    "Change",
    "ConceptEvidence",
    "ConceptMastery",
    "ConceptSummary",
    "LearnerLevel",
    "LearnerStanding",
    "after_answer",
    "chance",
    "chances",
    "functions",
    "known_chances",
    "record_answer",
    "tables",
]
