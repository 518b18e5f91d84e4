"""From an exception to an HTTP answer `{code, message, data?, request_id}`: what a client is told is decided here."""

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from tutorium.errors import RateLimitedError, TutoriumError

log = structlog.get_logger()

CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_too_slow",
    413: "too_large",
}

NO_JSON = "The body cannot be read as JSON. Check it, and send it with the header Content-Type: application/json."


def error_body(code: str, message: str, request_id: str | None, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return an error as clients get it."""
    body: dict[str, Any] = {"code": code, "message": message}
    if data:
        body["data"] = data
    if request_id:
        body["request_id"] = request_id
    return body


def install_error_answers(app: FastAPI) -> None:
    """Let `app` answer every exception by this module's rules."""
    app.add_exception_handler(TutoriumError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


def _request_id(request: Request) -> str | None:
    return request.scope.get("request_id")


async def _known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TutoriumError)
    headers: dict[str, str] = {}
    if isinstance(error, RateLimitedError) and "retry_after" in error.data:
        headers["Retry-After"] = str(error.data["retry_after"])
    if error.http_status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.http_status >= 500:
        log.warning("request failed", code=error.code, message=error.message)
    return JSONResponse(
        error_body(error.code, error.message, _request_id(request), error.data), error.http_status, headers=headers
    )


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return JSONResponse(error_body("bad_request", _sentence(error.errors()), _request_id(request)), 400)


def _sentence(errors: Sequence[Any]) -> str:
    """Say what is wrong with a request, field by field. What was sent is not repeated: it may be a password."""
    if any(one["type"] == "json_invalid" or tuple(one["loc"]) == ("body",) for one in errors):
        return NO_JSON
    return "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in errors) + "."


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = CODES.get(error.status_code, "internal" if error.status_code >= 500 else "bad_request")
    headers = dict(error.headers or {})
    match error.status_code:
        case 404:
            message = f"There is nothing at {request.url.path}."
        case 405:
            allowed = headers.get("allow") or headers.get("Allow") or "another method"
            message = f"{request.method} does not work at {request.url.path}. Use {allowed}."
        case 400:
            message = NO_JSON
        case _:
            message = str(error.detail)
    return JSONResponse(error_body(code, message, _request_id(request)), error.status_code, headers=headers)


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    log.error("request failed unexpectedly", exc_info=error)
    return JSONResponse(error_body(TutoriumError.code, TutoriumError().message, _request_id(request)), 500)
