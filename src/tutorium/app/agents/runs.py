"""A finished run of an agent, and the port that keeps it."""

from dataclasses import dataclass
from typing import Protocol

from tutorium.app.agents.registry import AgentName
from tutorium.app.agents.tables import RunOutcome
from tutorium.llm import Usage

RULES = "rules"
"""The name of the mind that needs no model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """What is kept of one run; fields as in `tables.AgentRun`."""

    agent: AgentName
    subject: str
    mind: str
    outcome: RunOutcome
    latency_ms: float
    usage: Usage
    first_word_ms: float | None = None
    error: str | None = None


class RunRecorder(Protocol):
    """Keeps finished runs."""

    async def __call__(self, run: FinishedRun) -> None:
        """Keep `run`; must not raise for anything but a broken store."""
        ...
