"""uvicorn's HTTP protocol with an end to what a request's head may be, and refusals in our own form.

uvicorn's parser takes heads of any size and waits for them for ever; what is no HTTP it answers in plain text without headers.
"""

import asyncio
from http import HTTPStatus
from typing import Any, Final, cast

import msgspec
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from tutorium.errors import BadRequestError
from tutorium.server.error_answers import error_body
from tutorium.server.security_headers import SECURITY_HEADERS

_log = structlog.get_logger("tutorium.http")

MAX_HEAD_BYTES: Final = 64 * 1024
"""Address and headers. A token has a kilobyte or two, the arguments of a query in an address some more."""

MAX_HEADERS: Final = 200
"""Browsers send some 20, proxies add a few."""

HEAD_SECONDS: Final = 30.0
"""How long a head may take from the connection or its first byte on. Browsers open connections before they need them."""


class HeadTooLargeError(BadRequestError):
    """The address or the headers of the request are too long. Send arguments in the body, and fewer or shorter headers."""

    code = "head_too_large"
    http_status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


class HeadTooSlowError(BadRequestError):
    """The request did not begin in time. Check the connection and send it again."""

    code = "request_too_slow"
    http_status = HTTPStatus.REQUEST_TIMEOUT


class NotHttpError(BadRequestError):
    """This is no HTTP request that can be read here. If the address begins with https://, try http://."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """One connection. Its head is open from the beginning, or the end of a request, until the next headers are complete."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Take what uvicorn passes."""
        super().__init__(*arguments, **named)
        self._is_head_open = True
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._refusal: BadRequestError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Wait for the first head."""
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_timed_out)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to an open head, whole or not: the parser keeps all of it."""
        if self._refusal is not None:
            return
        if self._is_head_open:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._is_head_open and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(HeadTooLargeError())

    def on_message_begin(self) -> None:
        """A head begins; on a connection that was kept, its time does too."""
        super().on_message_begin()
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_timed_out)

    def on_headers_complete(self) -> None:
        """Close the head, or refuse it when it is too large."""
        self._stop_timer()
        self._is_head_open = False
        if len(self.headers) > MAX_HEADERS or (self._head_bytes > MAX_HEAD_BYTES and self._size() > MAX_HEAD_BYTES):
            self._refusal = HeadTooLargeError()
            # the parser hands this on as an error of its own, which is answered with `send_400_response`
            raise self._refusal
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next head may begin."""
        super().on_message_complete()
        self._is_head_open = True
        self._head_bytes = 0

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser refused in our form."""
        del msg
        self._refuse(self._refusal or NotHttpError())

    def _size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _head_timed_out(self) -> None:
        self._head_timer = None
        if self._head_bytes:
            self._refuse(HeadTooSlowError())
        else:
            self.transport.close()

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, error: BadRequestError) -> None:
        self._refusal = error
        self._stop_timer()
        _log.info("request refused", code=error.code, status=int(error.http_status))
        cycle = cast("RequestResponseCycle | None", self.cycle)
        is_busy = cycle is not None and not cycle.response_complete
        # an answer that is on its way must not be mixed with this one
        if cycle is None or not is_busy or not cycle.response_started:
            self.transport.write(_answer(error))
        if cycle is not None and is_busy:
            cycle.disconnected = True
            cycle.message_event.set()
        self.transport.close()


def _answer(error: BadRequestError) -> bytes:
    status = HTTPStatus(error.http_status)
    body = msgspec.json.encode(error_body(error.code, error.message, None))
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
        *SECURITY_HEADERS,
    ]
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() + lines + b"\r\n" + body
