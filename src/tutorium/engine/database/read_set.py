"""What a function read, and the one question asked about it: does a commit overlap it?

The question serves both sides: a mutation that lost a race is run again, a subscription that went stale is evaluated again.

- `ReadSet.overlaps` answers it for one read set and one commit; it is the definition.
- `RecentWrites` answers it for one read set and all commits after a timestamp.
- `ReadSetIndex` answers it for one commit and all read sets that are kept open.
"""

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from tutorium.engine.persistence import LoggedChange, RowChange, Timestamp

H = TypeVar("H", bound=Hashable)

_GENERATION_KEYS: Final = 20_000
"""Keys in one generation of recent writes: about two seconds of full load, far longer than a mutation runs."""


@dataclass(frozen=True, slots=True)
class Written:
    """The keys that one commit touched: row keys, and full index keys before and after."""

    ts: Timestamp
    rows: tuple[bytes, ...]
    keys: tuple[bytes, ...]


def written_by(ts: Timestamp, changes: Iterable[RowChange | LoggedChange]) -> Written:
    """Collect the touched keys of a commit or log entry."""
    rows: list[bytes] = []
    keys: list[bytes] = []
    for change in changes:
        rows.append(change.key)
        for pair in change.keys:
            if pair.old is not None:
                keys.append(pair.old)
            if pair.new is not None and pair.new != pair.old:
                keys.append(pair.new)
    return Written(ts, tuple(rows), tuple(keys))


@dataclass(slots=True)
class ReadSet:
    """Rows that were read by id (also those that were not there), and half-open intervals of full keys."""

    rows: set[bytes] = field(default_factory=set[bytes])
    intervals: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])

    def add_row(self, row_key: bytes) -> None:
        """Note a read by id."""
        self.rows.add(row_key)

    def add_interval(self, lower: bytes, upper: bytes) -> None:
        """Note a read of every key with `lower <= key < upper`. Intervals that touch the last one are joined to it."""
        if lower >= upper:
            return
        if self.intervals:
            last_lower, last_upper = self.intervals[-1]
            if lower <= last_upper and last_lower <= upper:
                self.intervals[-1] = (min(lower, last_lower), max(upper, last_upper))
                return
        self.intervals.append((lower, upper))

    def update(self, other: "ReadSet") -> None:
        """Add everything that `other` read."""
        self.rows |= other.rows
        self.intervals.extend(other.intervals)

    def overlaps(self, written: Written) -> bool:
        """Tell whether a commit touched anything in this set."""
        if not self.rows.isdisjoint(written.rows):
            return True
        return any(lower <= key < upper for lower, upper in self.intervals for key in written.keys)


class _Generation:
    """The last write of each key, within one stretch of the log."""

    __slots__ = ("floor", "keys", "rows", "sorted_keys")

    def __init__(self, floor: Timestamp) -> None:
        self.floor = floor
        self.rows: dict[bytes, Timestamp] = {}
        self.keys: dict[bytes, Timestamp] = {}
        self.sorted_keys: list[bytes] = []

    def add(self, written: Written) -> None:
        for row in written.rows:
            self.rows[row] = written.ts
        for key in written.keys:
            if key not in self.keys:
                insort(self.sorted_keys, key)
            self.keys[key] = written.ts

    def overlaps(self, read_set: ReadSet, after: Timestamp) -> bool:
        rows = self.rows
        if any(rows.get(row, 0) > after for row in read_set.rows):
            return True
        keys = self.sorted_keys
        for lower, upper in read_set.intervals:
            for place in range(bisect_left(keys, lower), bisect_left(keys, upper)):
                if self.keys[keys[place]] > after:
                    return True
        return False


class RecentWrites:
    """The newest commits' keys, in two generations: the older one is dropped when the younger is full.

    Below `floor` nothing is known, and everything counts as overlapped (E4).
    """

    def __init__(self, floor: Timestamp) -> None:
        """Know of every commit after `floor`, since none was made yet."""
        self._older = _Generation(floor)
        self._younger = _Generation(floor)
        self._newest = floor

    @property
    def floor(self) -> Timestamp:
        """Commits after this timestamp are all known."""
        return self._older.floor

    def add(self, written: Written) -> None:
        """Take in the next commit."""
        if len(self._younger.keys) >= _GENERATION_KEYS:
            self._older, self._younger = self._younger, _Generation(self._newest)
        self._younger.add(written)
        self._newest = written.ts

    def overlaps(self, read_set: ReadSet, after: Timestamp) -> bool:
        """Tell whether a commit after `after` touched anything in `read_set`; True when that is no longer known."""
        if after >= self._newest:
            return False
        if after < self._older.floor:
            return True
        if after < self._younger.floor and self._older.overlaps(read_set, after):
            return True
        return self._younger.overlaps(read_set, after)


class ReadSetIndex(Generic[H]):
    """Read sets kept open under a handle, found by what a commit touched.

    An interval is filed under the common prefix of its ends. A key can only lie in intervals that are filed under one of its
    own prefixes, so one look-up for each length of prefix in use finds the candidates.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._sets: dict[H, ReadSet] = {}
        self._by_row: dict[bytes, set[H]] = {}
        self._by_prefix: dict[bytes, dict[tuple[bytes, bytes], set[H]]] = {}
        self._lengths: dict[int, int] = {}

    def __len__(self) -> int:
        """Return how many read sets are kept."""
        return len(self._sets)

    def add(self, handle: H, read_set: ReadSet) -> None:
        """Keep a read set, in place of any earlier one of the same handle."""
        self.discard(handle)
        self._sets[handle] = read_set
        for row in read_set.rows:
            self._by_row.setdefault(row, set()).add(handle)
        for interval in read_set.intervals:
            prefix = _common_prefix(*interval)
            bucket = self._by_prefix.get(prefix)
            if bucket is None:
                bucket = self._by_prefix[prefix] = {}
                self._lengths[len(prefix)] = self._lengths.get(len(prefix), 0) + 1
            bucket.setdefault(interval, set()).add(handle)

    def discard(self, handle: H) -> None:
        """Forget a read set; an unknown handle is fine."""
        read_set = self._sets.pop(handle, None)
        if read_set is None:
            return
        for row in read_set.rows:
            self._drop(self._by_row, row, handle)
        for interval in set(read_set.intervals):
            prefix = _common_prefix(*interval)
            bucket = self._by_prefix[prefix]
            self._drop(bucket, interval, handle)
            if not bucket:
                del self._by_prefix[prefix]
                self._lengths[len(prefix)] -= 1
                if not self._lengths[len(prefix)]:
                    del self._lengths[len(prefix)]

    def overlapping(self, written: Written) -> set[H]:
        """Return the handles of all read sets that the commit overlaps."""
        found: set[H] = set()
        by_row = self._by_row
        for row in written.rows:
            if row in by_row:
                found |= by_row[row]
        by_prefix = self._by_prefix
        for key in written.keys:
            for length in self._lengths:
                bucket = by_prefix.get(key[:length])
                if bucket is not None:
                    for (lower, upper), handles in bucket.items():
                        if lower <= key < upper:
                            found |= handles
        return found

    @staticmethod
    def _drop(place: "dict[H_Key, set[H]]", key: "H_Key", handle: H) -> None:
        handles = place[key]
        handles.discard(handle)
        if not handles:
            del place[key]


def _common_prefix(lower: bytes, upper: bytes) -> bytes:
    length = next((place for place, pair in enumerate(zip(lower, upper, strict=False)) if pair[0] != pair[1]), None)
    return lower[:length] if length is not None else min(lower, upper, key=len)


H_Key = TypeVar("H_Key", bound=Hashable)
