"""The agents: analyzer, planner, tutor, item writer, grader, session analyzer; by rules, or by a model that is checked.

`registry` names them and their settings, `handovers` are the values they hand to each other, `team` gives each task to the best
mind there is. They decide nothing that is kept: what becomes of their work is the lesson's matter.
"""

from tutorium.app.agents.recording import functions
from tutorium.app.agents.registry import AGENT_NAMES, AGENTS, AgentName, AgentOverrides, AgentSettings, AgentSpec
from tutorium.app.agents.tables import AgentRun

tables = [AgentRun]

__all__ = [
    "AGENTS",
    "AGENT_NAMES",
    "AgentName",
    "AgentOverrides",
    "AgentRun",
    "AgentSettings",
    "AgentSpec",
    "functions",
    "tables",
]
