"""The rooms' durable log on the engine's tables."""

from collections.abc import Iterator, Sequence

from tutorium.app.boards import update_log
from tutorium.engine import Engine
from tutorium.realtime.whiteboard import StoredRoom

MAX_WRITTEN_BYTES = 8 * 1024 * 1024
MAX_WRITTEN_UPDATES = 2_000
"""Of one transaction: below the engine's limits, whatever the updates' sizes."""
READ_ATTEMPTS = 5


class EngineRoomStore:
    """Implements `RoomStore`: every call returns when its effect is durable."""

    def __init__(self, engine: Engine) -> None:
        """Keep boards in the tables of `engine`, whose registry must have this feature."""
        self._engine = engine

    async def load(self, room: str) -> StoredRoom:
        """Return what is kept; an empty room has no updates and epoch 0."""
        for _ in range(READ_ATTEMPTS - 1):
            try:
                return await self._load(room)
            except update_log.ReplacedWhileReadError:
                continue
        return await self._load(room)

    async def _load(self, room: str) -> StoredRoom:
        updates: list[bytes] = []
        pending: list[bytes] = []
        generation: int | None = None
        after = 0
        while True:
            page = await self._engine.run_query(update_log.read_log, room=room, generation=generation, after=after)
            for row in page.rows:
                pending.append(row.data)
                if not row.continues:
                    updates.append(pending[0] if len(pending) == 1 else b"".join(pending))
                    pending = []
            if not page.rows:
                return StoredRoom(updates=updates, epoch=page.epoch)
            generation, after = page.generation, page.rows[-1].seq

    async def append(self, room: str, updates: Sequence[bytes]) -> None:
        """Keep `updates` after all earlier ones, all or nothing."""
        if updates:
            await self._engine.run_mutation(update_log.append_updates, room=room, updates=tuple(updates))

    async def compact(self, room: str, snapshot: Sequence[bytes], epoch: int) -> None:
        """Replace everything kept for the room by `snapshot` under `epoch`; a crash leaves the one or the other."""
        generation = 1 + await self._engine.run_query(update_log.newest_generation, room=room)
        for piece in _in_transactions(snapshot):
            await self._engine.run_mutation(update_log.append_beside, room=room, generation=generation, updates=tuple(piece))
        await self._engine.run_mutation(update_log.turn_head, room=room, generation=generation, epoch=epoch)
        while await self._engine.run_mutation(update_log.remove_old_generations, room=room):
            pass


def _in_transactions(updates: Sequence[bytes]) -> Iterator[list[bytes]]:
    piece: list[bytes] = []
    size = 0
    for update in updates:
        if piece and (size + len(update) > MAX_WRITTEN_BYTES or len(piece) >= MAX_WRITTEN_UPDATES):
            yield piece
            piece, size = [], 0
        piece.append(update)
        size += len(update)
    if piece:
        yield piece
