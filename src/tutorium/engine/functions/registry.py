"""Declaring functions, and the list of everything an engine serves."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from tutorium.engine.database import Row
from tutorium.engine.errors import SchemaError
from tutorium.engine.functions.contexts import ActionContext, MutationContext, QueryContext
from tutorium.engine.functions.guards import Guard
from tutorium.engine.functions.reference import ActionRef, FunctionRef, MutationRef, QueryRef, Retry
from tutorium.engine.system_tables import SYSTEM_TABLES
from tutorium.engine.values import camel_case

P = ParamSpec("P")
T = TypeVar("T")

ACTION_TIMEOUT: Final = timedelta(minutes=10)
"""How long an action may run when it declares nothing else: reading a large scanned book takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """A call made again and again. Runs of one cron never overlap; what was missed while the server was down is skipped."""

    name: str
    every: timedelta
    function: MutationRef[[], Any] | ActionRef[[], Any]

    def __post_init__(self) -> None:
        """Refuse an interval that would keep the server busy with nothing else."""
        if self.every < timedelta(seconds=1):
            raise SchemaError(f"Cron {self.name}: the interval must be at least a second.")


class Functions:
    """The functions of one feature: `functions = Functions("folders")`, then `@functions.query(guard=...)`.

    The public path is the feature's name and the function's, in camelCase and without a trailing underscore: `folders:list`.
    """

    def __init__(self, path: str) -> None:
        """Name the feature, e.g. "folders" or "admin/users"."""
        self.path = path
        self.declared: dict[str, FunctionRef[Any, Any]] = {}
        self.crons: list[Cron] = []

    def query(self, *, guard: Guard) -> Callable[[Callable[Concatenate[QueryContext, P], Awaitable[T]]], QueryRef[P, T]]:
        """Declare a query: `async def name(ctx: QueryContext, *, argument: Type) -> Type`."""

        def declare(handler: Callable[Concatenate[QueryContext, P], Awaitable[T]]) -> QueryRef[P, T]:
            ref: QueryRef[P, T] = QueryRef(kind="query", path=self._path(handler), guard=guard, handler=handler)
            return self._add(ref)

        return declare

    def mutation(
        self, *, guard: Guard
    ) -> Callable[[Callable[Concatenate[MutationContext, P], Awaitable[T]]], MutationRef[P, T]]:
        """Declare a mutation."""

        def declare(handler: Callable[Concatenate[MutationContext, P], Awaitable[T]]) -> MutationRef[P, T]:
            ref: MutationRef[P, T] = MutationRef(kind="mutation", path=self._path(handler), guard=guard, handler=handler)
            return self._add(ref)

        return declare

    def action(
        self, *, guard: Guard, retry: Retry | None = None, timeout: timedelta = ACTION_TIMEOUT
    ) -> Callable[[Callable[Concatenate[ActionContext, P], Awaitable[T]]], ActionRef[P, T]]:
        """Declare an action. `retry` is for scheduled runs that fail; without it they are made at most once."""

        def declare(handler: Callable[Concatenate[ActionContext, P], Awaitable[T]]) -> ActionRef[P, T]:
            path = self._path(handler)
            ref: ActionRef[P, T] = ActionRef(
                kind="action", path=path, guard=guard, handler=handler, timeout=timeout, retry=retry
            )
            return self._add(ref)

        return declare

    def cron(self, name: str, *, interval_seconds: float) -> Callable[["_Recurring"], "_Recurring"]:
        """Call a declared function without arguments every so many seconds; goes above its declaration."""

        def declare(function: "_Recurring") -> "_Recurring":
            self.crons.append(Cron(name=f"{self.path}:{name}", every=timedelta(seconds=interval_seconds), function=function))
            return function

        return declare

    def _path(self, handler: Callable[..., Any]) -> str:
        return f"{self.path}:{camel_case(handler.__name__)}"

    def _add(self, function: "_F") -> "_F":
        if function.path in self.declared:
            raise SchemaError(f"{function.path} is declared twice.")
        self.declared[function.path] = function
        return function


_Recurring = TypeVar("_Recurring", MutationRef[[], Any], ActionRef[[], Any])
_F = TypeVar("_F", bound=FunctionRef[Any, Any])


class Registry:
    """Everything an engine serves: tables, functions, crons."""

    def __init__(self, tables: Sequence[type[Row]], functions: Iterable[Functions], crons: Iterable[Cron] = ()) -> None:
        """Collect declarations. Raises SchemaError when two of them have one name."""
        self.tables: tuple[type[Row], ...] = (*SYSTEM_TABLES, *(table for table in tables if table not in SYSTEM_TABLES))
        self.functions: dict[str, FunctionRef[Any, Any]] = {}
        self.crons: dict[str, Cron] = {}
        features = list(functions)
        for function in [function for feature in features for function in feature.declared.values()]:
            if self.functions.setdefault(function.path, function) is not function:
                raise SchemaError(f"{function.path} is declared twice.")
        for cron in [*(cron for feature in features for cron in feature.crons), *crons]:
            if self.crons.setdefault(cron.name, cron) is not cron:
                raise SchemaError(f"Two crons are called {cron.name}.")
            if cron.function.path not in self.functions:
                raise SchemaError(f"Cron {cron.name} calls {cron.function.path}, which is not registered.")


def canonical_path(path: str) -> str:
    """Return a function's path as it is declared: `m.js:f` is `m:f`, `m` alone is `m:default`."""
    module, colon, name = path.partition(":")
    return f"{module.removesuffix('.js')}:{name if colon else 'default'}"
