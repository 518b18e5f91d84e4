"""The agents by name, what each is for, and the settings each runs under."""

from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

AgentName = Literal["analyzer", "planner", "tutor", "item_writer", "grader", "session_analyzer"]
AGENT_NAMES: tuple[AgentName, ...] = get_args(AgentName)


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one agent runs. `mind` "best" takes the best mind there is; "rules" never asks a model.

    `time_limit_seconds` bounds one call of a model: the tutor goes on by rules after it. `temperature` in [0, 2].
    """

    mind: Literal["best", "rules"] = "best"
    time_limit_seconds: Annotated[float, Meta(gt=0, le=600)] = 30.0
    temperature: Annotated[float, Meta(ge=0, le=2)] = 0.3
    max_output_tokens: Annotated[int, Meta(ge=16, le=32_000)] = 1000


class AgentSpec(msgspec.Struct, frozen=True, kw_only=True):
    """An agent of the registry: its name, its task in a sentence, and its default settings."""

    name: AgentName
    task: str
    defaults: AgentSettings = AgentSettings()


AGENTS: dict[AgentName, AgentSpec] = {
    spec.name: spec
    for spec in (
        AgentSpec(name="analyzer", task="find what a document teaches", defaults=AgentSettings(mind="rules")),
        AgentSpec(name="planner", task="choose and order what a lesson teaches, and say why"),
        AgentSpec(
            name="tutor",
            task="explain one step in words, grounded in quoted passages",
            defaults=AgentSettings(time_limit_seconds=15.0, temperature=0.5, max_output_tokens=400),
        ),
        AgentSpec(name="item_writer", task="write questions with their keys and hints before they are asked"),
        AgentSpec(
            name="grader",
            task="judge an answer that the rules cannot judge",
            defaults=AgentSettings(time_limit_seconds=12.0, temperature=0.0, max_output_tokens=300),
        ),
        AgentSpec(name="session_analyzer", task="say what went well, what not, and what next, with evidence"),
    )
}


class AgentOverrides(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator sets for single agents; an agent that is left out keeps its defaults."""

    analyzer: AgentSettings | None = None
    planner: AgentSettings | None = None
    tutor: AgentSettings | None = None
    item_writer: AgentSettings | None = None
    grader: AgentSettings | None = None
    session_analyzer: AgentSettings | None = None

    def by_name(self) -> dict[AgentName, AgentSettings]:
        """Return the agents that are set."""
        return {name: found for name in AGENT_NAMES if (found := getattr(self, name)) is not None}
