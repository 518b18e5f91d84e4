"""One-shot calls by path: what HTTP requests and a connection's mutations and actions are made of. Implements `Calls`."""

from collections.abc import Sequence
from typing import Any

from tutorium.engine.database import Transaction
from tutorium.engine.functions.failures import failure
from tutorium.engine.functions.log import FunctionLog
from tutorium.engine.functions.outcome import Caller, FunctionKind, Outcome, Success
from tutorium.engine.functions.runner import STORE_TROUBLE, Runner
from tutorium.engine.functions.signature import Signature
from tutorium.engine.persistence import Snapshot, Timestamp
from tutorium.engine.system_tables import MutationRequest, request_key
from tutorium.errors import TutoriumError


class EngineCalls:
    """See Calls."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._database = runner.database

    def newest_ts(self) -> Timestamp:
        """See Calls."""
        return self._database.newest_ts

    async def query(
        self, path: str, args_json: bytes, caller: Caller, *, journal: str | None = None, at_ts: int | None = None
    ) -> Outcome:
        """See Calls."""
        database = self._database
        snapshot = await (database.snapshot() if at_ts is None else database.snapshot_at(at_ts))
        try:
            return await self._query_on(snapshot, path, args_json, caller, journal)
        finally:
            await snapshot.close()

    async def queries(self, requests: Sequence[tuple[str, bytes]], caller: Caller) -> list[Outcome]:
        """See Calls."""
        snapshot = await self._database.snapshot()
        try:
            return [await self._query_on(snapshot, path, args_json, caller, None) for path, args_json in requests]
        finally:
            await snapshot.close()

    async def mutation(self, path: str, args_json: bytes, caller: Caller, *, request: tuple[str, int] | None = None) -> Outcome:
        """See Calls."""
        log = FunctionLog()
        try:
            signature = self._runner.find_public(path, "mutation")
            arguments = signature.decode_arguments(args_json)

            async def body(transaction: Transaction) -> tuple[bytes, tuple[str, ...]]:
                log.clear()
                return await self._mutate(signature, arguments, caller, transaction, log, request)

            (value, lines), ts = await self._database.write(body)
            return Success(value_json=value, ts=ts, log_lines=lines)
        except STORE_TROUBLE:
            raise
        except Exception as error:  # any error of application code is an answer, not an end
            return failure(error, path, self._runner.runtime, log_lines=log.lines())

    async def action(self, path: str, args_json: bytes, caller: Caller) -> Outcome:
        """See Calls."""
        log = FunctionLog()
        try:
            signature = self._runner.find_public(path, "action")
            arguments = signature.decode_arguments(args_json)
            await self._database.read(lambda transaction: self._runner.check(signature, arguments, caller, transaction))
            value = await self._runner.action_body(signature.function, arguments, caller, log)
            return Success(value_json=signature.encode_return(value), ts=0, log_lines=log.lines())
        except STORE_TROUBLE:
            raise
        except Exception as error:  # any error of application code is an answer, not an end
            return failure(error, path, self._runner.runtime, log_lines=log.lines())

    async def call(self, path: str, args_json: bytes, caller: Caller) -> tuple[FunctionKind, Outcome]:
        """See Calls."""
        try:
            kind = self._runner.find_public(path, None).function.kind
        except TutoriumError as error:
            return "query", failure(error, path, self._runner.runtime)
        match kind:
            case "query":
                return kind, await self.query(path, args_json, caller)
            case "mutation":
                return kind, await self.mutation(path, args_json, caller)
            case "action":
                return kind, await self.action(path, args_json, caller)

    async def _query_on(self, snapshot: Snapshot, path: str, args_json: bytes, caller: Caller, journal: str | None) -> Outcome:
        try:
            signature = self._runner.find_public(path, "query")
            arguments = signature.decode_arguments(args_json)
        except TutoriumError as error:
            return failure(error, path, self._runner.runtime, ts=snapshot.ts)
        if signature.function.guard.check is not None:
            guard = await self._runner.guard(signature, arguments, caller, snapshot)
            if guard.error is not None:
                return failure(guard.error, path, self._runner.runtime, ts=snapshot.ts)
        return (await self._runner.query(signature, arguments, caller, snapshot, journal)).outcome

    async def _mutate(
        self,
        signature: Signature,
        arguments: dict[str, Any],
        caller: Caller,
        transaction: Transaction,
        log: FunctionLog,
        request: tuple[str, int] | None,
    ) -> tuple[bytes, tuple[str, ...]]:
        """Run a mutation, or return the answer that the same request was given before."""
        table = transaction.schema.table(MutationRequest)
        key = None if request is None else request_key(*request)
        if key is not None:
            done = await transaction.get(table, key)
            if done is not None:
                return done.value.encode(), done.log_lines
        await self._runner.check(signature, arguments, caller, transaction)
        value = signature.encode_return(
            await self._runner.mutation_body(signature.function, arguments, caller, transaction, log)
        )
        lines = log.lines()
        if key is not None:
            row = MutationRequest(value=value.decode(), log_lines=lines)
            transaction.put_new(table, table.stamped(row, key, transaction.now_ms), key)
        return value, lines
