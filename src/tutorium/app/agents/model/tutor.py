"""Wording one step with a model: the quotations and the drawing are given, only the words are new."""

from collections.abc import Sequence

from tutorium.app.agents.handovers import Step
from tutorium.app.agents.model.asking import prompt_for
from tutorium.app.agents.registry import AgentSettings
from tutorium.llm import LanguageModel, Reply

#: Enough of what was said for the model not to repeat itself, and little enough to keep the first word fast.
REMEMBERED_CHARACTERS = 1500


def phrase(
    model: LanguageModel,
    settings: AgentSettings,
    step: Step,
    *,
    objective: str | None,
    said: Sequence[str],
    question: str | None = None,
) -> Reply:
    """Start wording `step`. `said` are the texts of the turn so far; `question` is what the learner asked, if anything."""
    material = {
        "objective": objective,
        "plain_version": step.text,
        "quotations": [quote.text for quote in step.quotes],
        "on_the_board": [str(drawing.get("kind", "")) for drawing in step.drawings],
        "said_before": "\n".join(said)[-REMEMBERED_CHARACTERS:],
        "learner_asked": question,
    }
    return model.stream(prompt_for("tutor", settings, material))
