"""Reading and recording evidence inside a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from tutorium.app.auth import User
from tutorium.app.mastery.tables import ConceptMastery, LearnerStanding
from tutorium.app.mastery.tracing import ConceptEvidence, LearnerLevel, after_answer, chance
from tutorium.engine import DatabaseReader, Id, MutationContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The chance before and after one recorded answer."""

    before: float
    after: float


def evidence_of(row: ConceptMastery | None) -> ConceptEvidence:
    """Return the evidence that a row holds; none is no evidence."""
    if row is None:
        return ConceptEvidence()
    return ConceptEvidence(right=row.right, wrong=row.wrong, balance=row.balance)


async def level_of(db: DatabaseReader, learner: Id[User]) -> LearnerLevel:
    """Return the learner's level over all concepts."""
    row = await db.query(LearnerStanding).index("by_learner").eq(learner=learner).unique()
    return LearnerLevel() if row is None else LearnerLevel(gain=row.gain, loss=row.loss)


async def chances(db: DatabaseReader, learner: Id[User], concepts: Sequence[str]) -> dict[str, float]:
    """Return the chance for each concept key, also for those never asked."""
    level = await level_of(db, learner)
    known: dict[str, float] = {}
    for concept in concepts:
        row = await db.query(ConceptMastery).index("by_learner").eq(learner=learner, concept=concept).unique()
        known[concept] = chance(evidence_of(row), level)
    return known


async def record_answer(
    ctx: MutationContext, learner: Id[User], concept: str, name: str, *, score: float, is_unsure: bool = False
) -> Change:
    """Record one judged answer with `score` in [0, 1] and return how the chance moved.

    An answer that could not be judged is no evidence, and leaves the chance as it is.
    """
    if is_unsure:
        unchanged = (await chances(ctx.db, learner, [concept]))[concept]
        return Change(before=unchanged, after=unchanged)
    row = await ctx.db.query(ConceptMastery).index("by_learner").eq(learner=learner, concept=concept).unique()
    standing = await ctx.db.query(LearnerStanding).index("by_learner").eq(learner=learner).unique()
    level = LearnerLevel() if standing is None else LearnerLevel(gain=standing.gain, loss=standing.loss)
    evidence = evidence_of(row)
    new_evidence, new_level = after_answer(evidence, level, score)
    if row is None:
        row_id = await ctx.db.insert(ConceptMastery(learner=learner, concept=concept, name=name))
        row = await ctx.db.get_or_raise(row_id)
    await ctx.db.patch(
        row.id,
        right=new_evidence.right,
        wrong=new_evidence.wrong,
        balance=new_evidence.balance,
        attempts=row.attempts + 1,
        last_attempt_at=ctx.now_ms,
    )
    if standing is None:
        await ctx.db.insert(LearnerStanding(learner=learner, gain=new_level.gain, loss=new_level.loss))
    else:
        await ctx.db.patch(standing.id, gain=new_level.gain, loss=new_level.loss)
    return Change(before=chance(evidence, level), after=chance(new_evidence, new_level))
