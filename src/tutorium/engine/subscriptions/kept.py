"""Results that are kept as long as somebody watches them and no commit overlaps what they rest on."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tutorium.engine.functions.runner import GuardRun, QueryRun
from tutorium.engine.persistence import Timestamp

if TYPE_CHECKING:
    from tutorium.engine.subscriptions.shared import Shelf


class Watcher:
    """Whoever rests on a kept result."""

    __slots__ = ()

    def became_stale(self) -> None:
        """Called once when a commit overlapped something that this watcher rests on."""
        raise NotImplementedError


@dataclass(slots=True, eq=False)
class Kept:
    """A result and the stretch of timestamps for which it is known to hold: from `run.ts` until before `stale_from` (E12)."""

    run: QueryRun | GuardRun
    place: "tuple[Shelf, object]"
    stale_from: Timestamp | None = None
    watchers: set[Watcher] = field(default_factory=set[Watcher])

    def holds_at(self, ts: Timestamp) -> bool:
        """Tell whether the result is that of `ts`, a timestamp up to which all commits were published."""
        return self.run.ts <= ts and (self.stale_from is None or ts < self.stale_from)
