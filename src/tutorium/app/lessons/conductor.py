"""What the tutor does about each command: decides the turn, has it spoken, and has its end kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from tutorium.app.agents import rules
from tutorium.app.agents.handovers import LessonPlan, PlannedObjective, PreparedItem, Response, Step
from tutorium.app.agents.runs import RULES
from tutorium.app.agents.team import AgentTeam
from tutorium.app.lessons import commands, judging, planning, turns
from tutorium.app.lessons.board import LessonBoard
from tutorium.app.lessons.errors import NothingToTeachError, StillReadingError
from tutorium.app.lessons.material import Material, MaterialLoader
from tutorium.app.lessons.moving import plan_of
from tutorium.app.lessons.queries import lesson_row
from tutorium.app.lessons.speaker import Speaker
from tutorium.app.lessons.tables import NO_COMMAND, Lesson, StoredCommand, Turn
from tutorium.app.mastery.queries import known_chances
from tutorium.app.quizzes.tables import Item
from tutorium.app.sessions.tables import Session
from tutorium.engine import Engine, Id
from tutorium.errors import TutoriumError
from tutorium.realtime.tutor_stream.commands import Answer, AnyCommand, Help, Next, Point, Say, Start

ANOTHER_QUESTION = (
    "Here is another question on the same thing.",
    "And one more about this part.",
    "Now look at it from another side.",
    "Let us see whether it sits.",
)
SAME_QUESTION = "This is the question that waits for you."
NO_HINTS_LEFT = "You have had every hint there is. Have a try: a wrong answer costs nothing, and it ends with the solution."
ALL_DONE = "That is everything this lesson set out to teach."
ASK_OR_END = "Ask me anything about it, or end the session to see how it went."
NOT_FOUND_ON_BOARD = "I cannot find that on the board any more. Point at something else, or ask me in words."


@dataclass(slots=True, kw_only=True)
class Conductor:
    """Answers the commands of one session, one at a time."""

    session: Id[Session]
    engine: Engine
    team: AgentTeam
    board: LessonBoard
    materials: MaterialLoader
    speaker: Speaker

    async def take_up(self, turn: Turn) -> None:
        """Go on with a turn that was being spoken when the server went away.

        What the rules say is known to its end, so it goes on at the very word. A model's reply is lost with the process: its
        turn ends as failed, and what it had not finished is said by a new one.
        """
        if turn.mind == RULES or turn.offset == 0:
            await self._speak_to_end(turn, await self.materials.load(self.session))
            return
        await self.engine.run_mutation(turns.fail_turn, turn=turn.id, code="interrupted", message=turns.INTERRUPTED, retry=True)
        rest = turns.steps_of(turn)[turn.step :]
        await self._turn(turn.command, rest, objective=turn.objective, question=turn.question, asks=turn.asks)

    async def perform(self, stored: StoredCommand) -> None:
        """Do what a command asks. Raises TutoriumError with a sentence for the learner when it cannot be done."""
        command: AnyCommand = commands.read_command(stored)
        match command:
            case Start() | Next():
                await self._go_on(stored, starts=isinstance(command, Start))
            case Answer():
                await self._judge(stored, command)
            case Say():
                await self._reply(stored, command.text, await self._material())
            case Help():
                await self._help(stored, command)
            case Point():
                await self._explain_element(stored, command)
            case _:
                await self.engine.run_mutation(commands.drop_command, session=self.session, number=stored.number)

    async def _go_on(self, stored: StoredCommand, *, starts: bool) -> None:
        lesson = await self._lesson()
        material = await self._material()
        plan = None if lesson is None else plan_of(lesson)
        if lesson is None or plan is None:
            await self._begin_lesson(stored, material)
            return
        if starts and lesson.open_item is not None:
            await self._turn(stored.number, [Step(text=SAME_QUESTION)], objective=_current(lesson, plan).key, asks=True)
            return
        if lesson.open_item is not None:
            await self.engine.run_mutation(judging.skip, item=lesson.open_item)
            lesson = await self._lesson() or lesson
        if lesson.phase == "ask" and not await self._has_more(lesson, plan):
            await self.engine.run_mutation(judging.leave_objective, session=self.session)
            lesson = await self._lesson() or lesson
        if lesson.phase == "done" or not plan.objectives:
            await self._close(stored, lesson, plan, material)
        elif lesson.phase == "ask":
            await self._ask_another(stored, lesson, plan)
        else:
            await self._explain(stored, _current(lesson, plan), plan, material)

    async def _begin_lesson(self, stored: StoredCommand, material: Material) -> None:
        """Plan, then open by the rules, so that something is there at once, then explain the first objective."""
        await self.engine.run_mutation(planning.set_planning, session=self.session)
        known = await self.engine.run_query(known_chances, learner=stored.learner)
        plan, mind = await self.team.plan(material.sources, known, subject=self.session)
        await self.engine.run_mutation(
            planning.keep_plan,
            session=self.session,
            learner=stored.learner,
            mind=mind,
            plan=msgspec.msgpack.encode(plan),
        )
        opening = await asyncio.to_thread(rules.opening_steps, material.sources, plan)
        if not plan.objectives:
            await self._turn(stored.number, opening, material=material, mind=RULES, closes=True)
            return
        # The command ends with the first question, so the opening is a turn that ends none.
        await self._turn(NO_COMMAND, opening, material=material, mind=RULES)
        await self._explain(stored, plan.objectives[0], plan, material)

    async def _explain(self, stored: StoredCommand, objective: PlannedObjective, plan: LessonPlan, material: Material) -> None:
        """Explain an objective, or the rest of it when its turn was stopped, and ask."""
        await self._prepare_items(objective, plan, material)
        stopped = await self.engine.run_query(turns.stopped_turn, session=self.session, objective=objective.key)
        steps: Sequence[Step] = rules.explain(material.sources, plan, objective.key) if stopped is None else _rest_of(stopped)
        await self._turn(stored.number, steps, material=material, objective=objective.key, asks=True)

    async def _ask_another(self, stored: StoredCommand, lesson: Lesson, plan: LessonPlan) -> None:
        steps = [Step(text=ANOTHER_QUESTION[lesson.objective % len(ANOTHER_QUESTION)])]
        await self._turn(stored.number, steps, objective=_current(lesson, plan).key, asks=True)

    async def _has_more(self, lesson: Lesson, plan: LessonPlan) -> bool:
        objective = _current(lesson, plan).key
        return await self.engine.run_query(judging.has_more, session=self.session, objective=objective)

    async def _close(self, stored: StoredCommand, lesson: Lesson, plan: LessonPlan, material: Material) -> None:
        if lesson.state == "done":
            await self._turn(stored.number, [Step(text=ASK_OR_END)], closes=True)
            return
        steps = [
            Step(text=ALL_DONE),
            *await asyncio.to_thread(rules.summary_steps, material.sources, plan),
            Step(text=ASK_OR_END),
        ]
        await self._turn(stored.number, steps, material=material, closes=True)

    async def _judge(self, stored: StoredCommand, answer: Answer) -> None:
        item = await self.engine.run_query(judging.item_by_id, item=Id[Item](answer.item))
        if item is None or item.state != "open":
            await self.engine.run_mutation(commands.drop_command, session=self.session, number=stored.number)
            return
        material = await self._material()
        prepared = item.prepared
        response = Response(choice=answer.choice, text=answer.text)
        judgement = await self.team.grade(prepared, response, other_terms=_concept_names(material), subject=self.session)
        await self.engine.run_mutation(
            judging.judge,
            session=self.session,
            command=stored.number,
            item=item.id,
            learner=stored.learner,
            name=stored.name,
            response=prepared.choices[answer.choice] if answer.choice is not None else answer.text or "",
            judgement=judgement,
            citations=material.citations([prepared.quote]),
        )

    async def _reply(self, stored: StoredCommand, question: str, material: Material) -> None:
        item = await self._open_item()
        steps = await asyncio.to_thread(rules.answer_question, material.sources, question, closed_to=_closed_to(item))
        await self._turn(stored.number, steps, material=material, question=question)

    async def _help(self, stored: StoredCommand, command: Help) -> None:
        material = await self._material()
        lesson = await self._lesson()
        plan = None if lesson is None else plan_of(lesson)
        item = await self._open_item()
        if command.kind == "stuck" and item is not None:
            hint = await self.engine.run_mutation(judging.give_hint, item=item.id)
            await self._turn(stored.number, [Step(text=hint or NO_HINTS_LEFT)])
            return
        if lesson is None or plan is None or not plan.objectives:
            await self._go_on(stored, starts=True)
            return
        key = _current(lesson, plan).key
        make = rules.example if command.kind == "example" else rules.simpler
        steps = await asyncio.to_thread(make, material.sources, plan, key, closed_to=_closed_to(item))
        await self._turn(stored.number, steps, material=material)

    async def _explain_element(self, stored: StoredCommand, command: Point) -> None:
        material = await self._material()
        shown = await self.board.describe(self.session, command.element)
        if shown is None:
            await self._turn(stored.number, [Step(text=NOT_FOUND_ON_BOARD)])
            return
        await self._reply(stored, " ".join(filter(None, (command.text, shown))), material)

    async def _turn(
        self,
        command: int,
        steps: Sequence[Step],
        *,
        material: Material | None = None,
        mind: str | None = None,
        objective: str | None = None,
        question: str | None = None,
        asks: bool = False,
        closes: bool = False,
    ) -> None:
        """Begin a turn in answer to a command and speak it to its end. Without material only the rules can speak."""
        spoken_by = mind or (RULES if material is None else self.team.mind_of("tutor"))
        turn = await self.engine.run_mutation(
            turns.begin_turn,
            session=self.session,
            command=command,
            mind=spoken_by,
            steps=msgspec.msgpack.encode(list(steps)),
            objective=objective,
            question=question,
            asks=asks,
            closes=closes,
        )
        await self._speak_to_end(turn, material or Material(sources=()))

    async def _speak_to_end(self, turn: Turn, material: Material) -> None:
        lesson = await self._lesson()
        plan = None if lesson is None else plan_of(lesson)
        titles = {} if plan is None else {objective.key: objective.title for objective in plan.objectives}
        try:
            finished = await self.speaker.speak(turn, material, objective_title=titles.get(turn.objective or ""))
        finally:
            self.board.rest(self.session)
        await self.engine.run_mutation(turns.finish_turn, turn=turn.id, stopped=not finished)

    async def _prepare_items(self, objective: PlannedObjective, plan: LessonPlan, material: Material) -> None:
        seed = int.from_bytes(sha256(f"{self.session}{objective.key}".encode()).digest()[:4], "big")
        items = await self.team.write_items(material.sources, plan, objective, seed=seed, subject=self.session)
        names = [material.concept_name(item.concept) for item in items]
        await self.engine.run_mutation(judging.prepare, session=self.session, items=list(items), names=names)

    async def _open_item(self) -> Item | None:
        return await self.engine.run_query(judging.open_item, session=self.session)

    async def _lesson(self) -> Lesson | None:
        return await self.engine.run_query(lesson_row, session=self.session)

    async def _material(self) -> Material:
        """Return the material. Raises StillReadingError or NothingToTeachError when there is none."""
        material = await self.materials.load(self.session)
        if not material.sources:
            raise StillReadingError if material.pending else NothingToTeachError
        return material


async def tell_failure(engine: Engine, session: Id[Session], stored: StoredCommand, error: TutoriumError) -> None:
    """End whatever turn is open, or one begun for this, with the error's code and sentence. The command counts as done."""
    turn = await engine.run_query(turns.unfinished_turn, session=session)
    if turn is None:
        turn = await engine.run_mutation(
            turns.begin_turn, session=session, command=stored.number, mind=RULES, steps=msgspec.msgpack.encode([])
        )
    await engine.run_mutation(
        turns.fail_turn, turn=turn.id, code=error.code, message=error.message, retry=False, command=stored.number
    )


def _current(lesson: Lesson, plan: LessonPlan) -> PlannedObjective:
    return plan.objectives[min(lesson.objective, len(plan.objectives) - 1)]


def _rest_of(turn: Turn) -> list[Step]:
    """Return what a stopped turn had not said yet, from the step it was stopped in; what is drawn is not drawn again."""
    rest = turns.steps_of(turn)[turn.step :]
    if rest and turn.drawn:
        rest[0] = msgspec.structs.replace(rest[0], drawings=())
    return rest


def _closed_to(item: Item | None) -> list[PreparedItem]:
    """Return whose answers must not be told now: those of the open item."""
    return [] if item is None else [item.prepared]


def _concept_names(material: Material) -> list[str]:
    return [concept.name for source in material.sources for concept in source.analysis.concepts]
