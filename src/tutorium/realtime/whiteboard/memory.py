"""A room store in memory: for tests, and for trying a board out without a database."""

from collections.abc import Sequence

from tutorium.realtime.whiteboard.ports import StoredRoom


class MemoryRoomStore:
    """Keeps rooms for as long as the process lives."""

    def __init__(self) -> None:
        """Begin with no rooms."""
        self._rooms: dict[str, tuple[list[bytes], int]] = {}

    async def load(self, room: str) -> StoredRoom:
        """Return what is kept; an empty room has no updates and epoch 0."""
        updates, epoch = self._rooms.get(room, ([], 0))
        return StoredRoom(updates=tuple(updates), epoch=epoch)

    async def append(self, room: str, updates: Sequence[bytes]) -> None:
        """Keep `updates` after all earlier ones."""
        self._rooms.setdefault(room, ([], 0))[0].extend(updates)

    async def compact(self, room: str, snapshot: Sequence[bytes], epoch: int) -> None:
        """Replace everything kept for the room."""
        self._rooms[room] = (list(snapshot), epoch)
