"""Looking back on a session with a model: it words findings, the evidence is ours."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from tutorium.app.agents.handovers import ReviewPoint, SessionReview
from tutorium.app.agents.model.asking import prompt_for
from tutorium.app.agents.registry import AgentSettings
from tutorium.llm import LanguageModel, UnusableReplyError, Usage

MAX_POINTS = 3


class PointForm(BaseModel):
    """One finding with the numbers of its evidence."""

    text: str = Field(min_length=3, max_length=300)
    evidence: list[int] = Field(min_length=1)


class ReviewForm(BaseModel):
    """What the model fills in."""

    went_well: list[PointForm] = Field(max_length=MAX_POINTS)
    to_improve: list[PointForm] = Field(max_length=MAX_POINTS)
    next_steps: list[PointForm] = Field(max_length=MAX_POINTS)


async def review(model: LanguageModel, settings: AgentSettings, by_rules: SessionReview) -> tuple[SessionReview, Usage]:
    """Return the model's wording of what the rules found. Raises a ModelError, also for evidence that does not exist."""
    points = (*by_rules.went_well, *by_rules.to_improve, *by_rules.next_steps)
    evidence = [line for point in points for line in (point.text, *point.evidence)]
    material = {"evidence": [f"{number}: {line}" for number, line in enumerate(evidence)]}
    form, usage = await model.fill(prompt_for("session_analyzer", settings, material), ReviewForm)
    return (
        SessionReview(
            went_well=_grounded(form.went_well, evidence),
            to_improve=_grounded(form.to_improve, evidence),
            next_steps=_grounded(form.next_steps, evidence),
        ),
        usage,
    )


def _grounded(points: Sequence[PointForm], evidence: Sequence[str]) -> tuple[ReviewPoint, ...]:
    for point in points:
        if not all(0 <= number < len(evidence) for number in point.evidence):
            raise UnusableReplyError
    return tuple(
        ReviewPoint(text=point.text, evidence=tuple(evidence[number] for number in point.evidence)) for point in points
    )
