"""The parts of a running server, chosen and introduced to each other. The only place that does so."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

from tutorium.app.agents.analyzer import RecordedReader
from tutorium.app.agents.recording import EngineRunRecorder
from tutorium.app.agents.team import AgentTeam
from tutorium.app.auth import AccessTokens, Accounts, Passwords, TokenAuthenticator, open_signing_keys
from tutorium.app.boards import BoardAccess, EngineRoomStore, TutorBoards, ViewsOfPeople, use_boards
from tutorium.app.documents import prepare_sample, use_reader
from tutorium.app.lessons import (
    EngineCommandSink,
    EngineEventLog,
    EngineMaterialLoader,
    LessonRunner,
    SessionLessonAccess,
    review_ended_sessions,
)
from tutorium.app.reading.pool import ReadingPool
from tutorium.app.sessions.attendance import Attendance
from tutorium.app.sessions.open_sockets import open_sockets_watch
from tutorium.engine import Engine, EngineSettings, open_engine
from tutorium.engine.sync import open_sync_endpoint
from tutorium.llm import LanguageModel
from tutorium.realtime.tutor_stream import TutorEndpoint, TutorHub, open_tutor_hub
from tutorium.realtime.whiteboard import BoardEndpoint, RoomRegistry, open_room_registry
from tutorium.runtime import Runtime, SystemRuntime
from tutorium.server.background import Work, running
from tutorium.server.choices import account_policy, socket_settings, token_terms
from tutorium.server.features import build_registry
from tutorium.server.settings import Settings
from tutorium.server.socket_metrics import PrometheusSocketMetrics
from tutorium.sockets import SocketRoute, SocketRoutes, SocketServer

BOARD_PATH = "/ws/board/{session}"
TUTOR_PATH = "/ws/tutor/{session}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a server is made of. `mind` names who words the lessons: "rules", or a model."""

    settings: Settings
    runtime: Runtime
    engine: Engine
    accounts: Accounts
    rooms: RoomRegistry
    events: EngineEventLog
    commands: EngineCommandSink
    sockets: SocketServer
    mind: str


class TutorChannel(NamedTuple):
    """The two ends of the tutor socket: where events come from and where commands go."""

    hub: TutorHub
    commands: EngineCommandSink


@asynccontextmanager
async def open_parts(
    settings: Settings,
    *,
    runtime: Runtime | None = None,
    passwords: Passwords | None = None,
    model: LanguageModel | None = None,
) -> AsyncGenerator[Parts]:
    """Open everything a server is made of; what was opened last is closed first.

    `model` takes the place of the model that the settings name. Raises StoreError, SigningKeysError.
    """
    clock = runtime or SystemRuntime()
    tokens = AccessTokens(open_signing_keys(settings.signing_keys_file), clock, token_terms(settings))
    authenticator = TokenAuthenticator(tokens)
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(
            open_engine(build_registry(), EngineSettings(data_dir=settings.data), runtime=clock, authenticator=authenticator)
        )
        recorder = EngineRunRecorder(engine)
        stack.enter_context(use_reader(RecordedReader(ReadingPool(), recorder, clock)))
        rooms = await stack.enter_async_context(open_room_registry(EngineRoomStore(engine), runtime=clock))
        stack.enter_context(use_boards(rooms))
        team = AgentTeam(
            model=model or await _open_model(settings, stack),
            recorder=recorder,
            runtime=clock,
            settings=settings.agents.by_name(),
        )
        runner = await stack.enter_async_context(_lesson_runner(settings, engine, rooms, team, clock).running())
        events, commands = EngineEventLog(engine), EngineCommandSink(engine, runner)
        hub = await stack.enter_async_context(open_tutor_hub(events, runtime=clock))
        background: dict[str, Work] = {
            "prepare the sample": lambda: engine.run_action(prepare_sample),
            "look back on ended sessions": lambda: review_ended_sessions(engine, team),
        }
        routes = await _socket_routes(stack, engine, authenticator, rooms, TutorChannel(hub, commands))
        await stack.enter_async_context(running(background, clock))
        yield Parts(
            settings=settings,
            runtime=clock,
            engine=engine,
            accounts=Accounts(engine, tokens, passwords or Passwords(), clock, account_policy(settings)),
            rooms=rooms,
            events=events,
            commands=commands,
            sockets=SocketServer(routes, socket_settings(settings), PrometheusSocketMetrics()),
            mind=team.mind_of("tutor"),
        )


def _lesson_runner(settings: Settings, engine: Engine, rooms: RoomRegistry, team: AgentTeam, clock: Runtime) -> LessonRunner:
    return LessonRunner(
        engine=engine,
        team=team,
        board=TutorBoards(rooms, ViewsOfPeople(rooms), presence=rooms),
        materials=EngineMaterialLoader(engine),
        runtime=clock,
        words_per_second=settings.words_per_second,
    )


async def _socket_routes(
    stack: AsyncExitStack,
    engine: Engine,
    authenticator: TokenAuthenticator,
    rooms: RoomRegistry,
    tutor: TutorChannel,
) -> SocketRoutes:
    """Return the routes of all sockets; whose rights change while one is open is sent away."""
    open_sockets = await stack.enter_async_context(open_sockets_watch(engine))
    sync = await stack.enter_async_context(
        open_sync_endpoint(
            calls=engine.calls, subscriptions=engine.subscriptions, authenticator=authenticator, runtime=engine.runtime
        )
    )
    board = BoardEndpoint(rooms, BoardAccess(engine, authenticator))
    lesson = TutorEndpoint(tutor.hub, SessionLessonAccess(Attendance(engine, authenticator)), tutor.commands)
    return SocketRoutes(
        [
            *sync.routes(),
            SocketRoute(pattern=BOARD_PATH, endpoint=open_sockets.watched(board, watches_when_over=True)),
            SocketRoute(pattern=TUTOR_PATH, endpoint=open_sockets.watched(lesson, watches_when_over=False)),
        ]
    )


async def _open_model(settings: Settings, stack: AsyncExitStack) -> LanguageModel | None:
    if not settings.model_url:
        return None
    # the provider's client takes a second to import; a server without a model must not wait for it
    from tutorium.llm.openai_compatible import OpenAICompatibleModel

    model = OpenAICompatibleModel(base_url=settings.model_url, model=settings.model_name, api_key=settings.model_key.reveal())
    stack.push_async_callback(model.close)
    return model
