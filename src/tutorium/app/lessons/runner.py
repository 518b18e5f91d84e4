"""Gives the lessons of this process: one worker for each session that has something to do.

What a worker does is kept step by step, so a server that was killed takes up every lesson where it stopped.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog

from tutorium.app.agents.team import AgentTeam
from tutorium.app.lessons import commands
from tutorium.app.lessons.board import LessonBoard
from tutorium.app.lessons.conductor import Conductor
from tutorium.app.lessons.material import MaterialLoader
from tutorium.app.lessons.speaker import Speaker
from tutorium.app.lessons.worker import LessonWorker
from tutorium.app.sessions.tables import Session
from tutorium.engine import Engine, Id
from tutorium.runtime import Runtime

log = structlog.get_logger()


class LessonRunner:
    """All workers of this process. Use inside `async with runner.running()`."""

    def __init__(
        self,
        *,
        engine: Engine,
        team: AgentTeam,
        board: LessonBoard,
        materials: MaterialLoader,
        runtime: Runtime,
        words_per_second: float,
    ) -> None:
        """Nothing runs before `running()` is entered. `words_per_second` 0 speaks without waiting."""
        self._engine = engine
        self._team = team
        self._board = board
        self._materials = materials
        self._runtime = runtime
        self._words_per_second = words_per_second
        self._workers: dict[Id[Session], LessonWorker] = {}
        self._tasks: dict[Id[Session], asyncio.Task[None]] = {}
        self._is_running = False

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["LessonRunner"]:
        """Take up what was left undone and run workers until the block is left; then they stop where they are."""
        self._is_running = True
        for session in await self._engine.run_query(commands.sessions_with_work):
            self.wake(session)
        try:
            yield self
        finally:
            self._is_running = False
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, session: Id[Session]) -> None:
        """Have the session's worker look for commands, starting one if there is none. Does nothing once closing has begun."""
        if not self._is_running:
            return
        worker = self._workers.get(session)
        if worker is None:
            worker = self._workers[session] = LessonWorker(session, self._engine, self._conductor_for)
            self._tasks[session] = asyncio.create_task(self._run(worker), name=f"lesson {session}")
        worker.wake()

    def stop_speaking(self, session: Id[Session]) -> None:
        """Have the tutor of a session fall silent, if it speaks."""
        if session in self._workers:
            self._workers[session].stop_speaking()

    def set_pace(self, session: Id[Session], value: float) -> None:
        """Have the tutor of a session speak at this pace, if it speaks; the lesson row keeps it for later."""
        if session in self._workers:
            self._workers[session].set_pace(value)

    async def _run(self, worker: LessonWorker) -> None:
        """Run one worker. The entries go in the same step of the loop in which it ends, so that no wake-up is lost."""
        try:
            await worker.run()
        except Exception:
            # The commands stay in the queue; the next one, or the next start of the server, wakes a new worker.
            log.exception("the worker of a lesson ended", session=worker.session)
        finally:
            del self._workers[worker.session], self._tasks[worker.session]

    def _conductor_for(self, worker: LessonWorker) -> Conductor:
        return Conductor(
            session=worker.session,
            engine=self._engine,
            team=self._team,
            board=self._board,
            materials=self._materials,
            speaker=Speaker(
                engine=self._engine,
                team=self._team,
                board=self._board,
                runtime=self._runtime,
                words_per_second=self._words_per_second,
                pace=worker.pace,
                is_stopped=worker.is_stopped,
            ),
        )
