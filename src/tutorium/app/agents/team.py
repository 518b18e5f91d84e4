"""The agents at work: each task goes to the best mind there is, falls back to the rules, and leaves a record.

A model is asked for planning, wording, items, unsure verdicts and reviews. Whatever it fails to do, the rules do; only the
record and the name of the speaking mind tell the difference. The rules are pure, and slow enough on a book to run in a thread.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import structlog

from tutorium.app.agents import model as by_model
from tutorium.app.agents import rules
from tutorium.app.agents.handovers import (
    Judgement,
    LessonPlan,
    PlannedObjective,
    PreparedItem,
    Response,
    SessionRecord,
    SessionReview,
    Step,
)
from tutorium.app.agents.registry import AGENTS, AgentName, AgentSettings
from tutorium.app.agents.runs import RULES, FinishedRun, RunRecorder
from tutorium.app.agents.tables import RunOutcome
from tutorium.app.reading.findings import Quote, SourceDocument
from tutorium.llm import LanguageModel, ModelError, Usage
from tutorium.runtime import Runtime

T = TypeVar("T")

log = structlog.get_logger()


class AgentTeam:
    """All agents over one optional model. `settings` overrides the registry's defaults, agent by agent."""

    def __init__(
        self,
        *,
        model: LanguageModel | None,
        recorder: RunRecorder,
        runtime: Runtime,
        settings: Mapping[AgentName, AgentSettings] | None = None,
    ) -> None:
        """Nothing is asked of the model before the first task."""
        self._model = model
        self._recorder = recorder
        self._runtime = runtime
        self._settings = {name: (settings or {}).get(name, spec.defaults) for name, spec in AGENTS.items()}

    def mind_of(self, agent: AgentName) -> str:
        """Return the name of the mind that the agent would try first."""
        model = self._model_for(agent)
        return RULES if model is None else model.name

    async def plan(
        self, sources: Sequence[SourceDocument], known: Mapping[str, float], *, subject: str
    ) -> tuple[LessonPlan, str]:
        """Return the plan of a lesson and the mind that made it."""
        draft = await asyncio.to_thread(rules.plan_lesson, sources, known=known)

        async def refine(model: LanguageModel, settings: AgentSettings) -> tuple[LessonPlan, Usage]:
            return await by_model.refine_plan(model, settings, draft)

        # A thin text gives the model nothing to choose from.
        return await self._best("planner", subject, refine if draft.objectives else None, lambda: draft)

    async def write_items(
        self, sources: Sequence[SourceDocument], plan: LessonPlan, objective: PlannedObjective, *, seed: int, subject: str
    ) -> tuple[PreparedItem, ...]:
        """Return items for one objective, the model's first."""
        by_rules = await asyncio.to_thread(rules.write_items, sources, plan, objective.key, seed=seed)
        quotes = _distinct([*objective.quotes, *(item.quote for item in by_rules)])

        async def write(model: LanguageModel, settings: AgentSettings) -> tuple[tuple[PreparedItem, ...], Usage]:
            items, usage = await by_model.write_items(model, settings, objective, quotes)
            return (*items, *by_rules), usage

        items, _ = await self._best("item_writer", subject, write if quotes else None, lambda: by_rules)
        return items

    async def grade(self, item: PreparedItem, response: Response, *, other_terms: Sequence[str], subject: str) -> Judgement:
        """Return the verdict; a model is asked only where the rules are unsure about a typed answer."""
        by_rules = rules.grade(item, response, other_terms=other_terms)
        answer = response.text

        async def judge(model: LanguageModel, settings: AgentSettings) -> tuple[Judgement, Usage]:
            return await by_model.judge(model, settings, item, answer or "")

        unsure = by_rules.verdict == "unsure" and answer is not None
        judgement, _ = await self._best("grader", subject, judge if unsure else None, lambda: by_rules)
        return judgement

    async def review(self, record: SessionRecord, *, subject: str) -> tuple[SessionReview, str]:
        """Return the look back on a session and the mind that worded it."""
        by_rules = rules.review_session(record)

        async def word(model: LanguageModel, settings: AgentSettings) -> tuple[SessionReview, Usage]:
            return await by_model.review(model, settings, by_rules)

        return await self._best("session_analyzer", subject, word, lambda: by_rules)

    async def phrase(
        self, step: Step, *, objective: str | None, said: Sequence[str], question: str | None, subject: str
    ) -> AsyncGenerator[str]:
        """Yield the words of `step`, by the model if there is one; by the rules' own text where it fails.

        A reply that breaks off is followed by the rules' text in a new paragraph, so that nothing is left half said.
        """
        model = self._model_for("tutor")
        if model is None or not step.text:
            yield step.text
            return
        started = self._runtime.monotonic()
        first_word: float | None = None
        reply = by_model.phrase(model, self._settings["tutor"], step, objective=objective, said=said, question=question)
        error: str | None = None
        try:
            async for piece in reply.words:
                if piece and first_word is None:
                    first_word = self._elapsed_ms(started)
                yield piece
        except ModelError as failure:
            error = failure.code
            log.warning("agent fell back to rules", agent="tutor", error=error, subject=subject)
        finally:
            outcome: RunOutcome = "done" if error is None and first_word is not None else "fell_back"
            await self._record(
                "tutor", subject, model.name, outcome, started, usage=reply.usage, first_word_ms=first_word, error=error
            )
        if first_word is None:
            yield step.text
        elif error is not None:
            yield f"\n\n{step.text}"

    async def _best(
        self,
        agent: AgentName,
        subject: str,
        ask: Callable[[LanguageModel, AgentSettings], Awaitable[tuple[T, Usage]]] | None,
        by_rules: Callable[[], T],
    ) -> tuple[T, str]:
        """Ask the model through `ask` if there is one and it may be asked; else, and when it fails, take the rules' value."""
        started = self._runtime.monotonic()
        model = self._model_for(agent)
        if model is None or ask is None:
            value = by_rules()
            await self._record(agent, subject, RULES, "done", started)
            return value, RULES
        try:
            value, usage = await ask(model, self._settings[agent])
        except ModelError as failure:
            log.warning("agent fell back to rules", agent=agent, error=failure.code, subject=subject)
            await self._record(agent, subject, model.name, "fell_back", started, error=failure.code)
            return by_rules(), RULES
        await self._record(agent, subject, model.name, "done", started, usage=usage)
        return value, model.name

    async def _record(
        self,
        agent: AgentName,
        subject: str,
        mind: str,
        outcome: RunOutcome,
        started: float,
        *,
        usage: Usage | None = None,
        first_word_ms: float | None = None,
        error: str | None = None,
    ) -> None:
        await self._recorder(
            FinishedRun(
                agent=agent,
                subject=subject,
                mind=mind,
                outcome=outcome,
                latency_ms=self._elapsed_ms(started),
                first_word_ms=first_word_ms,
                usage=usage or Usage(),
                error=error,
            )
        )

    def _model_for(self, agent: AgentName) -> LanguageModel | None:
        return None if self._settings[agent].mind == "rules" else self._model

    def _elapsed_ms(self, started: float) -> float:
        return (self._runtime.monotonic() - started) * 1000


def _distinct(quotes: Sequence[Quote]) -> list[Quote]:
    return list({(quote.document, quote.span): quote for quote in quotes}.values())
