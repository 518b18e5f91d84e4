"""Rows the agents keep: one for each run."""

from typing import Literal

from tutorium.engine import Row

RunOutcome = Literal["done", "fell_back", "failed"]


class AgentRun(Row, table="agent_runs", indexes={"by_agent": ("agent",), "by_subject": ("subject",)}):
    """One run of one agent. `subject` is the session or document it worked for.

    `fell_back`: the model gave nothing usable (`error` says why, as a stable code) and the rules did it. Latencies in
    milliseconds; `first_word_ms` only for streamed replies. Tokens as the provider counted them.
    """

    agent: str
    subject: str
    mind: str
    outcome: RunOutcome
    latency_ms: float
    first_word_ms: float | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    error: str | None = None
