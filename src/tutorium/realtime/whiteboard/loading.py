"""Opening a room: its log becomes a live document, in pieces, so that everybody else stays fluent meanwhile."""

from collections.abc import Iterator, Sequence

from tutorium.realtime.whiteboard.compaction import BYTES_IN_PIECE
from tutorium.realtime.whiteboard.document import BoardDocument
from tutorium.realtime.whiteboard.ports import RoomStore
from tutorium.realtime.whiteboard.room import Room
from tutorium.realtime.whiteboard.writes import BoardWrites
from tutorium.runtime import Runtime

# Each may be a new element: applying and decoding so many takes 5 ms.
UPDATES_IN_TRANSACTION = 100


async def load_room(name: str, store: RoomStore, runtime: Runtime) -> Room:
    """Return the room as it is stored, with correct `meta`. Errors of the store pass through."""
    stored = await store.load(name)
    board = BoardDocument()
    for piece in _pieces(stored.updates):
        board.load(piece, name)
        await runtime.sleep(0)
    corrections = board.meta_corrections(stored.epoch)
    update = board.write(BoardWrites(meta=dict(corrections)), origin="load") if corrections else None
    if update is not None:
        await store.append(name, [update])
    room = Room(name, board, epoch=stored.epoch, store=store, runtime=runtime)
    room.log.rows_appended = len(stored.updates) + (update is not None)
    return room


def _pieces(updates: Sequence[bytes]) -> Iterator[list[bytes]]:
    piece: list[bytes] = []
    size = 0
    for update in updates:
        if piece and (size + len(update) > BYTES_IN_PIECE or len(piece) >= UPDATES_IN_TRANSACTION):
            yield piece
            piece, size = [], 0
        piece.append(update)
        size += len(update)
    if piece:
        yield piece
