"""Who may see and answer a quiz: the learner it was made for, while they are in its session."""

from collections.abc import Mapping
from typing import Any

from tutorium.app.auth import current_user
from tutorium.app.quizzes.tables import Item, Quiz
from tutorium.app.sessions.access import role_in
from tutorium.engine import Guard, GuardContext, Id
from tutorium.errors import NotFoundError

LEARNER = "the learner of the quiz"


def quiz_learner(arg: str = "quiz") -> Guard:
    """Return a guard that admits the learner of the quiz in argument `arg`; to others it does not exist (NotFoundError)."""

    async def check(ctx: GuardContext, args: Mapping[str, Any]) -> None:
        await _check_quiz(ctx, args[arg])

    return Guard(describe=LEARNER, check=check)


def quiz_item_learner(arg: str = "item") -> Guard:
    """Return a guard that admits the learner of the quiz that holds the item in argument `arg`."""

    async def check(ctx: GuardContext, args: Mapping[str, Any]) -> None:
        item_id: Id[Item] = args[arg]
        item = await ctx.db.get(item_id)
        if item is None or item.quiz is None:
            raise NotFoundError
        await _check_quiz(ctx, item.quiz)

    return Guard(describe=LEARNER, check=check)


async def _check_quiz(ctx: GuardContext, quiz_id: Id[Quiz]) -> None:
    user = await current_user(ctx)
    quiz = await ctx.db.get(quiz_id)
    if quiz is None or quiz.learner != user or await role_in(ctx.db, quiz.session, user) is None:
        raise NotFoundError
