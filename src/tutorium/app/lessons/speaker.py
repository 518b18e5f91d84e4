"""Speaking a turn: piece by piece, each kept before it is heard, from wherever the turn stands."""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from tutorium.app.agents.handovers import Step
from tutorium.app.agents.runs import RULES
from tutorium.app.agents.team import AgentTeam
from tutorium.app.lessons import turns
from tutorium.app.lessons.board import LessonBoard
from tutorium.app.lessons.material import Material
from tutorium.app.lessons.speech import next_piece, seconds_for
from tutorium.app.lessons.tables import Turn
from tutorium.engine import Engine
from tutorium.errors import TutoriumError
from tutorium.runtime import Runtime

log = structlog.get_logger()

PARAGRAPH = "\n\n"

#: A turn at normal pace takes no longer than this, however much it says: people stop listening, and a lesson must come to its
#: first question within a minute.
MAX_TURN_SECONDS = 24.0


@dataclass(slots=True, kw_only=True)
class Speaker:
    """Speaks turns of one lesson. `pace` is asked before each piece; `is_stopped` says whether somebody wants silence."""

    engine: Engine
    team: AgentTeam
    board: LessonBoard
    runtime: Runtime
    words_per_second: float
    pace: Callable[[], float]
    is_stopped: Callable[[], bool]

    async def speak(self, turn: Turn, material: Material, *, objective_title: str | None) -> bool:
        """Speak `turn` from where it stands to its end; return False when it was stopped.

        Neither end is committed here: the caller finishes the turn.
        """
        steps = turns.steps_of(turn)
        words = sum(len(step.text.split()) for step in steps)
        speed = max(self.words_per_second, words / MAX_TURN_SECONDS) if self.words_per_second > 0 else 0.0
        said = [step.text for step in steps[: turn.step]]
        for index in range(turn.step, len(steps)):
            if self.is_stopped():
                return False
            step = steps[index]
            resumes = index == turn.step
            if step.drawings and not (resumes and turn.drawn):
                await self._draw(turn, index, step, material)
            offset = turn.offset if resumes else 0
            if turn.mind == RULES:
                finished = await self._say(turn, index, step, material, offset, speed)
            else:
                finished = await self._phrase(turn, index, step, material, said, objective_title)
            if not finished:
                return False
            said.append(step.text)
        return True

    async def _draw(self, turn: Turn, index: int, step: Step, material: Material) -> None:
        """Draw a step. A drawing that fails costs the drawing, never the lesson."""
        name = f"{turn.key}.{index}"
        try:
            drawn = await self.board.draw(turn.session, name, step.drawings)
        except TutoriumError as error:
            log.error("a step could not be drawn", session=turn.session, step=name, code=error.code, why=error.message)
            return
        await self.engine.run_mutation(
            turns.show,
            turn=turn.id,
            step=name,
            elements=list(drawn.elements),
            alt=drawn.alt,
            citations=material.citations(step.quotes),
        )

    async def _say(self, turn: Turn, index: int, step: Step, material: Material, offset: int, speed: float) -> bool:
        """Say the step's own text from `offset`, at `speed` in words a second."""
        while True:
            piece = next_piece(step.text, offset)
            is_first = offset == 0
            offset += len(piece)
            is_last = offset >= len(step.text)
            await self._commit(turn, index, step, material, piece, is_first=is_first, offset=offset, is_last=is_last)
            await self._wait(piece, speed)
            if is_last:
                return True
            if self.is_stopped():
                return False

    async def _phrase(
        self, turn: Turn, index: int, step: Step, material: Material, said: Sequence[str], objective_title: str | None
    ) -> bool:
        """Say the step in a model's words, as they come."""
        offset = 0
        buffered = ""
        words = self.team.phrase(step, objective=objective_title, said=said, question=turn.question, subject=turn.session)
        async with aclosing(words):
            async for word in words:
                buffered += word
                # A model's tokens are joined to a few words each: every piece is one durable event, replayed as it is.
                while len(piece := next_piece(buffered, 0)) < len(buffered):
                    is_first = offset == 0
                    offset += len(piece)
                    buffered = buffered[len(piece) :]
                    await self._commit(turn, index, step, material, piece, is_first=is_first, offset=offset, is_last=False)
                    if self.is_stopped():
                        return False
        await self._commit(
            turn, index, step, material, buffered, is_first=offset == 0, offset=offset + len(buffered), is_last=True
        )
        return True

    async def _commit(
        self,
        turn: Turn,
        index: int,
        step: Step,
        material: Material,
        piece: str,
        *,
        is_first: bool,
        offset: int,
        is_last: bool,
    ) -> None:
        begins_paragraph = is_first and index > 0 and piece
        await self.engine.run_mutation(
            turns.speak,
            turn=turn.id,
            text=PARAGRAPH + piece if begins_paragraph else piece,
            citations=material.citations(step.quotes) if is_first else [],
            offset=offset,
            step_done=is_last,
        )

    async def _wait(self, piece: str, speed: float) -> None:
        seconds = seconds_for(piece, words_per_second=speed, pace=self.pace())
        if seconds > 0:
            await self.runtime.sleep(seconds)
