"""Folding a board's log, and building its fresh document (whiteboard model, section 10).

Two ways, both in pieces that a loop turn can bear:

- `merge_log` joins the updates of the log. Nothing is forgotten, so every replica stays valid and the epoch stays.
- `build_fresh` writes the live elements into a new document. Tombstones and history are forgotten, so the epoch rises: an old
  replica merged into the fresh document would make one of two maps under the same id win whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from pycrdt import Doc, Map, TransactionEvent, merge_updates

from tutorium.realtime.whiteboard.document import TOMBSTONES_SINCE, BoardDocument
from tutorium.realtime.whiteboard.elements import BoardElements, ReadElement
from tutorium.realtime.whiteboard.messages import EMPTY_STATE_VECTOR
from tutorium.realtime.whiteboard.ports import RoomStore
from tutorium.runtime import Runtime

# Applying so many fresh elements takes 2-4 ms on a slow core: one piece a loop turn keeps all others fluent.
ELEMENTS_IN_PIECE = 200
# Joining is quadratic in the count: a hundred updates take 2 ms.
UPDATES_IN_PIECE = 100
# Applies in about 3 ms.
BYTES_IN_PIECE = 64 * 1024
# Below this size a history costs nothing, and offline replicas stay valid for longer.
MIN_COMPACTION_BYTES = 16 * 1024
# A log of this many rows is joined when the room is closed.
MIN_MERGED_ROWS = 64
# How long a deleted element can be brought back by somebody who was offline.
TOMBSTONE_AGE_MS = 7 * 24 * 3600 * 1000

_KNOWN_ROOTS = frozenset({"meta", "elements", "files"})

_log = structlog.get_logger()


async def compact_if_due(room: str, board: BoardDocument, *, epoch: int, rows: int, store: RoomStore, runtime: Runtime) -> None:
    """Fold the room's log when that is worth it; nobody may be connected and everything must be durable.

    `rows` is how many updates the store keeps for it. The store's errors pass through; what is kept stays valid then.
    """
    doc_bytes = len(board.missing_update(EMPTY_STATE_VECTOR))
    meta = board.meta
    is_time = has_old_tombstones(meta, runtime.now_ns() / 1e6)
    if (is_time or doc_bytes >= MIN_COMPACTION_BYTES) and can_be_rebuilt(board):
        fresh = await build_fresh(board.elements, {**meta, "epoch": epoch + 1}, runtime)
        if is_time or is_overgrown(doc_bytes, sum(map(len, fresh))):
            await store.compact(room, fresh, epoch + 1)
            _log.info("board.compacted", room=room, epoch=epoch + 1, bytes_before=doc_bytes, bytes_after=sum(map(len, fresh)))
            return
    if rows >= MIN_MERGED_ROWS:
        stored = await store.load(room)
        await store.compact(room, await merge_log(stored.updates, runtime), epoch)


def can_be_rebuilt(board: BoardDocument) -> bool:
    """Say whether a fresh document would hold everything: a newer client may have put in what we can only keep, not copy."""
    if not _KNOWN_ROOTS.issuperset(board.doc.keys()):
        return False
    return len(board.elements.all()) == len(board.elements)


def is_overgrown(doc_bytes: int, live_bytes: int) -> bool:
    """Say whether history makes up more than half of a document that is large enough to matter."""
    return doc_bytes >= MIN_COMPACTION_BYTES and doc_bytes > 2 * live_bytes


def has_old_tombstones(meta: Mapping[str, Any], now_ms: float) -> bool:
    """Say whether the oldest deletion that the room has noted is past `TOMBSTONE_AGE_MS`."""
    since = meta.get(TOMBSTONES_SINCE)
    return isinstance(since, int | float) and now_ms - since > TOMBSTONE_AGE_MS


async def build_fresh(elements: BoardElements, meta: Mapping[str, Any], runtime: Runtime) -> list[bytes]:
    """Return the updates of a new document with the live elements, all files and `meta`, at most 200 elements each."""
    doc: Doc[Any] = Doc()
    pieces: list[bytes] = []

    def keep(event: TransactionEvent) -> None:
        pieces.append(event.update)

    doc.observe(keep)
    with doc.transaction():
        fresh_meta: Map[Any] = doc.get("meta", type=Map)
        for key, value in meta.items():
            if key != TOMBSTONES_SINCE:
                fresh_meta[key] = value
    files: Map[Any] = doc.get("files", type=Map)
    for file_id, entry in elements.files().items():
        files[file_id] = entry
        await runtime.sleep(0)
    live = elements.live()
    for start in range(0, len(live), ELEMENTS_IN_PIECE):
        _write_piece(doc, live[start : start + ELEMENTS_IN_PIECE])
        await runtime.sleep(0)
    return pieces


async def merge_log(updates: Sequence[bytes], runtime: Runtime) -> list[bytes]:
    """Return fewer updates that say the same, in the same order."""
    merged: list[bytes] = []
    group: list[bytes] = []
    size = 0
    for update in updates:
        if group and (len(group) >= UPDATES_IN_PIECE or size + len(update) > BYTES_IN_PIECE):
            merged.append(_merge(group))
            group, size = [], 0
            await runtime.sleep(0)
        group.append(update)
        size += len(update)
    if group:
        merged.append(_merge(group))
    return merged


def _merge(group: list[bytes]) -> bytes:
    return merge_updates(*group) if len(group) > 1 else group[0]


def _write_piece(doc: Doc[Any], piece: Sequence[ReadElement]) -> None:
    target: Map[Any] = doc.get("elements", type=Map)
    with doc.transaction():
        for element in piece:
            target[element["id"]] = Map({key: value for key, value in element.items() if key != "id"})
