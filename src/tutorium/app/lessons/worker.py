"""The worker of one session: takes its commands in order and sees each one through, or tells why not."""

import asyncio
from collections.abc import Callable

import structlog

from tutorium.app.lessons import commands, turns
from tutorium.app.lessons.conductor import Conductor, tell_failure
from tutorium.app.lessons.queries import lesson_row
from tutorium.app.lessons.tables import StoredCommand
from tutorium.app.sessions.tables import Session
from tutorium.engine import Engine, Id
from tutorium.errors import TutoriumError

log = structlog.get_logger()

#: A worker without work stays this long, so that the next command of a running lesson finds it warm.
IDLE_SECONDS = 60.0


class LessonWorker:
    """Does the work of one session until there has been none for a while. Call `run` once."""

    def __init__(self, session: Id[Session], engine: Engine, conduct: Callable[["LessonWorker"], Conductor]) -> None:
        """`conduct` makes the conductor, which asks this worker for its pace and whether it is stopped."""
        self.session = session
        self._engine = engine
        self._conductor = conduct(self)
        self._woken = asyncio.Event()
        self._stop_requested = False
        self._pace = 1.0

    def wake(self) -> None:
        """Have the worker look for commands."""
        self._woken.set()

    def stop_speaking(self) -> None:
        """Have the turn that is being spoken end after the piece that is on its way."""
        self._stop_requested = True

    def is_stopped(self) -> bool:
        """Return whether somebody wants silence."""
        return self._stop_requested

    def pace(self) -> float:
        """Return how fast to speak; 1 is normal."""
        return self._pace

    def set_pace(self, value: float) -> None:
        """Speak at this pace from the next piece on."""
        self._pace = value

    async def run(self) -> None:
        """Work until idle. Only a store that cannot be written to any more ends this with an exception."""
        lesson = await self._engine.run_query(lesson_row, session=self.session)
        self._pace = 1.0 if lesson is None else lesson.pace
        await self._take_up()
        while await self._work_or_wait():
            pass

    async def _work_or_wait(self) -> bool:
        """Do one command, or wait for one; return False after waiting in vain."""
        self._woken.clear()
        stored = await self._engine.run_query(commands.next_waiting, session=self.session)
        if stored is not None:
            # A stop from before this command was for what came before it.
            self._stop_requested = False
            await self._perform(stored)
            return True
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return self._woken.is_set()
        return True

    async def _take_up(self) -> None:
        turn = await self._engine.run_query(turns.unfinished_turn, session=self.session)
        if turn is None:
            return
        try:
            await self._conductor.take_up(turn)
        except TutoriumError as error:
            log.warning("a turn could not be taken up", session=self.session, turn=turn.key, code=error.code)
            await self._give_up(error)
        except Exception:
            log.exception("a turn broke when it was taken up", session=self.session, turn=turn.key)
            await self._give_up(TutoriumError())

    async def _give_up(self, error: TutoriumError) -> None:
        """End the turn that is open, which need not be the one that was taken up."""
        turn = await self._engine.run_query(turns.unfinished_turn, session=self.session)
        if turn is not None:
            await self._engine.run_mutation(turns.fail_turn, turn=turn.id, code=error.code, message=error.message, retry=False)

    async def _perform(self, stored: StoredCommand) -> None:
        """Do one command. Whatever goes wrong is told once and never tried again: a lesson must not loop on a fault."""
        try:
            await self._conductor.perform(stored)
        except TutoriumError as error:
            log.warning("a command failed", session=self.session, number=stored.number, code=error.code)
            await tell_failure(self._engine, self.session, stored, error)
        except Exception:
            log.exception("a command broke", session=self.session, number=stored.number)
            await tell_failure(self._engine, self.session, stored, TutoriumError())
