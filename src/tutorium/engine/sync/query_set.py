"""The queries that a client watches: versions, ids, and what changed since the last Transition. Pure bookkeeping.

Invariants: `version` is the newest that the client has sent; ids are unique while they are watched; `take_changes` hands every
change out once, in order.
"""

from typing import TypeAlias

from tutorium.engine.sync.messages import AddQuery, ModifyQuerySet, ProtocolViolation, RemoveQuery

Change: TypeAlias = AddQuery | RemoveQuery


class QuerySet:
    """One connection's query set, as the client has told it."""

    __slots__ = ("_changes", "_ids", "_max_queries", "version")

    def __init__(self, max_queries: int) -> None:
        """Begin empty, at version 0."""
        self.version = 0
        self._max_queries = max_queries
        self._ids: set[int] = set()
        self._changes: list[Change] = []

    def __len__(self) -> int:
        """How many queries the client watches."""
        return len(self._ids)

    def modify(self, message: ModifyQuerySet) -> None:
        """Take a change of the set. Raises ProtocolViolation, with nothing taken, when it does not follow from the last one."""
        if message.base_version != self.version:
            raise ProtocolViolation(f"the query set is at version {self.version}, not {message.base_version}")
        if message.new_version <= message.base_version:
            raise ProtocolViolation(
                f"version {message.new_version} of the query set does not come after {message.base_version}"
            )
        ids = set(self._ids)
        for change in message.modifications:
            self._check(ids, change)
        self._ids = ids
        self._changes += message.modifications
        self.version = message.new_version

    def take_changes(self) -> list[Change]:
        """Return the changes since the last call."""
        changes, self._changes = self._changes, []
        return changes

    def _check(self, ids: set[int], change: Change) -> None:
        if isinstance(change, AddQuery):
            if change.query_id in ids:
                raise ProtocolViolation(f"query {change.query_id} is watched already")
            if len(ids) >= self._max_queries:
                raise ProtocolViolation(f"a connection watches at most {self._max_queries} queries")
            ids.add(change.query_id)
        elif change.query_id in ids:
            ids.remove(change.query_id)
        else:
            raise ProtocolViolation(f"query {change.query_id} is not watched")
