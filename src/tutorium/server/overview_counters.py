"""What the features above `analytics` and beside it add to the administrators' overview; imported for its effect."""

from collections import Counter

from tutorium.app.agents import AgentRun
from tutorium.app.analytics import COUNT_LIMIT, overview_counter
from tutorium.app.lessons.tables import Turn
from tutorium.app.quizzes import Attempt
from tutorium.engine import DatabaseReader


@overview_counter("turns")
async def count_turns(db: DatabaseReader) -> dict[str, int]:
    """Turns of the tutor."""
    return {"all": len(await db.query(Turn).take(COUNT_LIMIT))}


@overview_counter("attempts")
async def count_attempts(db: DatabaseReader) -> dict[str, int]:
    """Answers by verdict."""
    return dict(Counter(row.verdict for row in await db.query(Attempt).take(COUNT_LIMIT)))


@overview_counter("agentRuns")
async def count_agent_runs(db: DatabaseReader) -> dict[str, int]:
    """The last runs of agents, by outcome."""
    return dict(Counter(row.outcome for row in await db.query(AgentRun).order("desc").take(COUNT_LIMIT)))
