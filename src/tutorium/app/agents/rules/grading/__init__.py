"""Judging an answer in three bands: right, wrong, unsure. What the rules cannot judge is never called wrong."""

from tutorium.app.agents.rules.grading.grader import grade

__all__ = ["grade"]
