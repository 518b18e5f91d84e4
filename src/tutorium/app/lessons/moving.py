"""Moving a lesson from one place of its plan to the next, in the transaction of whatever moved it."""

from collections.abc import Callable

import msgspec

from tutorium.app.agents.handovers import LessonPlan
from tutorium.app.lessons.progress import Position
from tutorium.app.lessons.tables import Lesson
from tutorium.app.sessions.activity import record_activity
from tutorium.engine import MutationContext

_plan_decoder = msgspec.msgpack.Decoder(LessonPlan)

Move = Callable[[Position, int], Position]
"""From where the lesson stands, and the number of its objectives, to where it stands next."""


def plan_of(lesson: Lesson) -> LessonPlan | None:
    """Return the plan of the lesson, if it has one."""
    return None if lesson.plan is None else _plan_decoder.decode(lesson.plan)


async def move(ctx: MutationContext, lesson: Lesson, to: Move) -> None:
    """Move the lesson on, with no item open, and note in the session how far it has come."""
    plan = plan_of(lesson)
    objectives = 0 if plan is None else len(plan.objectives)
    after = to(Position(objective=lesson.objective, phase=lesson.phase, asked=lesson.asked), objectives)
    await ctx.db.patch(lesson.id, open_item=None, objective=after.objective, phase=after.phase, asked=after.asked)
    if objectives:
        done = objectives if after.phase == "done" else after.objective
        await record_activity(ctx, lesson.session, progress=done / objectives)
