"""A model writes questions; only those that hold to the material are kept."""

import json
from typing import Any

import pytest

from tutorium.app.agents.handovers import PlannedObjective
from tutorium.app.agents.model.item_writer import write_items
from tutorium.app.agents.registry import AGENTS
from tutorium.app.reading.findings import Quote
from tutorium.app.reading.material import Span
from tutorium.llm import ScriptedModel, UnusableReplyError

pytestmark = pytest.mark.anyio

SETTINGS = AGENTS["item_writer"].defaults
SENTENCES = (
    "Neap tides come at half moon, and the sea moves least.",
    "Spring tides come when Sun and Moon pull along one line.",
)
QUOTES = tuple(
    Quote(document="d", span=Span(block=number, start=0, end=len(text)), text=text) for number, text in enumerate(SENTENCES)
)
OBJECTIVE = PlannedObjective(key="o1", title="Kinds of tides", why="They differ.", concepts=("spring-tide", "neap-tide"))

GOOD: dict[str, Any] = {
    "quotation": "Spring tides come when Sun and Moon pull along one line",
    "prompt": "How do Sun and Moon stand when the sea moves most?",
    "choices": ["at right angles", "in one row", "anywhere"],
    "correct": 1,
    "why": ["that is half moon", "they add up", "it does matter"],
    "hints": ["Forces can add up.", "Think of a rope and two pullers."],
}


def says(*items: dict[str, Any]) -> ScriptedModel:
    """Return a model that has written these questions."""
    return ScriptedModel(replies=[json.dumps({"items": list(items)})])


async def test_a_good_question_becomes_an_item() -> None:
    """It belongs to the objective and its first concept, and rests on the quotation it was made from."""
    model = says(GOOD)
    (item,), usage = await write_items(model, SETTINGS, OBJECTIVE, QUOTES)
    assert (item.kind, item.objective, item.concept, item.quote) == ("choice", "o1", "spring-tide", QUOTES[1])
    assert (item.prompt, item.choices, item.correct) == (GOOD["prompt"], tuple(GOOD["choices"]), 1)
    assert (item.hints, item.why_wrong) == (tuple(GOOD["hints"]), tuple(GOOD["why"]))
    assert item.solution == f"in one row — “{GOOD['quotation']}”"
    assert usage.output_tokens > 0
    assert json.loads(model.prompts[0].message) == {"objective": "Kinds of tides", "quotations": list(SENTENCES)}


async def test_the_key_follows_from_objective_and_question() -> None:
    """The same question is the same item whenever it is written; another is another."""
    other = GOOD | {"prompt": "What adds up when the sea moves most?"}
    first, second, again = [
        (await write_items(says(one), SETTINGS, OBJECTIVE, QUOTES))[0][0].key for one in (GOOD, other, GOOD)
    ]
    assert first == again != second


async def test_quotations_may_differ_in_case_and_punctuation() -> None:
    """A model that tidies up a quotation has still quoted."""
    tidied = GOOD | {"quotation": "  SPRING tides come -- when sun and moon pull… along one line!"}
    (item,), _ = await write_items(says(tidied), SETTINGS, OBJECTIVE, QUOTES)
    assert item.quote == QUOTES[1]


BAD = {
    "ungrounded": {"quotation": "Tides are made by the wind over the open sea."},
    "half made up": {"quotation": "Spring tides come when Sun and Moon pull along one line every night."},
    "answer in the question": {"prompt": "Do they stand in one row when the sea moves most?"},
    "answer in a hint": {"hints": ["Forces can add up.", "They stand In One Row!"]},
    "answer in why another is wrong": {"why": ["no, they stand in one row", "they add up", "it does matter"]},
    "no such choice": {"correct": 3},
    "a choice without its why": {"why": ["a", "b", "c", "d"]},
    "two choices that are one": {"choices": ["at right angles", "in one row", "In one row."]},
}


@pytest.mark.parametrize("flaw", BAD.values(), ids=BAD)
async def test_a_question_with_a_flaw_is_dropped(flaw: dict[str, Any]) -> None:
    """Alone it makes the reply unusable; beside a good one only the good one is kept."""
    with pytest.raises(UnusableReplyError):
        await write_items(says(GOOD | flaw), SETTINGS, OBJECTIVE, QUOTES)
    items, _ = await write_items(says(GOOD | flaw, GOOD), SETTINGS, OBJECTIVE, QUOTES)
    assert [item.prompt for item in items] == [GOOD["prompt"]]


@pytest.mark.parametrize("form", [{}, {"items": []}, {"items": [GOOD] * 4}, {"items": [GOOD | {"correct": -1}]}])
async def test_a_reply_that_is_no_form_is_refused(form: dict[str, Any]) -> None:
    """Nothing, too much, and impossible numbers."""
    with pytest.raises(UnusableReplyError):
        await write_items(ScriptedModel(replies=[json.dumps(form)]), SETTINGS, OBJECTIVE, QUOTES)
