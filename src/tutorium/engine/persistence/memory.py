"""A store in memory, for tests and for trying things out. Nothing survives the process."""

import math
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tutorium.engine.errors import EngineClosingError
from tutorium.engine.persistence.commit import Commit, LoggedCommit, Timestamp, decode_entry, encode_entry
from tutorium.engine.persistence.port import SearchHit
from tutorium.engine.values.ids import ROW_KEY_BYTES

_K1: Final = 1.2
_B: Final = 0.75
"""The constants of BM25 that SQLite's FTS5 uses, so that both stores rank alike."""


class _State:
    """Rows, sorted full keys and full-text entries. Shared by snapshots until the next commit, which then works on a copy."""

    def __init__(self) -> None:
        self.ts: Timestamp = 0
        self.rows: dict[bytes, bytes] = {}
        self.keys: list[bytes] = []
        self.texts: dict[int, dict[bytes, tuple[Counter[str], frozenset[str]]]] = {}

    def copy(self) -> "_State":
        other = _State()
        other.ts = self.ts
        other.rows = dict(self.rows)
        other.keys = list(self.keys)
        other.texts = {index: dict(entries) for index, entries in self.texts.items()}
        return other

    def apply(self, commit: Commit) -> None:
        self.ts = commit.ts
        for change in commit.changes:
            if change.new is None:
                self.rows.pop(change.key, None)
            else:
                self.rows[change.key] = change.new
            for pair in change.keys:
                if pair.old != pair.new:
                    if pair.old is not None:
                        del self.keys[bisect_left(self.keys, pair.old)]
                    if pair.new is not None:
                        insort(self.keys, pair.new)
            for entry in change.search:
                entries = self.texts.setdefault(entry.index, {})
                if entry.words is None:
                    entries.pop(change.key, None)
                else:
                    entries[change.key] = (Counter(entry.words.split()), frozenset(entry.filters.split()))


class MemorySnapshot:
    """One state of a memory store."""

    def __init__(self, state: _State, store: "MemoryStore") -> None:
        self._state = state
        self._store = store
        self._open = True
        # Once closed, the state may go on; the timestamp stays that of what was read.
        self.ts: Timestamp = state.ts

    async def get(self, row_key: bytes) -> bytes | None:
        """See Snapshot."""
        return self._state.rows.get(row_key)

    async def scan(self, lower: bytes, upper: bytes, *, reverse: bool, limit: int) -> Sequence[tuple[bytes, bytes]]:
        """See Snapshot."""
        keys = self._state.keys
        first, last = bisect_left(keys, lower), bisect_left(keys, upper)
        if last <= first:
            return []
        found = keys[first:last][::-1][:limit] if reverse else keys[first : min(last, first + limit)]
        return [(key, self._state.rows[key[-ROW_KEY_BYTES:]]) for key in found]

    async def search(self, index: int, words: Sequence[str], filters: Sequence[str], limit: int) -> Sequence[SearchHit]:
        """See Snapshot."""
        entries = self._state.texts.get(index, {})
        if not entries or not words:
            return []
        mean = sum(counts.total() for counts, _ in entries.values()) / len(entries)
        weights = {word: _weight(sum(1 for counts, _ in entries.values() if word in counts), len(entries)) for word in words}
        hits: list[SearchHit] = []
        for key, (counts, tokens) in entries.items():
            if tokens.issuperset(filters) and any(word in counts for word in words):
                length = _K1 * (1 - _B + _B * counts.total() / mean)
                score = sum(weights[word] * counts[word] * (_K1 + 1) / (counts[word] + length) for word in words)
                hits.append(SearchHit(key, self._state.rows[key], score))
        hits.sort(key=lambda hit: (-hit.score, hit.row_key))
        return hits[:limit]

    async def close(self) -> None:
        """See Snapshot."""
        if self._open:
            self._open = False
            self._store.forget(self._state)


def _weight(holding: int, total: int) -> float:
    return max(1e-6, math.log((total - holding + 0.5) / (holding + 0.5)))


class MemoryTurn:
    """The right to commit to a memory store."""

    def __init__(self, store: "MemoryStore") -> None:
        self._store = store

    @property
    def newest_ts(self) -> Timestamp:
        """See CommitTurn."""
        return self._store.newest_ts

    async def foreign_commits(self, after: Timestamp) -> Sequence[LoggedCommit]:
        """See CommitTurn."""
        del after
        return ()

    async def snapshot(self) -> MemorySnapshot:
        """See CommitTurn."""
        return await self._store.snapshot()

    async def append(self, commits: Sequence[Commit]) -> None:
        """See CommitTurn."""
        self._store.apply(commits)

    async def release(self) -> None:
        """See CommitTurn."""


class MemoryStore:
    """A store that lives as long as the object."""

    def __init__(self) -> None:
        """Begin empty."""
        self._state = _State()
        self._readers: dict[int, int] = {}
        self._log: list[tuple[Timestamp, bytes]] = []
        self._floor: Timestamp = 0
        self._globals: dict[str, bytes] = {}
        self._closed = False

    @property
    def is_exclusive(self) -> bool:
        """See Store."""
        return True

    @property
    def newest_ts(self) -> Timestamp:
        """The timestamp of the newest commit."""
        return self._state.ts

    def apply(self, commits: Sequence[Commit]) -> None:
        """Add commits; open snapshots keep their state."""
        self._check_open()
        if self._readers.get(id(self._state)):
            self._state = self._state.copy()
        for commit in commits:
            self._state.apply(commit)
            self._log.append((commit.ts, encode_entry(commit)))

    def forget(self, state: object) -> None:
        """Count one snapshot of `state` less."""
        left = self._readers[id(state)] - 1
        if left:
            self._readers[id(state)] = left
        else:
            del self._readers[id(state)]

    async def snapshot(self) -> MemorySnapshot:
        """See Store."""
        self._check_open()
        self._readers[id(self._state)] = self._readers.get(id(self._state), 0) + 1
        return MemorySnapshot(self._state, self)

    async def begin_commit(self) -> MemoryTurn:
        """See Store."""
        self._check_open()
        return MemoryTurn(self)

    async def read_log(self, after: Timestamp, up_to: Timestamp) -> Sequence[LoggedCommit]:
        """See Store."""
        first = bisect_left(self._log, after + 1, key=lambda entry: entry[0])
        last = bisect_left(self._log, up_to + 1, key=lambda entry: entry[0])
        return [decode_entry(ts, data) for ts, data in self._log[first:last]]

    async def log_floor(self) -> Timestamp:
        """See Store."""
        return self._floor

    async def prune_log(self, up_to: Timestamp, limit: int) -> int:
        """See Store."""
        count = min(bisect_left(self._log, up_to + 1, key=lambda entry: entry[0]), limit, max(0, len(self._log) - 1))
        if count:
            self._floor = self._log[count - 1][0]
            del self._log[:count]
        return count

    async def load_global(self, name: str) -> bytes | None:
        """See Store."""
        return self._globals.get(name)

    async def store_global(self, name: str, value: bytes) -> None:
        """See Store."""
        self._globals[name] = value

    async def define_search_index(self, index: int) -> None:
        """See Store."""
        self._state.texts.setdefault(index, {})

    async def drop_search_index(self, index: int) -> None:
        """See Store."""
        self._state.texts.pop(index, None)

    async def close(self) -> None:
        """See Store."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise EngineClosingError
