"""Keeping a record of every run, and showing it to administrators."""

from tutorium.app.agents.runs import FinishedRun
from tutorium.app.agents.tables import AgentRun, RunOutcome
from tutorium.app.auth.access import admin
from tutorium.engine import Engine, Functions, MutationContext, Page, PaginationOptions, QueryContext, internal

functions = Functions("agents")

DEFAULT_PAGE = PaginationOptions(num_items=50)


@functions.mutation(guard=internal)
async def record_run(
    ctx: MutationContext,
    *,
    agent: str,
    subject: str,
    mind: str,
    outcome: RunOutcome,
    latency_ms: float,
    first_word_ms: float | None = None,
    input_tokens: int = 0,
    output_tokens: int = 0,
    error: str | None = None,
) -> None:
    """Keep one finished run."""
    await ctx.db.insert(
        AgentRun(
            agent=agent,
            subject=subject,
            mind=mind,
            outcome=outcome,
            latency_ms=latency_ms,
            first_word_ms=first_word_ms,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            error=error,
        )
    )


@functions.query(guard=admin)
async def runs(ctx: QueryContext, *, pagination_opts: PaginationOptions = DEFAULT_PAGE) -> Page[AgentRun]:
    """List the runs of all agents, newest first."""
    return await ctx.db.query(AgentRun).order("desc").paginate(pagination_opts)


class EngineRunRecorder:
    """Keeps finished runs as rows."""

    def __init__(self, engine: Engine) -> None:
        """Keep them in `engine`."""
        self._engine = engine

    async def __call__(self, run: FinishedRun) -> None:
        """Keep one run."""
        await self._engine.run_mutation(
            record_run,
            agent=run.agent,
            subject=run.subject,
            mind=run.mind,
            outcome=run.outcome,
            latency_ms=run.latency_ms,
            first_word_ms=run.first_word_ms,
            input_tokens=run.usage.input_tokens,
            output_tokens=run.usage.output_tokens,
            error=run.error,
        )
