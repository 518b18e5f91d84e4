"""Judging with a model what the rules left unsure; the verdict stays "unsure" unless the model is clear."""

from typing import Literal

from pydantic import BaseModel, Field

from tutorium.app.agents.handovers import Judgement, PreparedItem
from tutorium.app.agents.model.asking import prompt_for
from tutorium.app.agents.registry import AgentSettings
from tutorium.llm import LanguageModel, UnusableReplyError, Usage

_SCORES = {"right": 1.0, "wrong": 0.0, "unsure": 0.5}


class VerdictForm(BaseModel):
    """What the model fills in."""

    verdict: Literal["right", "wrong", "unsure"]
    feedback: str = Field(min_length=3, max_length=300)


async def judge(model: LanguageModel, settings: AgentSettings, item: PreparedItem, answer: str) -> tuple[Judgement, Usage]:
    """Return the model's judgement of a typed `answer`. Raises a ModelError, also when its feedback gives the key away."""
    material = {
        "question": item.prompt,
        "accepted": list(item.accept),
        "source": item.quote.text,
        "answer": answer,
    }
    form, usage = await model.fill(prompt_for("grader", settings, material), VerdictForm)
    if form.verdict != "right" and any(accepted.lower() in form.feedback.lower() for accepted in item.accept):
        raise UnusableReplyError
    return Judgement(verdict=form.verdict, score=_SCORES[form.verdict], feedback=form.feedback), usage
