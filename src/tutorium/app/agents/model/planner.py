"""Planning with a model: it chooses, orders and words; what can be chosen comes from the rules."""

from msgspec.structs import replace
from pydantic import BaseModel, Field

from tutorium.app.agents.handovers import LessonPlan
from tutorium.app.agents.model.asking import prompt_for
from tutorium.app.agents.registry import AgentSettings
from tutorium.llm import LanguageModel, UnusableReplyError, Usage

MAX_OBJECTIVES = 6


class ObjectiveChoice(BaseModel):
    """One chosen objective, by its key."""

    key: str
    title: str = Field(min_length=3, max_length=120)
    why: str = Field(min_length=3, max_length=300)


class PlanForm(BaseModel):
    """What the model fills in."""

    title: str = Field(min_length=3, max_length=120)
    why: str = Field(min_length=3, max_length=400)
    objectives: list[ObjectiveChoice] = Field(min_length=1, max_length=MAX_OBJECTIVES)


async def refine_plan(model: LanguageModel, settings: AgentSettings, plan: LessonPlan) -> tuple[LessonPlan, Usage]:
    """Return `plan` with the model's choice, order and words. Raises a ModelError, also for keys it made up."""
    material = {
        "title": plan.title,
        "candidates": [
            {"key": objective.key, "title": objective.title, "quotations": [quote.text for quote in objective.quotes]}
            for objective in plan.objectives
        ],
    }
    form, usage = await model.fill(prompt_for("planner", settings, material), PlanForm)
    candidates = {objective.key: objective for objective in plan.objectives}
    keys = [choice.key for choice in form.objectives]
    if len(set(keys)) < len(keys) or not candidates.keys() >= set(keys):
        raise UnusableReplyError
    objectives = tuple(replace(candidates[choice.key], title=choice.title, why=choice.why) for choice in form.objectives)
    return replace(plan, title=form.title, why=form.why, objectives=objectives), usage
