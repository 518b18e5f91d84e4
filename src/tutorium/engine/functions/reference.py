"""Declared functions as values: passed to `ctx.run_query`, `engine.run_mutation`, the scheduler, and typed all the way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, ParamSpec, TypeVar

from tutorium.engine.functions.guards import Guard
from tutorium.engine.functions.outcome import FunctionKind

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How a scheduled action that failed is tried again. Declare it only for actions that may run twice.

    The n-th new attempt waits `first_delay` · `factor`^(n-1). `attempts` counts the first one too.
    """

    attempts: int = 3
    first_delay: timedelta = timedelta(seconds=2)
    factor: float = 4.0

    def delay_seconds(self, attempt: int) -> float:
        """Return how long to wait after attempt number `attempt` (from 1) failed."""
        return self.first_delay.total_seconds() * self.factor ** (attempt - 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FunctionRef(Generic[P, T]):
    """A declared function: its public path, who may call it, and what runs."""

    kind: FunctionKind
    path: str
    guard: Guard
    handler: Callable[..., Awaitable[Any]]
    timeout: timedelta | None = None
    retry: Retry | None = None

    @property
    def is_internal(self) -> bool:
        """Whether clients are told that it does not exist."""
        return self.guard.is_internal


class QueryRef(FunctionRef[P, T]):
    """A query."""

    __slots__ = ()

    async def __call__(self, ctx: object, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the body inside another function's transaction, without its guard."""
        return await self.handler(ctx, *args, **kwargs)


class MutationRef(FunctionRef[P, T]):
    """A mutation."""

    __slots__ = ()

    async def __call__(self, ctx: object, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the body inside another mutation's transaction, without its guard."""
        return await self.handler(ctx, *args, **kwargs)


class ActionRef(FunctionRef[P, T]):
    """An action."""

    __slots__ = ()

    async def __call__(self, ctx: object, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the body on behalf of another action, without its guard."""
        return await self.handler(ctx, *args, **kwargs)
