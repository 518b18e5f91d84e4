"""What every HTTP request passes on its way in and out: an id, limits, security headers, a log line, metrics.

Plain ASGI, because the framework's middleware classes buffer bodies and make a task for each request.
"""

import asyncio
import re
import time
from collections.abc import Iterable

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tutorium.app.auth import RateLimit
from tutorium.errors import BadRequestError, RateLimitedError, TooLargeError, TutoriumError
from tutorium.runtime import Runtime
from tutorium.server import metrics
from tutorium.server.error_answers import error_body
from tutorium.server.logging import HIDDEN
from tutorium.server.security_headers import SECURITY_HEADERS

log = structlog.get_logger("tutorium.http")

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
"""A request id given by a proxy is kept if it looks like one; anything else would let callers write into the log."""

CLIENT_GONE = 499
"""Logged when nobody was left to answer, as nginx does."""

BODY_SECONDS = 120.0
"""How long the body of a request may take, as an upload may: a slow network has time, a caller that trickles does not."""

SECRET_PATHS = re.compile(r"(/join|/api/storage)/(?!upload$).+")
"""Whoever knows such an address may use it: an invitation, a file."""

QUIET_ROUTES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines; logged only at debug level."""


class RequestTooSlowError(BadRequestError):
    """The body of the request did not arrive in time. Check the connection and send it again."""

    code = "request_too_slow"
    http_status = 408


class Door:
    """The outermost ASGI application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        runtime: Runtime,
        limit: RateLimit,
        max_body_bytes: int,
        routes: Iterable[BaseRoute],
        unlimited_bodies: Iterable[str] = (),
    ) -> None:
        """Guard `app`, which has `routes`. Paths in `unlimited_bodies` limit their bodies themselves (uploads)."""
        self._app = app
        self._runtime = runtime
        self._limit = limit
        self._max_body_bytes = max_body_bytes
        self._names = metrics.RouteNames(routes)
        self._unlimited = frozenset(unlimited_bodies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP is passed on untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._request_id(scope)
        scope["request_id"] = request_id
        answer = _Answer(send, request_id)
        started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        metrics.IN_FLIGHT.inc()
        try:
            await self._guarded(scope, receive, answer)
        finally:
            metrics.IN_FLIGHT.dec()
            _record(scope, self._names.of(scope), answer.status or CLIENT_GONE, time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("request_id")

    async def _guarded(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            self._limit.take(scope["client"][0] if scope.get("client") else "")
            if scope["path"] not in self._unlimited:
                receive = self._bounded(scope, receive)
        except TutoriumError as error:
            await _refuse(error, answer, scope["request_id"])
            return
        await self._app(scope, receive, answer)

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        length = dict(scope["headers"]).get(b"content-length", b"")
        if length.isdigit() and int(length) > self._max_body_bytes:
            raise TooLargeError(limit_bytes=self._max_body_bytes)
        taken = 0
        is_whole = False
        loop = asyncio.get_running_loop()
        deadline = loop.time() + BODY_SECONDS

        async def bounded() -> Message:
            nonlocal taken, is_whole
            if is_whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise _of_framework(RequestTooSlowError()) from None
            is_whole = not message.get("more_body", False)
            taken += len(message.get("body", b""))
            if taken > self._max_body_bytes:
                raise _of_framework(TooLargeError())
            return message

        return bounded

    def _request_id(self, scope: Scope) -> str:
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        return given.decode() if REQUEST_ID.fullmatch(given) else self._runtime.random_bytes(8).hex()


class _Answer:
    """Passes messages on, adds our headers to the first, and remembers the status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: list[tuple[bytes, bytes]] = list(message.get("headers", []))
            present = {name.lower() for name, _ in headers}
            headers += [(name, value) for name, value in SECURITY_HEADERS if name not in present]
            headers.append((b"x-request-id", self._request_id.encode()))
            message = {**message, "headers": headers}
        await self._send(message)


def _of_framework(error: TutoriumError) -> HTTPException:
    """Return what the framework lets out of its reader of bodies: only its own exceptions."""
    return HTTPException(error.http_status, error.message)


async def _refuse(error: TutoriumError, answer: _Answer, request_id: str) -> None:
    metrics.REFUSED.labels(error.code).inc()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    if isinstance(error, RateLimitedError):
        headers.append((b"retry-after", str(error.data.get("retry_after", 1)).encode()))
    body = msgspec.json.encode(error_body(error.code, error.message, request_id, error.data))
    headers.append((b"content-length", str(len(body)).encode()))
    await answer({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await answer({"type": "http.response.body", "body": body})


def _record(scope: Scope, route: str, status: int, seconds: float) -> None:
    metrics.observe_request(method=scope["method"], route=route, status=status, seconds=seconds)
    level = log.debug if route in QUIET_ROUTES else log.info
    # the path only: a query string may carry a token
    path = SECRET_PATHS.sub(rf"\1/{HIDDEN}", scope["path"])
    level("request", method=scope["method"], path=path, status=status, ms=round(seconds * 1000, 1))
