"""A model words the look back on a session; what it rests on is ours."""

import json
from typing import Any

import pytest

from tutorium.app.agents.handovers import ReviewPoint, SessionReview
from tutorium.app.agents.model.session_analyzer import review
from tutorium.app.agents.registry import AGENTS
from tutorium.llm import ScriptedModel, UnusableReplyError

pytestmark = pytest.mark.anyio

SETTINGS = AGENTS["session_analyzer"].defaults
BY_RULES = SessionReview(
    went_well=(ReviewPoint(text="Tides: solid.", evidence=("2 of 2 right", "no hint used")),),
    to_improve=(ReviewPoint(text="Currents: not yet.", evidence=("1 of 3 right",)),),
    next_steps=(ReviewPoint(text="Repeat currents.", evidence=("due tomorrow",)),),
)
LINES = [
    "Tides: solid.",
    "2 of 2 right",
    "no hint used",
    "Currents: not yet.",
    "1 of 3 right",
    "Repeat currents.",
    "due tomorrow",
]


def point(text: str, *evidence: int) -> dict[str, Any]:
    """Return one finding as a model writes it."""
    return {"text": text, "evidence": list(evidence)}


def says(**parts: list[dict[str, Any]]) -> ScriptedModel:
    """Return a model with one look back; parts that are left out are empty."""
    return ScriptedModel(replies=[json.dumps({"went_well": [], "to_improve": [], "next_steps": []} | parts)])


async def test_findings_come_with_the_lines_they_name() -> None:
    """The words are the model's, the evidence is copied from what the rules found, in the order named."""
    model = says(
        went_well=[point("You have tides.", 2, 1)],
        to_improve=[point("Currents wait.", 4)],
        next_steps=[point("Currents first.", 5, 6), point("Then rest.", 0)],
    )
    found, usage = await review(model, SETTINGS, BY_RULES)
    assert found == SessionReview(
        went_well=(ReviewPoint(text="You have tides.", evidence=("no hint used", "2 of 2 right")),),
        to_improve=(ReviewPoint(text="Currents wait.", evidence=("1 of 3 right",)),),
        next_steps=(
            ReviewPoint(text="Currents first.", evidence=("Repeat currents.", "due tomorrow")),
            ReviewPoint(text="Then rest.", evidence=("Tides: solid.",)),
        ),
    )
    assert usage.output_tokens > 0


async def test_the_evidence_is_shown_with_its_numbers() -> None:
    """Every line of what the rules found, numbered from 0."""
    model = says()
    await review(model, SETTINGS, BY_RULES)
    assert json.loads(model.prompts[0].message) == {"evidence": [f"{number}: {line}" for number, line in enumerate(LINES)]}


@pytest.mark.parametrize("part", ["went_well", "to_improve", "next_steps"])
@pytest.mark.parametrize("number", [-1, 7, 1_000])
async def test_made_up_evidence_is_refused(part: str, number: int) -> None:
    """A number that names no line makes the whole look back unusable, wherever it stands."""
    with pytest.raises(UnusableReplyError):
        await review(says(**{part: [point("Well done.", 0), point("Brilliant.", 1, number)]}), SETTINGS, BY_RULES)


async def test_a_finding_without_evidence_is_refused() -> None:
    """Nothing is claimed that rests on nothing."""
    with pytest.raises(UnusableReplyError):
        await review(says(went_well=[point("You are a genius.")]), SETTINGS, BY_RULES)


async def test_too_many_findings_are_refused() -> None:
    """Three of each kind are what a person reads."""
    with pytest.raises(UnusableReplyError):
        await review(says(went_well=[point("Well done.", 0)] * 4), SETTINGS, BY_RULES)
