"""One connection on a board, and whether what it brings may be merged."""

from dataclasses import dataclass, field

from tutorium.realtime.whiteboard.awareness import Speaker
from tutorium.realtime.whiteboard.messages import is_empty_state_vector
from tutorium.realtime.whiteboard.ports import Participant
from tutorium.sockets.connection import Connection


@dataclass(slots=True, eq=False)
class Peer:
    """One connection in a room. `named_epoch` is what `?epoch=` said, 0 when it was absent."""

    connection: Connection
    participant: Participant
    named_epoch: int
    number: int = 0
    _is_current: bool = field(default=False)

    @property
    def speaker(self) -> Speaker:
        """The connection as presence sees it."""
        return Speaker(self.number, self.participant)

    @property
    def can_write(self) -> bool:
        """False for viewers: they watch."""
        return self.participant.role != "viewer"

    def admits_state(self, vector: bytes, epoch: int) -> bool:
        """Say whether a replica with this state vector may sync with a room of `epoch`.

        A replica that has seen nothing is current by definition; one that brings state must have named the epoch.
        """
        self._is_current = self._is_current or self.named_epoch == epoch or is_empty_state_vector(vector)
        return self._is_current

    def may_update(self, epoch: int) -> bool:
        """Say whether updates may be merged: before its first state vector only the named epoch vouches for a replica."""
        return self._is_current or self.named_epoch == epoch
