"""The agents by name, what each is for, and the settings each runs under."""

from typing import Literal, get_args

import msgspec

AgentName = Literal["analyzer", "planner", "tutor", "item_writer", "grader", "session_analyzer"]
AGENT_NAMES: tuple[AgentName, ...] = get_args(AgentName)


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How one agent runs. `mind` "best" takes the best mind there is; "rules" never asks a model.

    `time_limit_seconds` bounds one call of a model: the tutor goes on by rules after it. `temperature` in [0, 2].
    """

    mind: Literal["best", "rules"] = "best"
    time_limit_seconds: float = 30.0
    temperature: float = 0.3
    max_output_tokens: int = 1000


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
