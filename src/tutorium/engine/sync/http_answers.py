"""Answers of the HTTP API: results of functions, errors of the server, and what lets browsers of other origins read them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal

import msgspec
from msgspec import UNSET, Raw, UnsetType
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tutorium.engine.functions.outcome import Failure, Outcome, Success
from tutorium.engine.values.json_encoding import JsonFormat, reformat
from tutorium.errors import BadRequestError, TooLargeError, TutoriumError

CORS_SECONDS = 86_400
CORS_METHODS = "GET, POST, OPTIONS, PATCH, DELETE, PUT"

REFUSED_CODES: Mapping[int, str] = {
    HTTPStatus.REQUEST_TIMEOUT: "request_too_slow",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TooLargeError.code,
}
"""The codes of requests that are refused while their body arrives."""

_encode = msgspec.json.Encoder().encode


class FunctionSucceeded(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The function returned `value`."""

    status: Literal["success"] = "success"
    value: Raw
    log_lines: tuple[str, ...]


class FunctionFailed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The function raised. Still status 200: the request was fine."""

    status: Literal["error"] = "error"
    error_message: str
    error_data: Raw | UnsetType = UNSET
    log_lines: tuple[str, ...]


class Batch(msgspec.Struct, frozen=True):
    """The results of several queries at one timestamp."""

    results: list[FunctionSucceeded | FunctionFailed]


class ServerError(msgspec.Struct, frozen=True):
    """The request could not be served."""

    code: str
    message: str


def function_result(outcome: Outcome, form: JsonFormat) -> FunctionSucceeded | FunctionFailed:
    """Return what a client is told of an outcome, values in the form it asked for."""
    match outcome:
        case Success():
            return FunctionSucceeded(value=Raw(reformat(outcome.value_json, form)), log_lines=outcome.log_lines)
        case Failure():
            data = UNSET if outcome.data_json is None else Raw(reformat(outcome.data_json, form))
            return FunctionFailed(error_message=outcome.message, error_data=data, log_lines=outcome.log_lines)


def json_answer(body: object, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON."""
    return Response(_encode(body), status_code=status, media_type="application/json", headers=headers)


def error_answer(error: TutoriumError) -> Response:
    """Return `{code, message}` with the status of the error."""
    return json_answer(ServerError(error.code, error.message), error.http_status)


def refused_answer(error: HTTPException) -> Response:
    """Return `{code, message}` for a request that was refused before it was whole."""
    code = REFUSED_CODES.get(error.status_code, BadRequestError.code)
    return json_answer(ServerError(code, str(error.detail)), error.status_code, error.headers)


def with_cors(request: Request, response: Response) -> Response:
    """Let pages of any origin read the answer: who may do what is decided by the token they send, never by a cookie."""
    origin = request.headers.get("origin")
    if origin is not None:
        response.headers["access-control-allow-origin"] = origin
        response.headers["access-control-allow-credentials"] = "true"
        response.headers["access-control-expose-headers"] = "content-length, content-range, accept-ranges, digest"
        response.headers.add_vary_header("origin")
    return response


def preflight_answer(request: Request) -> Response:
    """Answer a browser that asks whether it may call."""
    response = with_cors(request, Response(status_code=HTTPStatus.NO_CONTENT))
    response.headers["access-control-allow-methods"] = CORS_METHODS
    response.headers["access-control-max-age"] = str(CORS_SECONDS)
    asked = request.headers.get("access-control-request-headers")
    if asked is not None:
        response.headers["access-control-allow-headers"] = asked
    return response
