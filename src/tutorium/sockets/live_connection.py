"""One open WebSocket: the `Connection` that channels hold, whichever library carries it.

The way of a connection::

    OPENING ──the channel took it in──▶ OPEN ──close() or the peer's close frame──▶ CLOSING ──transport gone──▶ OVER
       └──────────────the channel turned it away, or the peer left──────────────────────▲

Invariants: messages are handed on in order, never after CLOSING has begun; the handler's `on_closed` is called once, from a
turn of the loop of its own, so that a channel may close a connection in the middle of a loop over all of them; nothing is
written after a close frame; what waits for a reader is at most `max_unread_bytes` and the largest message on its way.
"""

import asyncio
import random
import secrets
from collections import deque
from collections.abc import Callable
from enum import IntEnum

import structlog

from tutorium.sockets.carrier import Carrier
from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import SocketHandler, UpgradeRequest
from tutorium.sockets.flushing import Flusher
from tutorium.sockets.frames import (
    NO_STATUS,
    FrameError,
    MessageAssembler,
    Opcode,
    decode_close,
    encode_close,
    encode_frame,
    encode_ping,
    encode_pong,
)
from tutorium.sockets.limits import SocketSettings
from tutorium.sockets.metrics import SocketMetrics
from tutorium.sockets.upgrade import SocketRoute

_log = structlog.get_logger()

LINGER_SECONDS = 0.1
"""Between the close frame after a broken protocol and the end of the transport."""


class _State(IntEnum):
    OPENING = 0
    OPEN = 1
    CLOSING = 2
    OVER = 3


class LiveConnection:
    """See `Connection`. The methods below the line are for the adapter that carries it."""

    def __init__(
        self,
        carrier: Carrier,
        request: UpgradeRequest,
        route: SocketRoute,
        *,
        settings: SocketSettings,
        metrics: SocketMetrics,
        flusher: Flusher,
    ) -> None:
        """Begin as OPENING; nothing happens before `start`."""
        self.id = secrets.token_hex(8)
        self.request = request
        self.route = route
        self._carrier = carrier
        self._settings = settings
        self._metrics = metrics
        self._flusher = flusher
        self._loop = asyncio.get_running_loop()
        self._state = _State.OPENING
        self._handler: SocketHandler | None = None
        self._assembler = MessageAssembler(route.endpoint.max_message_bytes)
        # Going out: frames of this turn, their size, what the carrier held when the first of them came, and the largest frame
        # since everything was sent.
        self._queue: list[bytes] = []
        self._queued_bytes = 0
        self._unread_bytes = 0
        self._largest_bytes = 0
        self._is_paused = False
        self._on_drained: list[Callable[[], None]] = []
        # Coming in while the channel decides.
        self._waiting: deque[bytes | str] = deque()
        self._waiting_bytes = 0
        # Signs of life since the last beat.
        self._has_heard = True
        self._has_sent = True
        self._silent_seconds = 0.0
        self._timers: list[asyncio.TimerHandle] = []
        self._beat_timer: asyncio.TimerHandle | None = None
        self._end: tuple[int, str] | None = None

    @property
    def is_open(self) -> bool:
        """False once either side has begun to close."""
        return self._state < _State.CLOSING

    def send(self, message: bytes | str) -> None:
        """Queue one whole message."""
        if self._state < _State.CLOSING:
            self.send_frame(encode_frame(message))

    def send_frame(self, frame: bytes) -> None:
        """Queue encoded frames."""
        if self._state >= _State.CLOSING:
            return
        size = len(frame)
        if not self._queue:
            self._unread_bytes = self._carrier.buffered_bytes()
            if self._unread_bytes == 0:
                self._largest_bytes = 0
            self._flusher.add(self)
        waiting = self._unread_bytes + self._queued_bytes
        if waiting > self._settings.max_unread_bytes + self._largest_bytes:
            self._queue.clear()
            self._queued_bytes = 0
            _log.info("socket.slow_reader", connection=self.id, route=self.route.pattern, unread_bytes=waiting)
            self.close(CloseCode.TRY_AGAIN_LATER, "slow_reader")
            return
        self._largest_bytes = max(self._largest_bytes, size)
        self._queue.append(frame)
        self._queued_bytes += size

    def buffered_bytes(self) -> int:
        """Return how many bytes wait to be read by the other side."""
        return self._queued_bytes + (self._carrier.buffered_bytes() if self._state < _State.OVER else 0)

    def when_drained(self, callback: Callable[[], None]) -> None:
        """Call back once little waits."""
        if self._state >= _State.CLOSING or (not self._is_paused and self._queued_bytes <= self._settings.drained_bytes):
            self._loop.call_soon(callback)
        else:
            self._on_drained.append(callback)

    def close(self, code: int, reason: str = "") -> None:
        """Send what is queued, then start the closing handshake."""
        if self._state >= _State.CLOSING:
            return
        self.flush()
        self._carrier.write(encode_close(code, reason))
        self._begin_to_close(code, reason)
        self._timers.append(self._loop.call_later(self._settings.close_seconds, self._carrier.abort))

    # ---- for the carrier ----

    async def start(self) -> None:
        """Ask the channel for a handler, then hand on what has arrived meanwhile."""
        if self._state is not _State.OPENING:
            return
        settings = self._settings
        time_limit = self._loop.call_later(settings.open_seconds, self._open_timed_out)
        # Spread, so that connections that came together do not all beat at once.
        self._beat_timer = self._loop.call_later(settings.ping_seconds * random.uniform(0.5, 1.0), self._beat)
        try:
            handler = await self.route.endpoint.open(self)
        except Exception:
            _log.exception("socket.open_failed", connection=self.id, route=self.route.pattern)
            self.close(CloseCode.INTERNAL_ERROR, "internal")
            return
        finally:
            time_limit.cancel()
        if handler is None:
            # The channel has closed the connection; should it have forgotten to, nobody would ever answer here.
            self.close(CloseCode.POLICY_VIOLATION, "refused")
            return
        self._handler = handler
        if self._state is not _State.OPENING:
            self._tell_closed()
            return
        self._state = _State.OPEN
        while self._waiting and self._state is _State.OPEN:
            self._hand_on(self._waiting.popleft())
        if self._waiting_bytes > settings.max_waiting_bytes:
            self._carrier.resume_reading()
        self._waiting_bytes = 0

    def flush(self) -> None:
        """Write what is queued, in one go."""
        queue = self._queue
        if not queue or self._state >= _State.CLOSING:
            return
        data = queue[0] if len(queue) == 1 else b"".join(queue)
        queue.clear()
        self._queued_bytes = 0
        self._has_sent = True
        self._carrier.write(data)
        self._metrics.sent(self.route.pattern, len(data))
        if self._on_drained and not self._is_paused:
            self._tell_drained()

    def receive(self, opcode: int, is_final: bool, payload: bytes) -> None:
        """Take one frame whose header was found right."""
        self._has_heard = True
        if self._state >= _State.CLOSING:
            if opcode == Opcode.CLOSE:
                # The answer to ours: the handshake is complete.
                self._carrier.end()
            return
        try:
            if opcode >= Opcode.CLOSE:
                self._receive_control(opcode, payload)
                return
            message = self._assembler.take(opcode, is_final, payload)
        except FrameError as error:
            self.fail(error)
            return
        if message is not None:
            self._metrics.received(self.route.pattern, len(message))
            self._receive_message(message)

    def fail(self, error: FrameError) -> None:
        """The peer broke the protocol: say so and close."""
        _log.info(
            "socket.protocol_error", connection=self.id, route=self.route.pattern, code=int(error.code), reason=error.reason
        )
        if self._state < _State.CLOSING:
            self.close(error.code, error.reason)
            # What comes now cannot be understood, the answer to the close frame included. Not at once: ending with unread input
            # resets the connection, and the peer might never see why.
            self._timers.append(self._loop.call_later(LINGER_SECONDS, self._carrier.end))

    def writing_paused(self) -> None:
        """The carrier's buffer is above its upper mark."""
        self._is_paused = True

    def writing_resumed(self) -> None:
        """The carrier's buffer is below its lower mark again."""
        self._is_paused = False
        self._tell_drained()

    def lost(self, code: int = CloseCode.ABNORMAL, reason: str = "") -> None:
        """The transport is gone; `code` is what was said, if anything."""
        if self._state is _State.OVER:
            return
        if self._state < _State.CLOSING:
            self._begin_to_close(code, reason)
        self._state = _State.OVER
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self._metrics.closed(self.route.pattern, self._end[0] if self._end else code)

    def say_farewell(self) -> None:
        """Close as the route wants it on shutdown."""
        self.close(self.route.farewell.code, self.route.farewell.reason)

    # ---- inside ----

    def _receive_control(self, opcode: int, payload: bytes) -> None:
        if opcode == Opcode.PING:
            self.send_frame(encode_pong(payload))
        elif opcode == Opcode.CLOSE:
            code, reason = decode_close(payload)
            self.flush()
            self._carrier.write(encode_close(code))
            self._begin_to_close(code, reason)
            self._carrier.end()
            # A peer that reads nothing more would keep the transport for ever.
            self._timers.append(self._loop.call_later(self._settings.close_seconds, self._carrier.abort))

    def _receive_message(self, message: bytes | str) -> None:
        if self._state is _State.OPEN:
            self._hand_on(message)
            return
        self._waiting.append(message)
        before, limit = self._waiting_bytes, self._settings.max_waiting_bytes
        # Each message counts for something, or a million empty ones would be free.
        self._waiting_bytes = before + len(message) + 64
        if before <= limit < self._waiting_bytes:
            self._carrier.pause_reading()

    def _hand_on(self, message: bytes | str) -> None:
        handler = self._handler
        assert handler is not None
        try:
            handler.on_message(message)
        except Exception:
            _log.exception("socket.handler_failed", connection=self.id, route=self.route.pattern)
            self.close(CloseCode.INTERNAL_ERROR, "internal")

    def _begin_to_close(self, code: int, reason: str) -> None:
        self._state = _State.CLOSING
        self._end = (int(code), reason)
        self._queue.clear()
        self._queued_bytes = 0
        self._waiting.clear()
        if self._waiting_bytes > self._settings.max_waiting_bytes:
            # The peer's answer to the close frame is behind what was not read.
            self._carrier.resume_reading()
        if self._beat_timer is not None:
            self._beat_timer.cancel()
        self._tell_drained()
        self._loop.call_soon(self._tell_closed)

    def _tell_closed(self) -> None:
        handler, self._handler = self._handler, None
        if handler is None:
            return
        code, reason = self._end or (NO_STATUS, "")
        try:
            handler.on_closed(code, reason)
        except Exception:
            _log.exception("socket.handler_failed", connection=self.id, route=self.route.pattern)

    def _tell_drained(self) -> None:
        callbacks, self._on_drained = self._on_drained, []
        for callback in callbacks:
            self._loop.call_soon(callback)

    def _open_timed_out(self) -> None:
        if self._state is _State.OPENING:
            _log.warning("socket.open_timed_out", connection=self.id, route=self.route.pattern)
            self.close(CloseCode.TRY_AGAIN_LATER, "open_timed_out")

    def _beat(self) -> None:
        settings = self._settings
        self._silent_seconds = 0.0 if self._has_heard else self._silent_seconds + settings.ping_seconds
        if self._silent_seconds >= settings.silent_seconds:
            _log.info("socket.silent", connection=self.id, route=self.route.pattern)
            self._carrier.abort()
            return
        if not (self._has_heard and self._has_sent):
            self.send_frame(encode_ping())
        self._has_heard = self._has_sent = False
        self._beat_timer = self._loop.call_later(settings.ping_seconds, self._beat)
