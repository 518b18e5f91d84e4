"""Writing choice items with a model; each is checked against the material, and dropped when it fails a check."""

import hashlib
import re
from collections.abc import Sequence

from pydantic import BaseModel, Field

from tutorium.app.agents.handovers import PlannedObjective, PreparedItem
from tutorium.app.agents.model.asking import prompt_for
from tutorium.app.agents.registry import AgentSettings
from tutorium.app.reading.findings import Quote
from tutorium.llm import LanguageModel, UnusableReplyError, Usage

_WORDS = re.compile(r"\w+")


class ItemForm(BaseModel):
    """One question as the model writes it; `correct` counts from 0."""

    quotation: str = Field(min_length=10, max_length=600)
    prompt: str = Field(min_length=10, max_length=300)
    choices: list[str] = Field(min_length=3, max_length=4)
    correct: int = Field(ge=0, le=3)
    why: list[str] = Field(min_length=3, max_length=4)
    hints: list[str] = Field(min_length=2, max_length=3)


class ItemsForm(BaseModel):
    """What the model fills in."""

    items: list[ItemForm] = Field(min_length=1, max_length=3)


async def write_items(
    model: LanguageModel, settings: AgentSettings, objective: PlannedObjective, quotes: Sequence[Quote]
) -> tuple[tuple[PreparedItem, ...], Usage]:
    """Return the model's items that pass every check. Raises a ModelError, also when none passes."""
    material = {"objective": objective.title, "quotations": [quote.text for quote in quotes]}
    form, usage = await model.fill(prompt_for("item_writer", settings, material), ItemsForm)
    items = tuple(item for written in form.items if (item := _checked(written, objective, quotes)) is not None)
    if not items:
        raise UnusableReplyError
    return items, usage


def _checked(form: ItemForm, objective: PlannedObjective, quotes: Sequence[Quote]) -> PreparedItem | None:
    """Return the item, or None when it is not grounded, gives its answer away, or has no single right choice."""
    source = next((quote for quote in quotes if _flat(form.quotation) in _flat(quote.text)), None)
    if source is None or form.correct >= len(form.choices) or len(form.why) != len(form.choices):
        return None
    answer = form.choices[form.correct]
    if len({_flat(choice) for choice in form.choices}) < len(form.choices):
        return None
    # Why a choice is wrong is said while the others may still be tried.
    said_before = (form.prompt, *form.hints, *(why for number, why in enumerate(form.why) if number != form.correct))
    if any(_flat(answer) in _flat(text) for text in said_before):
        return None
    key = hashlib.sha256(f"{objective.key}\n{form.prompt}".encode()).hexdigest()[:16]
    return PreparedItem(
        key=f"m-{key}",
        kind="choice",
        concept=objective.concepts[0],
        objective=objective.key,
        prompt=form.prompt,
        hints=tuple(form.hints),
        solution=f"{answer} — “{form.quotation}”",
        quote=source,
        choices=tuple(form.choices),
        correct=form.correct,
        why_wrong=tuple(form.why),
    )


def _flat(text: str) -> str:
    """Return the words of `text` in lower case, so that punctuation and spacing do not count."""
    return " ".join(_WORDS.findall(text.lower()))
