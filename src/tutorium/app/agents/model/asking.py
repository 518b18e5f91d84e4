"""How prompts are made: instructions from versioned files, material fenced off as material."""

import json
from functools import cache
from importlib.resources import files

from tutorium.app.agents.registry import AgentName, AgentSettings
from tutorium.llm import Prompt


@cache
def instructions(agent: AgentName) -> str:
    """Return the text of the agent's prompt file."""
    return files("tutorium.app.agents.prompts").joinpath(f"{agent}.md").read_text(encoding="utf-8")


def prompt_for(agent: AgentName, settings: AgentSettings, material: object) -> Prompt:
    """Return the prompt of one call: the agent's instructions, and `material` as one JSON value.

    JSON keeps the learner's and the document's words inside strings, so that they cannot pass for instructions.
    """
    return Prompt(
        instructions=instructions(agent),
        message=json.dumps(material, ensure_ascii=False, indent=1),
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
        time_limit_seconds=settings.time_limit_seconds,
    )
