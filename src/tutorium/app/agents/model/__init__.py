"""The mind with a language model: the same handovers as the rules, asked from a model and checked before anybody sees them.

A model only helps: candidates, quotations, keys and verdicts it may choose from come from the material and the rules.
"""

from tutorium.app.agents.model.grader import judge
from tutorium.app.agents.model.item_writer import write_items
from tutorium.app.agents.model.planner import refine_plan
from tutorium.app.agents.model.session_analyzer import review
from tutorium.app.agents.model.tutor import phrase

__all__ = ["judge", "phrase", "refine_plan", "review", "write_items"]
