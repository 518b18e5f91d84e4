"""`/ws/board/{session}`: the y-websocket protocol, so that any Yjs provider of that family works unchanged."""

from typing import Literal

from tutorium.errors import RateLimitedError, TutoriumError
from tutorium.realtime.rate_limit import RateLimit
from tutorium.realtime.refusal import close_code_of, close_reason_of
from tutorium.realtime.whiteboard.document import MalformedUpdateError
from tutorium.realtime.whiteboard.messages import MalformedMessageError
from tutorium.realtime.whiteboard.peer import Peer
from tutorium.realtime.whiteboard.ports import RoomAccess
from tutorium.realtime.whiteboard.room import Room
from tutorium.realtime.whiteboard.room_registry import RoomRegistry
from tutorium.runtime import Runtime
from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import Connection

# A whole large board as one answer of a browser that was offline; anything larger is uploaded, not drawn.
MAX_FRAME_BYTES = 8 * 1024 * 1024

# Far above a hand that draws (60 a second) and what a full room's presence makes one page echo; still an end to a flood.
MESSAGES_PER_SECOND = 20_000.0
BURST = 100_000

# Names no epoch at all: only a replica that has seen nothing is admitted.
_NO_EPOCH = -1


class BoardEndpoint:
    """Takes people into rooms: asks who they are, then hands every message to the room."""

    max_message_bytes = MAX_FRAME_BYTES

    def __init__(self, rooms: RoomRegistry, access: RoomAccess) -> None:
        """Let in whom `access` lets in."""
        self._rooms = rooms
        self._access = access

    async def open(self, connection: Connection) -> "BoardHandler | None":
        """Authorize and join, or close with 4401, 4403, 4404 or 1013 (the board cannot be opened right now)."""
        name = connection.request.params["session"]
        try:
            participant = await self._access.authorize(name, connection.request)
            peer = Peer(connection, participant, _named_epoch(connection.request.query.get("epoch")))
            room = await self._rooms.join(name, peer)
        except TutoriumError as error:
            connection.close(close_code_of(error), close_reason_of(error))
            return None
        if not connection.is_open:
            room.leave(peer)
            return None
        rate = RateLimit(self._rooms.runtime.monotonic(), burst=BURST, per_second=MESSAGES_PER_SECOND)
        return BoardHandler(room, peer, rate, self._rooms.runtime)


class BoardHandler:
    """One connection's side of a room."""

    def __init__(self, room: Room, peer: Peer, rate: RateLimit, runtime: Runtime) -> None:
        """Speak for `peer`, which has joined `room` and may send as much as `rate` allows."""
        self._room = room
        self._peer = peer
        self._rate = rate
        self._runtime = runtime

    @property
    def user(self) -> str:
        """Who is on the other side."""
        return self._peer.participant.user

    @property
    def role(self) -> Literal["owner", "editor", "viewer"]:
        """What they were admitted as."""
        return self._peer.participant.role

    def on_message(self, message: bytes | str) -> None:
        """Hand a binary message to the room; close on a flood, and on anything that is not y-protocols."""
        if not self._rate.take(self._runtime.monotonic()):
            # Nothing is lost: the replica brings it all back when it returns.
            self._peer.connection.close(CloseCode.TRY_AGAIN_LATER, RateLimitedError.code)
            return
        if isinstance(message, str):
            self._peer.connection.close(CloseCode.UNSUPPORTED_DATA, "binary_only")
            return
        try:
            self._room.receive(self._peer, message)
        except (MalformedMessageError, MalformedUpdateError) as error:
            self._peer.connection.close(CloseCode.PROTOCOL_ERROR, close_reason_of(error))
        except TutoriumError as error:
            self._peer.connection.close(close_code_of(error), close_reason_of(error))

    def on_closed(self, code: int, reason: str) -> None:
        """Leave the room."""
        self._room.leave(self._peer)


def _named_epoch(text: str | None) -> int:
    if text is None:
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else _NO_EPOCH
