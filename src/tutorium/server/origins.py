"""Which web pages may use the auth routes: our own, and those of origins that the operator allows.

Those routes set and read a cookie, so a page of another site must neither sign its visitor in as somebody else nor read an
answer. The engine's routes take no cookie and speak for themselves; programs send no `Origin` and pass.
"""

from collections.abc import Sequence

import msgspec
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from tutorium.errors import ForbiddenError
from tutorium.server.error_answers import error_body
from tutorium.sockets.origin import is_allowed_origin

PREFIX = "/auth/"
CORS_MAX_AGE_SECONDS = 86_400


class OriginNotAllowedError(ForbiddenError):
    """Pages of this origin may not sign people in here. The operator can allow it with the setting `allowed_origins`."""

    code = "origin_not_allowed"


class AuthOrigins:
    """Stands before the application and looks at requests to the auth routes only."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        """Let pages of `allowed` in beside our own."""
        self._app = app
        self._allowed = tuple(allowed)
        self._open = CORSMiddleware(
            app,
            allow_origins=self._allowed,
            allow_credentials=True,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "Authorization"],
            max_age=CORS_MAX_AGE_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse a foreign page."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        server_origin = f"{scope['scheme']}://{headers.get('host', '')}"
        if is_allowed_origin(headers.get("origin"), server_origin, self._allowed):
            await self._open(scope, receive, send)
        else:
            await _refuse(scope, send)


async def _refuse(scope: Scope, send: Send) -> None:
    error = OriginNotAllowedError()
    body = msgspec.json.encode(error_body(error.code, error.message, scope.get("request_id")))
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": error.http_status, "headers": head})
    await send({"type": "http.response.body", "body": body})
