"""Fan-out of a room: messages of one loop turn leave as one write per peer, framed once for all."""

import asyncio
from collections.abc import Collection

from tutorium.sockets.connection import Connection


class Outbox:
    """Collects frames for a room's connections and sends them when the loop turns."""

    def __init__(self, connections: Collection[Connection]) -> None:
        """Send to whatever `connections` holds at the moment of sending."""
        self._connections = connections
        self._frames: list[tuple[bytes, Connection | None]] = []
        self._handle: asyncio.Handle | None = None

    def put(self, frame: bytes, *, besides: Connection | None = None) -> None:
        """Queue an encoded frame for everybody, or for everybody but the one it came from."""
        self._frames.append((frame, besides))
        if self._handle is None:
            self._handle = asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Send what is queued now."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        frames, self._frames = self._frames, []
        if not frames:
            return
        shared = b"".join(frame for frame, _ in frames)
        senders = {besides.id for _, besides in frames if besides is not None}
        for connection in tuple(self._connections):
            if connection.id not in senders:
                connection.send_frame(shared)
            elif own := b"".join(frame for frame, besides in frames if besides is not connection):
                connection.send_frame(own)
