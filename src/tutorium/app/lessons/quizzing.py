"""Quizzes: items of a session asked apart from the live lesson, answered once each, without hints: an unaided check."""

from typing import Annotated, Literal

from msgspec import Meta

from tutorium.app.agents import rules
from tutorium.app.agents.handovers import Judgement, Response
from tutorium.app.auth import current_user
from tutorium.app.lessons.errors import ItemClosedError, NothingToAskError, WrongAnswerKindError
from tutorium.app.mastery.evidence import record_answer
from tutorium.app.quizzes.access import quiz_item_learner, quiz_learner
from tutorium.app.quizzes.tables import Attempt, Item, Quiz
from tutorium.app.sessions.access import session_role
from tutorium.app.sessions.tables import Session
from tutorium.engine import DatabaseReader, Functions, Id, MutationContext, Page, PaginationOptions, QueryContext, View

functions = Functions("quizzes")

PAGE = PaginationOptions(num_items=50)
QUIZ_ITEMS = 6
MAX_ANSWER_CHARS = 4000


class QuizItemView(View):
    """An item of a quiz; the solution and the verdict come with the answer."""

    id: Id[Item]
    kind: Literal["choice", "cloze"]
    prompt: str
    choices: list[str] | None
    verdict: Literal["right", "wrong", "unsure"] | None
    solution: str | None


class QuizView(View):
    """A quiz and how far its learner has come."""

    id: Id[Quiz]
    title: str
    answered: int
    right: int
    items: list[QuizItemView]


class QuizVerdict(View):
    """What one answer came to."""

    verdict: Literal["right", "wrong", "unsure"]
    feedback: str
    solution: str
    mastery: float


@functions.query(guard=session_role())
async def list_(ctx: QueryContext, *, session: Id[Session], pagination_opts: PaginationOptions = PAGE) -> Page[QuizView]:
    """The caller's quizzes of a session, newest first."""
    learner = await current_user(ctx)
    rows = ctx.db.query(Quiz).index("by_session").eq(session=session, learner=learner).order("desc")
    page = await rows.paginate(pagination_opts)
    return page.with_rows([await _view(ctx.db, quiz) for quiz in page.page])


@functions.query(guard=quiz_learner())
async def get(ctx: QueryContext, *, quiz: Id[Quiz]) -> QuizView:
    """One quiz of the caller's."""
    return await _view(ctx.db, await ctx.db.get_or_raise(quiz))


@functions.mutation(guard=session_role("editor"))
async def generate(ctx: MutationContext, *, session: Id[Session]) -> Id[Quiz]:
    """Make a quiz of items that the lesson has prepared and not asked. Raises NothingToAskError when there are none."""
    learner = await current_user(ctx)
    prepared = ctx.db.query(Item).index("by_session").eq(session=session, state="prepared")
    items = await prepared.filter(lambda item: item.quiz is None).take(QUIZ_ITEMS)
    if not items:
        raise NothingToAskError
    made = await ctx.db.query(Quiz).index("by_session").eq(session=session, learner=learner).collect()
    quiz = await ctx.db.insert(Quiz(session=session, learner=learner, title=f"Quiz {len(made) + 1}"))
    for item in items:
        await ctx.db.patch(item.id, quiz=quiz)
    return quiz


@functions.mutation(guard=quiz_item_learner())
async def answer(
    ctx: MutationContext,
    *,
    item: Id[Item],
    choice: Annotated[int, Meta(ge=0)] | None = None,
    text: Annotated[str, Meta(min_length=1, max_length=MAX_ANSWER_CHARS)] | None = None,
) -> QuizVerdict:
    """Answer an item of a quiz by one of its choices or by a text, once; the verdict comes with the solution."""
    row = await ctx.db.get_or_raise(item)
    if row.state != "prepared":
        raise ItemClosedError
    prepared = row.prepared
    if (choice is None) == (text is None) or (prepared.kind == "choice") != (choice is not None):
        raise WrongAnswerKindError
    if choice is not None and choice >= len(prepared.choices):
        raise WrongAnswerKindError
    judgement: Judgement = rules.grade(prepared, Response(choice=choice, text=text))
    learner = await current_user(ctx)
    change = await record_answer(
        ctx,
        learner,
        prepared.concept,
        row.concept_name,
        score=judgement.score,
        is_unsure=judgement.verdict == "unsure",
    )
    await ctx.db.patch(item, state="closed", tries=1)
    await ctx.db.insert(
        Attempt(
            session=row.session,
            item=item,
            learner=learner,
            response=prepared.choices[choice] if choice is not None else text or "",
            verdict=judgement.verdict,
            score=judgement.score,
            hints_before=0,
            mastery_before=change.before,
            mastery_after=change.after,
        )
    )
    return QuizVerdict(verdict=judgement.verdict, feedback=judgement.feedback, solution=prepared.solution, mastery=change.after)


async def _view(db: DatabaseReader, quiz: Quiz) -> QuizView:
    views: list[QuizItemView] = []
    async for item in db.query(Item).index("by_quiz").eq(quiz=quiz.id):
        attempt = await db.query(Attempt).index("by_item").eq(item=item.id).first()
        views.append(
            QuizItemView(
                id=item.id,
                kind=item.prepared.kind,
                prompt=item.prepared.prompt,
                choices=list(item.prepared.choices) or None,
                verdict=None if attempt is None else attempt.verdict,
                solution=None if attempt is None else item.prepared.solution,
            )
        )
    return QuizView(
        id=quiz.id,
        title=quiz.title,
        answered=sum(view.verdict is not None for view in views),
        right=sum(view.verdict == "right" for view in views),
        items=views,
    )
