"""Runs functions: contexts made, time limited, results encoded. Knows transactions; knows no connection."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from tutorium.engine.database import Database, DatabaseReader, DatabaseWriter, Journal, ReadSet, Transaction
from tutorium.engine.errors import EngineClosingError, FunctionNotFoundError, FunctionTimeoutError, StoreError
from tutorium.engine.functions.auth import Auth, Looks
from tutorium.engine.functions.contexts import ActionContext, MutationContext, QueryContext
from tutorium.engine.functions.failures import failure
from tutorium.engine.functions.files import Files, StorageOfAction, StorageReader, StorageWriter
from tutorium.engine.functions.guards import GuardContext
from tutorium.engine.functions.log import FunctionLog
from tutorium.engine.functions.outcome import ANONYMOUS, Caller, FunctionKind, Outcome, Success
from tutorium.engine.functions.reference import FunctionRef
from tutorium.engine.functions.registry import ACTION_TIMEOUT, Registry, canonical_path
from tutorium.engine.functions.scheduler import Scheduler
from tutorium.engine.functions.signature import Signature
from tutorium.engine.persistence import Snapshot, Timestamp
from tutorium.errors import BadRequestError
from tutorium.runtime import Runtime

T = TypeVar("T")

TRANSACTION_SECONDS: Final = 5.0
"""How long a query or mutation may take; longer ones hold their snapshot open and make everyone's history grow."""

STORE_TROUBLE: Final = (StoreError, EngineClosingError)
"""Trouble of the server and not of the call: a connection is closed for it instead of being answered."""


@dataclass(frozen=True, slots=True)
class QueryRun:
    """One run of a query's body: what it came to, and what that rests on."""

    outcome: Outcome
    value: Any
    error: Exception | None
    read_set: ReadSet
    looks: Looks
    ts: Timestamp


@dataclass(frozen=True, slots=True)
class GuardRun:
    """One run of a guard: why it refused, if it did, and what that rests on."""

    error: Exception | None
    read_set: ReadSet
    ts: Timestamp


class Runner:
    """Runs the functions of a registry on a database."""

    def __init__(self, registry: Registry, database: Database, files: Files, runtime: Runtime) -> None:
        """Compile every signature. Raises SchemaError for declarations that cannot be."""
        self.database = database
        self.files = files
        self.runtime = runtime
        numbers = database.schema.number_for
        self._signatures = {path: Signature(function, numbers) for path, function in registry.functions.items()}

    @property
    def signatures(self) -> Mapping[str, Signature]:
        """Every function's signature by its path."""
        return self._signatures

    def find(self, path: str) -> Signature:
        """Return a function, internal ones too, by any spelling of its path. Raises FunctionNotFoundError."""
        found = self._signatures.get(path) or self._signatures.get(canonical_path(path))
        if found is None:
            raise FunctionNotFoundError(f"Could not find function for '{path.removesuffix(':default')}'.")
        return found

    def find_or_none(self, path: str) -> Signature | None:
        """Return a function, internal ones too, by its declared path; None when it is not registered."""
        return self._signatures.get(path)

    def find_public(self, path: str, kind: FunctionKind | None) -> Signature:
        """Return a function that a client may call as `kind`. Raises FunctionNotFoundError or BadRequestError."""
        found = self._signatures.get(path) or self._signatures.get(canonical_path(path))
        if found is None or found.function.is_internal:
            name = path.removesuffix(":default")
            raise FunctionNotFoundError(f"Could not find public function for '{name}'. Did you forget to register it?")
        if kind is not None and found.function.kind != kind:
            raise BadRequestError(f"{found.function.path} is a {found.function.kind} and cannot be called as a {kind}.")
        return found

    def signature(self, function: FunctionRef[Any, Any]) -> Signature:
        """Return the signature of a declared function. Raises FunctionNotFoundError when it is not registered."""
        found = self._signatures.get(function.path)
        if found is None or found.function is not function:
            raise FunctionNotFoundError(f"{function.path} is not among the registry's functions.")
        return found

    def encode_arguments(self, function: FunctionRef[Any, Any], arguments: dict[str, Any]) -> bytes:
        """Return the arguments of a registered function as JSON."""
        return self.signature(function).encode_arguments(arguments)

    async def guard(self, signature: Signature, arguments: dict[str, Any], caller: Caller, snapshot: Snapshot) -> GuardRun:
        """Run a query's guard for one caller on a snapshot."""
        transaction = self.database.begin(snapshot)
        error: Exception | None = None
        try:
            await self._check(signature, arguments, caller, transaction, Looks())
        except STORE_TROUBLE:
            raise
        except Exception as raised:  # told to the client by the caller of this method
            error = raised
        return GuardRun(error, transaction.read_set, transaction.ts)

    async def query(
        self, signature: Signature, arguments: dict[str, Any], caller: Caller, snapshot: Snapshot, journal: str | None
    ) -> QueryRun:
        """Run a query's body, without its guard, on a snapshot."""
        transaction = self.database.begin(snapshot)
        looks, log, kept = Looks(), FunctionLog(), Journal(given=journal)
        value: Any = None
        error: Exception | None = None
        try:
            value = await self.query_body(signature.function, arguments, caller, transaction, looks, log, kept)
            outcome: Outcome = Success(
                value_json=signature.encode_return(value), ts=transaction.ts, journal=kept.kept, log_lines=log.lines()
            )
        except STORE_TROUBLE:
            raise
        except Exception as raised:  # any error of application code is an answer, not an end
            error = raised
            path = signature.function.path
            outcome = failure(
                raised, path, self.runtime, log_lines=log.lines(), journal=kept.kept or journal, ts=transaction.ts
            )
        return QueryRun(outcome, value, error, transaction.read_set, looks, transaction.ts)

    async def query_body(
        self,
        function: FunctionRef[Any, T],
        arguments: dict[str, Any],
        caller: Caller,
        transaction: Transaction,
        looks: Looks,
        log: FunctionLog,
        journal: Journal,
    ) -> T:
        """Run a query's handler in a transaction."""
        db = DatabaseReader(transaction, journal)
        context = QueryContext(
            db=db,
            auth=Auth(caller, looks),
            storage=StorageReader(self.files, db, caller, looks),
            log=log,
            now_ms=transaction.now_ms,
            seed=self._seed,
        )
        return await _limited(function, function.handler(context, **arguments), TRANSACTION_SECONDS)

    async def mutation_body(
        self,
        function: FunctionRef[Any, T],
        arguments: dict[str, Any],
        caller: Caller,
        transaction: Transaction,
        log: FunctionLog,
        job: str | None = None,
    ) -> T:
        """Run a mutation's handler in a transaction. `job` is the scheduled call that it is, if it is one."""
        db = DatabaseWriter(transaction)

        def write(piece: Callable[[DatabaseWriter], Awaitable[Any]]) -> Awaitable[Any]:
            return piece(db)

        context = MutationContext(
            db=db,
            auth=Auth(caller),
            storage=StorageWriter(self.files, db, caller, Looks()),
            scheduler=Scheduler(write, self.encode_arguments, lambda: transaction.now_ms, job),
            log=log,
            now_ms=transaction.now_ms,
            seed=self._seed,
        )
        return await _limited(function, function.handler(context, **arguments), TRANSACTION_SECONDS)

    async def action_body(
        self,
        function: FunctionRef[Any, T],
        arguments: dict[str, Any],
        caller: Caller,
        log: FunctionLog,
        job: str | None = None,
    ) -> T:
        """Run an action's handler. `job` is the scheduled call that it is, if it is one."""

        async def write(piece: Callable[[DatabaseWriter], Awaitable[Any]]) -> Any:
            return (await self.database.write(lambda transaction: piece(DatabaseWriter(transaction))))[0]

        context = ActionContext(
            runner=self,
            caller=caller,
            storage=StorageOfAction(self.files, self.database, caller),
            scheduler=Scheduler(write, self.encode_arguments, self._now_ms, job),
            log=log,
            now_ms=self._now_ms,
            seed=self._seed,
        )
        limit = function.timeout or ACTION_TIMEOUT
        return await _limited(function, function.handler(context, **arguments), limit.total_seconds())

    async def check(self, signature: Signature, arguments: dict[str, Any], caller: Caller, transaction: Transaction) -> None:
        """Run a guard inside a transaction. Raises what it raises."""
        await self._check(signature, arguments, caller, transaction, Looks())

    async def run(self, function: FunctionRef[Any, Any], arguments: dict[str, Any], caller: Caller = ANONYMOUS) -> Any:
        """Run a function on behalf of the process itself: no guard; returns what it returned, raises what it raised."""
        self.signature(function)
        match function.kind:
            case "query":

                async def look(transaction: Transaction) -> Any:
                    return await self.query_body(function, arguments, caller, transaction, Looks(), FunctionLog(), Journal())

                return await self.database.read(look)
            case "mutation":

                async def change(transaction: Transaction) -> Any:
                    return await self.mutation_body(function, arguments, caller, transaction, FunctionLog())

                return (await self.database.write(change))[0]
            case "action":
                return await self.action_body(function, arguments, caller, FunctionLog())

    async def _check(
        self, signature: Signature, arguments: dict[str, Any], caller: Caller, transaction: Transaction, looks: Looks
    ) -> None:
        check = signature.function.guard.check
        if check is not None:
            context = GuardContext(DatabaseReader(transaction), Auth(caller, looks), transaction.now_ms)
            await _limited(signature.function, check(context, arguments), TRANSACTION_SECONDS)

    def _now_ms(self) -> float:
        return self.runtime.now_ns() / 1e6

    def _seed(self) -> bytes:
        return self.runtime.random_bytes(16)


async def _limited(function: FunctionRef[Any, Any], body: Awaitable[T], seconds: float) -> T:
    """Await `body`, for at most `seconds`. Raises FunctionTimeoutError."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await body
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise FunctionTimeoutError(f"{function.path} ran longer than {seconds:g} s.", function=function.path) from error
