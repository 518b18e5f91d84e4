"""Keeping a plan, once for each session."""

import msgspec

from tutorium.app.agents.handovers import LessonPlan
from tutorium.app.auth import User
from tutorium.app.lessons.functions import functions
from tutorium.app.lessons.log import append_events, open_lesson
from tutorium.app.lessons.progress import mastery_of
from tutorium.app.mastery.evidence import chances
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, MutationContext, internal
from tutorium.realtime.tutor_stream.events import LessonPlanned, Objective


@functions.mutation(guard=internal)
async def set_planning(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Show that the tutor is reading and planning."""
    lesson = await open_lesson(ctx, session)
    await ctx.db.patch(lesson.id, state="planning")


@functions.mutation(guard=internal)
async def keep_plan(ctx: MutationContext, *, session: Id[Session], learner: Id[User], mind: str, plan: bytes) -> None:
    """Keep the plan and say what will be taught and why. A session that has a plan keeps it."""
    lesson = await open_lesson(ctx, session)
    if lesson.plan is not None:
        return
    decoded = msgspec.msgpack.decode(plan, type=LessonPlan)
    known = await chances(ctx.db, learner, [concept for objective in decoded.objectives for concept in objective.concepts])
    await ctx.db.patch(lesson.id, plan=plan, mind=mind, phase="explain" if decoded.objectives else "done")
    planned = LessonPlanned(
        title=decoded.title,
        why=decoded.why,
        mind=mind,
        objectives=tuple(
            Objective(
                id=objective.key,
                title=objective.title,
                why=objective.why,
                mastery=mastery_of(objective.concepts, known),
            )
            for objective in decoded.objectives
        ),
        notice=decoded.notice,
    )
    await append_events(ctx, session, [planned])
