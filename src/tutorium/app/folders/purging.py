"""What goes with a thing that is purged: a step from each feature that keeps something in it.

A feature above adds its step when it is imported (`@folder_purge.step`), so nothing here knows what it is. A step removes up to
`limit` rows and returns how many it removed; fewer than `limit` means that nothing of its kind is left. Steps run in the order
of their names, one transaction holding at most one batch.
"""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeAlias, TypeVar

from tutorium.app.folders.tables import Folder
from tutorium.engine import Id, MutationContext, Row

PURGE_BATCH = 200
"""Rows removed in one transaction: long enough to be worth a commit, short enough to let others in between."""

R = TypeVar("R", bound=Row)

Step: TypeAlias = Callable[[MutationContext, Id[R], int], Awaitable[int]]


class PurgeSteps(Generic[R]):
    """The steps that empty one kind of row."""

    def __init__(self) -> None:
        """Begin with nothing to empty."""
        self._steps: dict[str, Step[R]] = {}

    def step(self, function: "Step[R]") -> "Step[R]":
        """Add `function` (a decorator). Adding it twice changes nothing."""
        self._steps[f"{function.__module__}.{function.__qualname__}"] = function
        return function

    async def run(self, ctx: MutationContext, row: Id[R], limit: int) -> int:
        """Remove up to `limit` rows of what `row` holds; return how many. Fewer than `limit` means it is empty."""
        removed = 0
        for _, function in sorted(self._steps.items()):
            if removed >= limit:
                break
            removed += await function(ctx, row, limit - removed)
        return removed


folder_purge: PurgeSteps[Folder] = PurgeSteps()
"""What a purged folder takes with it."""
