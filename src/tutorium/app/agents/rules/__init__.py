"""The mind without a model: planning, explaining, drawing, asking, grading and answering by rules, from quoted material only.

Pure and deterministic: the same text gives the same lesson. What a text means is found by `reading.analysis`; what is asked,
shown and counted is decided by `lessons`.
"""

from tutorium.app.agents.rules.answering import answer_question
from tutorium.app.agents.rules.explaining import explain
from tutorium.app.agents.rules.grading import grade
from tutorium.app.agents.rules.helping import example, simpler
from tutorium.app.agents.rules.items import hint, write_items
from tutorium.app.agents.rules.opening import opening_steps, summary_steps
from tutorium.app.agents.rules.planner import plan_lesson
from tutorium.app.agents.rules.session_analyzer import review_session

__all__ = [
    "answer_question",
    "example",
    "explain",
    "grade",
    "hint",
    "opening_steps",
    "plan_lesson",
    "review_session",
    "simpler",
    "summary_steps",
    "write_items",
]
