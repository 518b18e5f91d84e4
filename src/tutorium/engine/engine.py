"""The engine, opened: everything an application and the wire protocols need of it, and its tasks' lifetime."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import structlog

from tutorium.engine.database import Database
from tutorium.engine.errors import StoreError
from tutorium.engine.file_storage import FileStorage, LocalDiskFileStorage, UploadTokens
from tutorium.engine.functions import (
    ANONYMOUS,
    Authenticator,
    Caller,
    EngineCalls,
    Files,
    FunctionKind,
    FunctionRef,
    Identity,
    NobodySignsIn,
    Outcome,
    QueryRef,
    Registry,
    Runner,
)
from tutorium.engine.functions.signature import Signature
from tutorium.engine.persistence import Store, open_sqlite_store
from tutorium.engine.subscriptions import EngineSubscriptions, SharedRuns, live_values
from tutorium.engine.workers import Workers, WorkerSettings
from tutorium.runtime import Runtime, SystemRuntime

P = ParamSpec("P")
T = TypeVar("T")

_UPLOAD_KEY: Final = "upload_key"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Where an engine keeps its data and how it behaves.

    `data_dir` holds the database file and the `files` folder; it is not touched when a store and a file storage are given.
    """

    data_dir: Path | None = None
    workers: WorkerSettings = field(default_factory=WorkerSettings)


class Engine:
    """A running engine. Made by `open_engine`."""

    def __init__(
        self, registry: Registry, runner: Runner, files: Files, authenticator: Authenticator, runtime: Runtime, workers: Workers
    ) -> None:
        self.registry = registry
        self.runtime = runtime
        self.authenticator = authenticator
        self.files = files
        self.calls = EngineCalls(runner)
        self.workers = workers
        self._runner = runner
        self._shared = SharedRuns(runner.database, runner)
        self.subscriptions = EngineSubscriptions(self._shared)
        self._failed = asyncio.Event()

    @property
    def database(self) -> Database:
        """The tables, for what is built into the engine: export, import, metrics."""
        return self._runner.database

    @property
    def signatures(self) -> Mapping[str, Signature]:
        """Every function by path, with the types of its arguments and of what it returns: for type export and lists."""
        return self._runner.signatures

    async def run_query(self, function: FunctionRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on the newest snapshot. The process is trusted: no guard runs, nobody is signed in (see `acting_as`)."""
        del args
        return await self._run(function, kwargs)

    async def run_mutation(self, function: FunctionRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a mutation; return when it is durable."""
        del args
        return await self._run(function, kwargs)

    async def run_action(self, function: FunctionRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action to its end."""
        del args
        return await self._run(function, kwargs)

    async def run_call(
        self, path: str, args_json: bytes, identity: Identity | None = None, *, origin: str | None = None
    ) -> tuple[FunctionKind, Outcome]:
        """Run any public function by path, as a client would: guards are applied, errors are outcomes."""
        return await self.calls.call(path, args_json, Caller(identity=identity, origin=origin))

    def acting_as(self, identity: Identity | None, origin: str | None = None) -> "ActingEngine":
        """Return the same engine with calls made on behalf of somebody; still without guards."""
        return ActingEngine(self._runner, Caller(identity=identity, origin=origin))

    @asynccontextmanager
    async def subscribe(
        self, function: QueryRef[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[AsyncIterator[T], None]:
        """Watch a query: `async with engine.subscribe(list_) as values: async for value in values`. The latest value wins."""
        del args
        caller = _take_caller(kwargs)
        text = self._runner.encode_arguments(function, kwargs)
        async with aclosing(live_values(self.subscriptions, function.path, text, caller)) as values:  # type: ignore[type-var]
            yield values

    async def failed(self) -> StoreError:
        """Wait until the store fails; the process must then end (E9)."""
        await self._failed.wait()
        failure = self.database.committer.failure
        assert failure is not None
        return failure

    def note_failure(self) -> None:
        """The committer ended with an error."""
        self._failed.set()

    async def _run(self, function: FunctionRef[Any, T], arguments: dict[str, Any]) -> T:
        caller = _take_caller(arguments)
        return await self._runner.run(function, arguments, caller)


class ActingEngine:
    """Calls on behalf of one caller, from inside the process."""

    __slots__ = ("_caller", "_runner")

    def __init__(self, runner: Runner, caller: Caller) -> None:
        self._runner = runner
        self._caller = caller

    async def run_query(self, function: FunctionRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on the newest snapshot."""
        del args
        return await self._runner.run(function, kwargs, self._caller)

    async def run_mutation(self, function: FunctionRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a mutation; return when it is durable."""
        del args
        return await self._runner.run(function, kwargs, self._caller)

    async def run_action(self, function: FunctionRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action to its end."""
        del args
        return await self._runner.run(function, kwargs, self._caller)


def _take_caller(arguments: dict[str, Any]) -> Caller:
    """Return the caller that `_identity=` names, and take it out of the arguments."""
    identity: Identity | None = arguments.pop("_identity", None)
    return ANONYMOUS if identity is None else Caller(identity=identity)


@asynccontextmanager
async def open_engine(
    registry: Registry,
    settings: EngineSettings,
    *,
    runtime: Runtime | None = None,
    authenticator: Authenticator | None = None,
    store: Store | None = None,
    file_storage: FileStorage | None = None,
) -> AsyncGenerator[Engine, None]:
    """Open the engine; on leaving, finish what was begun and close it.

    Without `store` and `file_storage`, a SQLite file and a folder below `settings.data_dir` are used.
    Raises StoreInUseError, StoreError, SchemaError.
    """
    runtime = runtime or SystemRuntime()
    async with AsyncExitStack() as stack:
        store = store or await open_sqlite_store(_directory(settings))
        stack.push_async_callback(store.close)
        file_storage = file_storage or LocalDiskFileStorage(_directory(settings) / "files")
        database = await Database.open(store, registry.tables, runtime)
        tokens = UploadTokens(await _secret(store, runtime))
        files = Files(database, file_storage, tokens, runtime)
        runner = Runner(registry, database, files, runtime)
        workers = Workers(registry, runner, settings.workers)
        engine = Engine(registry, runner, files, authenticator or NobodySignsIn(), runtime, workers)
        stack.push_async_callback(_end, engine, asyncio.create_task(_commit(engine), name="committer"))
        await workers.start()
        stack.push_async_callback(workers.stop)
        yield engine


async def _commit(engine: Engine) -> None:
    """Run the committer; when the store fails, say so to whoever watches over the process."""
    try:
        await engine.database.committer.run()
    except StoreError as error:
        _log.critical("store_failed", error=error.message)
        engine.note_failure()


async def _end(engine: Engine, committing: "asyncio.Task[None]") -> None:
    engine.database.committer.close()
    await committing


async def _secret(store: Store, runtime: Runtime) -> bytes:
    key = await store.load_global(_UPLOAD_KEY)
    if key is None:
        key = runtime.random_bytes(32)
        await store.store_global(_UPLOAD_KEY, key)
    return key


def _directory(settings: EngineSettings) -> Path:
    if settings.data_dir is None:
        raise ValueError("EngineSettings.data_dir is needed when no store or no file storage is given.")
    return settings.data_dir
