"""Read sets kept open; a commit that overlaps one invalidates it. Knows queries and callers; knows no message and no socket."""

from tutorium.engine.subscriptions.live_queries import EngineLiveQueries, EngineSubscriptions, WatchedQuery
from tutorium.engine.subscriptions.live_values import live_values
from tutorium.engine.subscriptions.port import LiveQueries, Step, Subscriptions, Watched
from tutorium.engine.subscriptions.shared import SharedRuns

__all__ = [
    "EngineLiveQueries",
    "EngineSubscriptions",
    "LiveQueries",
    "SharedRuns",
    "Step",
    "Subscriptions",
    "Watched",
    "WatchedQuery",
    "live_values",
]
