"""What one client is told: encodes, sends, remembers when, and says why it hangs up."""

from collections.abc import Callable

from tutorium.engine.sync.messages import AuthError, FatalError, Ping, ServerMessage, encode_server_message
from tutorium.runtime import Runtime
from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import Connection
from tutorium.sockets.frames import encode_text_frame

INTERNAL_SERVER_ERROR = "InternalServerError"
"""Clients come back after about a second when a close reason begins with this."""


class Speaker:
    """The way out of one sync connection. After a goodbye nothing is sent."""

    def __init__(self, connection: Connection, runtime: Runtime) -> None:
        """Speak through `connection`."""
        self._connection = connection
        self._runtime = runtime
        self.spoke_at = runtime.monotonic()

    @property
    def is_open(self) -> bool:
        """False once either side has begun to close."""
        return self._connection.is_open

    def say(self, message: ServerMessage) -> None:
        """Send a message."""
        self.say_text(encode_server_message(message))

    def say_text(self, text: bytes) -> None:
        """Send a message that is encoded already. As a frame, so that large results are not decoded to be encoded again."""
        self.spoke_at = self._runtime.monotonic()
        self._connection.send_frame(encode_text_frame(text))

    def ping_if_silent(self, seconds: float) -> None:
        """Send a Ping when nothing was said for that long."""
        if self._runtime.monotonic() - self.spoke_at >= seconds:
            self.say(Ping())

    def when_drained(self, callback: Callable[[], None]) -> None:
        """Call back once the client has taken most of what was said: at once when nothing waits, which is nearly always."""
        if self._connection.buffered_bytes() == 0:
            callback()
        else:
            self._connection.when_drained(callback)

    def end_violation(self, reason: str) -> None:
        """The client broke the protocol."""
        self.say(FatalError(error=reason))
        self._connection.close(CloseCode.PROTOCOL_ERROR, "FatalError")

    def end_unauthenticated(self, reason: str, *, identity_version: int, was_update: bool) -> None:
        """The token is not good: a new one when `was_update`, else the one in use, which has expired."""
        self.say(AuthError(error=reason, base_version=identity_version, auth_update_attempted=was_update))
        self._connection.close(CloseCode.NORMAL, "AuthError")

    def end_overloaded(self, reason: str) -> None:
        """The client asks for too much at once; it comes back later and asks again."""
        self._connection.close(CloseCode.TRY_AGAIN_LATER, reason)

    def end_broken(self) -> None:
        """Something is wrong on our side; the client comes back."""
        self._connection.close(CloseCode.INTERNAL_ERROR, INTERNAL_SERVER_ERROR)
