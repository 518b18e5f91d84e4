"""Requests of the HTTP API, read and checked: bodies, formats, who asks."""

from typing import TypeVar

import msgspec
from msgspec import Raw
from starlette.requests import ClientDisconnect, Request

from tutorium.engine.functions.auth import Authenticator
from tutorium.engine.functions.outcome import Caller
from tutorium.engine.sync.client_version import client_version
from tutorium.engine.sync.messages import path_of
from tutorium.engine.values.json_encoding import JsonFormat
from tutorium.errors import BadRequestError, NotSignedInError, TooLargeError


class BadBodyError(BadRequestError):
    """The body is not what this address takes. The message says what is wrong."""

    code = "bad_body"


class BodyTooLargeError(TooLargeError):
    """The body is larger than the server accepts. Upload files through an upload address instead."""

    code = "body_too_large"


class CallBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A function call. `args` is an object or an array of one; `format` names how values are written in the answer."""

    path: str
    args: Raw = Raw(b"{}")
    format: str | None = None
    component_path: str | None = None


class CallAtBody(CallBody, frozen=True, kw_only=True):
    """A query as of a timestamp."""

    ts: str


class RunBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call whose function is named in the address."""

    args: Raw = Raw(b"{}")
    format: str | None = None


class BatchBody(msgspec.Struct, frozen=True):
    """Several queries."""

    queries: list[CallBody]


T = TypeVar("T")

_FORMATS: dict[str, JsonFormat] = {
    "convex_encoded_json": "convex_encoded_json",
    "convex_json": "convex_encoded_json",
    "json": "json",
    "convex_clean_json": "json",
    "export_json": "export_json",
}


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Return the body. Raises BodyTooLargeError before more than `max_bytes` are in memory, BadBodyError when it breaks off."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > max_bytes:
        raise BodyTooLargeError
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                raise BodyTooLargeError
    except ClientDisconnect as error:
        raise BadBodyError("The request ended before its body did.") from error
    return bytes(body)


def decode_call(body: bytes) -> CallBody:
    """Read a call. Raises BadBodyError."""
    return _decode(body, CallBody)


def decode_call_at(body: bytes) -> CallAtBody:
    """Read a query as of a timestamp. Raises BadBodyError."""
    return _decode(body, CallAtBody)


def decode_run(body: bytes) -> RunBody:
    """Read a call without a path. Raises BadBodyError."""
    return _decode(body or b"{}", RunBody)


def decode_batch(body: bytes, max_queries: int) -> BatchBody:
    """Read several queries. Raises BadBodyError."""
    batch = _decode(body, BatchBody)
    if len(batch.queries) > max_queries:
        raise BadBodyError(f"A batch holds at most {max_queries} queries.")
    return batch


def call_of_query_string(request: Request) -> CallBody:
    """Read a call from `?path=&args=&format=`. Raises BadBodyError."""
    path = request.query_params.get("path")
    if path is None:
        raise BadBodyError("`path` names the function, such as messages:list.")
    args = request.query_params.get("args", "{}").encode()
    return CallBody(path=path, args=Raw(args), format=request.query_params.get("format"))


def arguments_in(args: Raw) -> bytes:
    """Return the object of arguments, which may come in an array of one. Raises BadBodyError."""
    text = bytes(args).strip()
    if not text.startswith(b"["):
        return text
    items = _decode(text, list[Raw])
    if len(items) > 1:
        raise BadBodyError("`args` is one object, or an array of one.")
    return bytes(items[0]) if items else b"{}"


def function_path(call: CallBody) -> str:
    """Return which function is meant."""
    return path_of(call.path, call.component_path)


def format_of(request: Request, named: str | None, default: JsonFormat | None = None) -> JsonFormat:
    """Return how values are written: as named, else as this client expects. Raises BadBodyError."""
    if named is None:
        return default or _FORMATS[client_version(request.headers).default_format]
    form = _FORMATS.get(named)
    if form is None:
        raise BadBodyError(f"`format` is one of {', '.join(sorted(_FORMATS))}.")
    return form


async def caller_of(request: Request, authenticator: Authenticator) -> Caller:
    """Return on whose behalf the request is made. Raises NotSignedInError for a token that is not good."""
    origin = f"{request.url.scheme}://{request.url.netloc}"
    header = request.headers.get("authorization")
    if header is None:
        return Caller(origin=origin)
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "convex":
        raise NotSignedInError("This server knows no admin keys.")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedInError("The Authorization header is not `Bearer <token>`.")
    return Caller(identity=await authenticator.authenticate(token.strip()), origin=origin)


def _decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except RecursionError as error:
        raise BadBodyError("The body is not as expected: it is nested too deeply.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBodyError(f"The body is not as expected: {error}") from error
