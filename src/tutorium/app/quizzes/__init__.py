"""Items, quizzes, and every attempt at them: what is asked and how it was answered. Judging is the agents' matter."""

from tutorium.app.quizzes.access import quiz_item_learner, quiz_learner
from tutorium.app.quizzes.items import Judgement, PreparedItem, Response
from tutorium.app.quizzes.tables import Attempt, Item, Quiz

tables = [Item, Quiz, Attempt]

__all__ = ["Attempt", "Item", "Judgement", "PreparedItem", "Quiz", "Response", "quiz_item_learner", "quiz_learner", "tables"]
