"""Rows laid over a snapshot: a transaction's own writes, a group's accepted commits, or the past (E1)."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from tutorium.engine.persistence import LoggedCommit, RowChange, SearchHit, Snapshot, Timestamp
from tutorium.engine.values.ids import ROW_KEY_BYTES


class Overlay:
    """Rows as they are to be seen (None: not there) instead of the snapshot's, with their full keys in order."""

    __slots__ = ("_keys_of", "rows", "sorted_keys")

    def __init__(self) -> None:
        """Begin with nothing laid over."""
        self.rows: dict[bytes, bytes | None] = {}
        self.sorted_keys: list[bytes] = []
        self._keys_of: dict[bytes, tuple[bytes, ...]] = {}

    def put(self, row_key: bytes, body: bytes | None, keys: tuple[bytes, ...]) -> None:
        """Show a row in this form under these full keys; None and no keys hide it."""
        for key in self._keys_of.pop(row_key, ()):
            del self.sorted_keys[bisect_left(self.sorted_keys, key)]
        self.rows[row_key] = body
        if body is not None:
            self._keys_of[row_key] = keys
            for key in keys:
                insort(self.sorted_keys, key)

    def put_changes(self, changes: Iterable[RowChange]) -> None:
        """Show the rows as a commit leaves them."""
        for change in changes:
            self.put(change.key, change.new, tuple(pair.new for pair in change.keys if pair.new is not None))

    def forget(self, row_key: bytes) -> None:
        """Show the snapshot's row again."""
        self.put(row_key, None, ())
        del self.rows[row_key]


def overlay_of_past(commits: Iterable[LoggedCommit]) -> Overlay:
    """Return what the rows were before `commits`, which are given in ascending order."""
    overlay = Overlay()
    for commit in commits:
        for change in commit.changes:
            if change.key not in overlay.rows:
                overlay.put(change.key, change.old, tuple(pair.old for pair in change.keys if pair.old is not None))
    return overlay


class LayeredSnapshot:
    """A snapshot seen through an overlay. Full-text search sees the overlay only as rows that are hidden."""

    __slots__ = ("_base", "_overlay", "_ts")

    def __init__(self, base: Snapshot, overlay: Overlay, ts: Timestamp | None = None) -> None:
        """Lay `overlay` over `base`; `ts` is the timestamp that the two together stand for."""
        self._base = base
        self._overlay = overlay
        self._ts = base.ts if ts is None else ts

    @property
    def ts(self) -> Timestamp:
        """See Snapshot."""
        return self._ts

    @property
    def overlay(self) -> Overlay:
        """What lies over the base."""
        return self._overlay

    async def get(self, row_key: bytes) -> bytes | None:
        """See Snapshot."""
        rows = self._overlay.rows
        return rows[row_key] if row_key in rows else await self._base.get(row_key)

    async def scan(self, lower: bytes, upper: bytes, *, reverse: bool, limit: int) -> Sequence[tuple[bytes, bytes]]:
        """See Snapshot."""
        rows = self._overlay.rows
        if not rows:
            return await self._base.scan(lower, upper, reverse=reverse, limit=limit)
        below = await self._base.scan(lower, upper, reverse=reverse, limit=limit + len(rows))
        found = [pair for pair in below if pair[0][-ROW_KEY_BYTES:] not in rows]
        keys = self._overlay.sorted_keys
        for place in range(bisect_left(keys, lower), bisect_left(keys, upper)):
            body = rows[keys[place][-ROW_KEY_BYTES:]]
            if body is not None:
                found.append((keys[place], body))
        found.sort(key=_full_key, reverse=reverse)
        return found[:limit]

    async def search(self, index: int, words: Sequence[str], filters: Sequence[str], limit: int) -> Sequence[SearchHit]:
        """See Snapshot; rows of the overlay are left out, the caller adds those that match."""
        rows = self._overlay.rows
        hits = await self._base.search(index, words, filters, limit + len(rows))
        return [hit for hit in hits if hit.row_key not in rows][:limit]

    async def close(self) -> None:
        """See Snapshot."""
        await self._base.close()


def _full_key(pair: tuple[bytes, bytes]) -> bytes:
    return pair[0]
