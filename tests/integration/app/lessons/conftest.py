"""Lessons on the whole product's functions: an engine in memory, real boards, the real reader, the rules' mind."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from tutorium.app import agents, auth, boards, documents, folders, lessons, mastery, messages, quizzes, sessions
from tutorium.app.agents.recording import EngineRunRecorder
from tutorium.app.agents.team import AgentTeam
from tutorium.app.auth import User
from tutorium.app.auth.functions import create_guest
from tutorium.app.boards import EngineRoomStore, TutorBoards
from tutorium.app.lessons import EngineCommandSink, EngineEventLog, EngineMaterialLoader, LessonRunner, review_ended_sessions
from tutorium.app.lessons.board import LessonBoard
from tutorium.app.lessons.material import MaterialLoader
from tutorium.app.lessons.trying import try_lesson
from tutorium.app.sessions.tables import Session
from tutorium.engine import Engine, Failure, Id, Identity, Registry, Success
from tutorium.engine.testing import open_test_engine
from tutorium.llm import LanguageModel
from tutorium.realtime.tutor_stream.commands import AnyCommand
from tutorium.realtime.tutor_stream.ports import Listener
from tutorium.realtime.whiteboard import RoomRegistry, open_room_registry
from tutorium.runtime import SystemRuntime

FEATURES = (auth, folders, sessions, documents, boards, messages, mastery, lessons, agents)


def identity_of(user: str) -> Identity:
    """Return the identity of a user, as a verified token would give it."""
    return Identity(subject=user, issuer="test", token_identifier=f"test|{user}")


@dataclass
class Classroom:
    """One session on the sample document, with a learner, and everything that gives the lesson."""

    engine: Engine
    rooms: RoomRegistry
    runner: LessonRunner
    session: Id[Session]
    learner: Id[User]
    lessons: AsyncExitStack
    give_lessons: Callable[[LanguageModel | None], AbstractAsyncContextManager[LessonRunner]]

    async def restart(self, model: LanguageModel | None = None) -> None:
        """Cut off whatever is being spoken, as the end of the process would, and have a new runner take it up."""
        await self.lessons.aclose()
        self.runner = await self.lessons.enter_async_context(self.give_lessons(model))

    async def send(self, command: AnyCommand, *, user: str | None = None, name: str = "Guest") -> None:
        """Send a command as the tutor socket would."""
        listener = Listener(user=user or self.learner, name=name, role="owner")
        await EngineCommandSink(self.engine, self.runner).submit(self.session, listener, command)

    async def events(self) -> list[dict[str, Any]]:
        """Return every event that is kept, in order."""
        kept = await EngineEventLog(self.engine).read(self.session, 0, 10_000)
        return [msgspec.json.decode(event.text) for event in kept]

    async def wait_for(
        self, kind: str, *, count: int = 1, where: Callable[[dict[str, Any]], bool] = lambda _: True
    ) -> dict[str, Any]:
        """Wait until `count` events of a kind are kept and return the last of them."""
        async with asyncio.timeout(20):
            async for _ in EngineEventLog(self.engine).watch(self.session):
                found = [event for event in await self.events() if event["type"] == kind and where(event)]
                if len(found) >= count:
                    return found[-1]
        raise AssertionError(f"no {kind}")

    async def outcome(self, path: str, **args: Any) -> Any:
        """Call a public function as the learner and return its outcome."""
        return (await self.engine.run_call(path, msgspec.json.encode(args), identity_of(self.learner)))[1]

    async def call(self, path: str, **args: Any) -> Any:
        """Call a public function as the learner and return its value."""
        outcome = await self.outcome(path, **args)
        assert isinstance(outcome, Success), outcome
        return msgspec.json.decode(outcome.value_json)

    async def refusal(self, path: str, **args: Any) -> str:
        """Call a public function that refuses, and return the code of its error."""
        outcome = await self.outcome(path, **args)
        assert isinstance(outcome, Failure), outcome
        return outcome.code

    async def review(self) -> dict[str, Any]:
        """Wait for the look back on the ended session."""
        async with asyncio.timeout(20):
            while (found := await self.call("sessions:review", session=self.session)) is None:
                await asyncio.sleep(0.01)
        return found


Opener = Callable[..., Any]


@pytest.fixture
def open_classroom() -> Opener:
    """Return how a classroom is opened; `model` gives the tutor one, `board` and `loader` wrap what it uses."""

    @asynccontextmanager
    async def opened(
        model: LanguageModel | None = None,
        words_per_second: float = 0.0,
        board: Callable[[LessonBoard], LessonBoard] = lambda boards: boards,
        loader: Callable[[MaterialLoader], MaterialLoader] = lambda materials: materials,
    ) -> AsyncGenerator[Classroom]:
        registry = Registry(
            tables=[table for feature in (*FEATURES, quizzes) for table in feature.tables],
            functions=[*(feature.functions for feature in FEATURES), lessons.quiz_functions],
        )
        async with AsyncExitStack() as stack:
            engine = await stack.enter_async_context(open_test_engine(registry, runtime=SystemRuntime()))
            rooms = await stack.enter_async_context(open_room_registry(EngineRoomStore(engine), runtime=SystemRuntime()))
            learner = (await engine.run_mutation(create_guest, name="Guest", expires_at=9e15)).user.id
            session = await engine.acting_as(identity_of(learner)).run_action(try_lesson)
            boards = board(TutorBoards(rooms))
            materials = loader(EngineMaterialLoader(engine))

            @asynccontextmanager
            async def give_lessons(mind: LanguageModel | None) -> AsyncGenerator[LessonRunner]:
                team = AgentTeam(model=mind, recorder=EngineRunRecorder(engine), runtime=SystemRuntime())
                runner = LessonRunner(
                    engine=engine,
                    team=team,
                    board=boards,
                    materials=materials,
                    runtime=SystemRuntime(),
                    words_per_second=words_per_second,
                )
                async with asyncio.TaskGroup() as tasks:
                    looking_back = tasks.create_task(review_ended_sessions(engine, team))
                    async with runner.running():
                        yield runner
                    looking_back.cancel()

            given = await stack.enter_async_context(AsyncExitStack())
            runner = await given.enter_async_context(give_lessons(model))
            yield Classroom(
                engine=engine,
                rooms=rooms,
                runner=runner,
                session=session,
                learner=learner,
                lessons=given,
                give_lessons=give_lessons,
            )

    return opened
