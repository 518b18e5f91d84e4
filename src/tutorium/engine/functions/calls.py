"""One-shot calls by path and encoded arguments: what the wire uses. Guards are applied."""

from typing import Protocol

from tutorium.engine.functions.outcome import Caller, FunctionKind, Outcome


class Calls(Protocol):
    """The functions of a running engine, called by name. Nothing here raises for what a function or a client did wrong.

    `path` may be in any spelling a client uses (`module`, `module.js:fn`); `args_json` is the JSON object of the arguments
    (not wrapped in a list).
    Every method raises UnavailableError when the engine is closing.
    """

    async def query(
        self, path: str, args_json: bytes, caller: Caller, *, journal: str | None = None, at_ts: int | None = None
    ) -> Outcome:
        """Run a query on the newest snapshot, or as of `at_ts`, which must lie within retention (else BadRequestError)."""
        ...

    async def mutation(self, path: str, args_json: bytes, caller: Caller, *, request: tuple[str, int] | None = None) -> Outcome:
        """Run a mutation; return when it is durable.

        `request` is (session id, request id): a call that was acknowledged before under the same pair is not run again and
        answers as it did then. The returned task step runs before any subscription that the commit invalidates is told of it.
        """
        ...

    async def action(self, path: str, args_json: bytes, caller: Caller) -> Outcome:
        """Run an action to its end."""
        ...

    async def call(self, path: str, args_json: bytes, caller: Caller) -> tuple[FunctionKind, Outcome]:
        """Run the function whatever its kind (for `/api/function` and `/api/run`)."""
        ...

    async def queries(self, requests: list[tuple[str, bytes]], caller: Caller) -> list[Outcome]:
        """Run several queries (path, arguments) on one snapshot; every outcome carries its timestamp."""
        ...

    def newest_ts(self) -> int:
        """Return the newest published commit timestamp, in nanoseconds: the answer to `query_ts`."""
        ...
