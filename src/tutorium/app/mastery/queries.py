"""What learners may see of what is probably known."""

from tutorium.app.auth import User, current_user, signed_in
from tutorium.app.mastery.evidence import evidence_of, level_of
from tutorium.app.mastery.tables import ConceptMastery
from tutorium.app.mastery.tracing import chance
from tutorium.app.sessions.tables import Session
from tutorium.engine import Functions, Id, QueryContext, View, internal

functions = Functions("mastery")

MAX_CONCEPTS = 500


class ConceptSummary(View):
    """A concept and the chance that the learner answers a fresh question on it; `last_attempt_at` in ms since 1970."""

    concept: str
    name: str
    chance: float
    attempts: int
    last_attempt_at: float


@functions.query(guard=signed_in)
async def summary(ctx: QueryContext, *, session: Id[Session] | None = None) -> list[ConceptSummary]:
    """List the caller's own concepts, least certain first. Mastery spans sessions, so `session` is accepted and not needed."""
    learner = await current_user(ctx)
    level = await level_of(ctx.db, learner)
    rows = await ctx.db.query(ConceptMastery).index("by_learner").eq(learner=learner).take(MAX_CONCEPTS)
    concepts = [
        ConceptSummary(
            concept=row.concept,
            name=row.name,
            chance=chance(evidence_of(row), level),
            attempts=row.attempts,
            last_attempt_at=row.last_attempt_at,
        )
        for row in rows
    ]
    return sorted(concepts, key=lambda concept: concept.chance)


@functions.query(guard=internal)
async def known_chances(ctx: QueryContext, *, learner: Id[User]) -> dict[str, float]:
    """Return the chance of every concept the learner was ever asked about."""
    level = await level_of(ctx.db, learner)
    rows = await ctx.db.query(ConceptMastery).index("by_learner").eq(learner=learner).take(MAX_CONCEPTS)
    return {row.concept: chance(evidence_of(row), level) for row in rows}
