"""What a room needs from the application: who may enter, and where updates and files are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from tutorium.sockets.connection import UpgradeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Who is on the other end of a board socket. Viewers' document updates are ignored; their awareness is relayed."""

    user: str
    name: str
    role: Literal["owner", "editor", "viewer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRoom:
    """A board as it is kept: Yjs updates to apply in order (snapshot pieces first, then the log), and its epoch."""

    updates: Sequence[bytes]
    epoch: int


class RoomAccess(Protocol):
    """Decides who may enter which room."""

    async def authorize(self, room: str, request: UpgradeRequest) -> Participant:
        """Return the participant, or raise NotSignedInError, ForbiddenError or NotFoundError."""
        ...


class RoomStore(Protocol):
    """The durable log of every room. Every call returns only when its effect is durable."""

    async def load(self, room: str) -> StoredRoom:
        """Return what is kept; an empty room has no updates and epoch 0."""
        ...

    async def append(self, room: str, updates: Sequence[bytes]) -> None:
        """Keep `updates` after all earlier ones, all or nothing."""
        ...

    async def compact(self, room: str, snapshot: Sequence[bytes], epoch: int) -> None:
        """Replace everything kept for the room by `snapshot` (updates of at most 200 elements each) under `epoch`."""
        ...
