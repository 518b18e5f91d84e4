"""`ctx`: what a query, a mutation and an action can do."""

from collections.abc import Callable
from random import Random
from typing import Any, ParamSpec, Protocol, TypeVar

from tutorium.engine.database import DatabaseReader, DatabaseWriter
from tutorium.engine.functions.auth import Auth
from tutorium.engine.functions.files import StorageOfAction, StorageReader, StorageWriter
from tutorium.engine.functions.log import FunctionLog
from tutorium.engine.functions.outcome import Caller
from tutorium.engine.functions.reference import ActionRef, FunctionRef, MutationRef, QueryRef
from tutorium.engine.functions.scheduler import Scheduler

P = ParamSpec("P")
T = TypeVar("T")


class _Randomness:
    """A generator that is seeded once per run, and only when it is used."""

    __slots__ = ("_generator", "_seed")

    def __init__(self, seed: Callable[[], bytes]) -> None:
        self._seed = seed
        self._generator: Random | None = None

    def get(self) -> Random:
        if self._generator is None:
            self._generator = Random(self._seed())
        return self._generator


class QueryContext:
    """A query: reads one snapshot, and is run again when anything it read changes. `now_ms` is frozen."""

    __slots__ = ("_randomness", "auth", "db", "log", "now_ms", "storage")

    def __init__(
        self,
        *,
        db: DatabaseReader,
        auth: Auth,
        storage: StorageReader,
        log: FunctionLog,
        now_ms: float,
        seed: Callable[[], bytes],
    ) -> None:
        self.db = db
        self.auth = auth
        self.storage = storage
        self.log = log
        self.now_ms = now_ms
        self._randomness = _Randomness(seed)

    @property
    def random(self) -> Random:
        """Randomness of this run; each run draws anew."""
        return self._randomness.get()

    async def run_query(self, function: QueryRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run another query in the same snapshot, without its guard."""
        return await function.handler(self, *args, **kwargs)


class MutationContext:
    """A mutation: reads and writes in one serialisable transaction, all or nothing. It may be run again on a conflict."""

    __slots__ = ("_randomness", "auth", "db", "log", "now_ms", "scheduler", "storage")

    def __init__(
        self,
        *,
        db: DatabaseWriter,
        auth: Auth,
        storage: StorageWriter,
        scheduler: Scheduler,
        log: FunctionLog,
        now_ms: float,
        seed: Callable[[], bytes],
    ) -> None:
        self.db = db
        self.auth = auth
        self.storage = storage
        self.scheduler = scheduler
        self.log = log
        self.now_ms = now_ms
        self._randomness = _Randomness(seed)

    @property
    def random(self) -> Random:
        """Randomness of this run; each run draws anew."""
        return self._randomness.get()

    async def run_query(self, function: QueryRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query in this transaction, without its guard; it sees what was written so far."""
        return await function.handler(self, *args, **kwargs)

    async def run_mutation(self, function: MutationRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run another mutation in this transaction, without its guard. When it raises, its own writes are taken back."""
        with self.db.savepoint():
            return await function.handler(self, *args, **kwargs)


class ActionRunner(Protocol):
    """What an action calls the engine through."""

    async def run(self, function: FunctionRef[Any, Any], arguments: dict[str, Any], caller: Caller) -> Any:
        """Run a function without its guard and return what it returned, or raise what it raised."""
        ...


class ActionContext:
    """An action: talks to the world. Every query and mutation it runs is a transaction of its own."""

    __slots__ = ("_caller", "_now_ms", "_randomness", "_runner", "auth", "log", "scheduler", "storage")

    def __init__(
        self,
        *,
        runner: ActionRunner,
        caller: Caller,
        storage: StorageOfAction,
        scheduler: Scheduler,
        log: FunctionLog,
        now_ms: Callable[[], float],
        seed: Callable[[], bytes],
    ) -> None:
        self.auth = Auth(caller)
        self.storage = storage
        self.scheduler = scheduler
        self.log = log
        self._runner = runner
        self._caller = caller
        self._now_ms = now_ms
        self._randomness = _Randomness(seed)

    @property
    def now_ms(self) -> float:
        """The wall clock in milliseconds since 1970; it moves on while the action runs."""
        return self._now_ms()

    @property
    def random(self) -> Random:
        """Randomness of this run."""
        return self._randomness.get()

    async def run_query(self, function: QueryRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on the newest snapshot, without its guard."""
        del args
        return await self._runner.run(function, kwargs, self._caller)

    async def run_mutation(self, function: MutationRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a mutation, without its guard; return when it is durable."""
        del args
        return await self._runner.run(function, kwargs, self._caller)

    async def run_action(self, function: ActionRef[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run another action, without its guard."""
        del args
        return await self._runner.run(function, kwargs, self._caller)
