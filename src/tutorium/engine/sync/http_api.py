"""The Convex HTTP API: one-shot calls of functions. Errors of functions are answers; only a bad request has another status."""

from collections.abc import Awaitable, Callable

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from tutorium.engine.errors import FunctionNotFoundError
from tutorium.engine.functions.auth import Authenticator
from tutorium.engine.functions.calls import Calls
from tutorium.engine.functions.outcome import Caller, Outcome
from tutorium.engine.sync.http_answers import (
    Batch,
    error_answer,
    function_result,
    json_answer,
    preflight_answer,
    refused_answer,
    with_cors,
)
from tutorium.engine.sync.http_requests import (
    BadBodyError,
    CallBody,
    arguments_in,
    call_of_query_string,
    caller_of,
    decode_batch,
    decode_call,
    decode_call_at,
    decode_run,
    format_of,
    function_path,
    read_body,
)
from tutorium.engine.sync.settings import SyncSettings
from tutorium.engine.sync.timestamps import MalformedTimestampError, decode_ts, encode_ts
from tutorium.engine.values.json_encoding import JsonFormat
from tutorium.errors import TutoriumError

Handler = Callable[[Request], Awaitable[Response]]

_log = structlog.get_logger()


class _Timestamp(msgspec.Struct, frozen=True):
    ts: str


def open_to_browsers(handler: Handler) -> Handler:
    """Wrap a handler: preflights are answered, errors become `{code, message}`, and pages of any origin may read the answer."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return preflight_answer(request)
        try:
            response = await handler(request)
        except TutoriumError as error:
            response = error_answer(error)
        except HTTPException as error:
            # what stands before us refuses in the middle of a body
            response = refused_answer(error)
        except Exception:
            _log.exception("http_api.failed", path=request.url.path)
            response = error_answer(TutoriumError())
        return with_cors(request, response)

    return answer


class HttpApi:
    """The routes of one engine."""

    def __init__(self, calls: Calls, authenticator: Authenticator, settings: SyncSettings, version: str) -> None:
        """Call functions with `calls`; `version` is what `/version` says."""
        self._calls = calls
        self._authenticator = authenticator
        self._settings = settings
        self._version = version

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        table: list[tuple[str, str, Handler]] = [
            ("/api/query", "GET POST", self._query),
            ("/api/mutation", "POST", self._mutation),
            ("/api/action", "POST", self._action),
            ("/api/function", "POST", self._function),
            ("/api/run/{path:path}", "POST", self._run),
            ("/api/query_ts", "POST", self._query_ts),
            ("/api/query_at_ts", "POST", self._query_at_ts),
            ("/api/query_batch", "POST", self._query_batch),
            ("/api/debug_event", "POST", self._debug_event),
            ("/version", "GET", self._say_version),
        ]
        return [
            Route(path, open_to_browsers(handler), methods=[*methods.split(), "OPTIONS"], include_in_schema=False)
            for path, methods, handler in table
        ]

    async def _query(self, request: Request) -> Response:
        call = call_of_query_string(request) if request.method == "GET" else await self._call_body(request)
        return await self._answer(request, call, self._calls.query)

    async def _mutation(self, request: Request) -> Response:
        return await self._answer(request, await self._call_body(request), self._calls.mutation)

    async def _action(self, request: Request) -> Response:
        return await self._answer(request, await self._call_body(request), self._calls.action)

    async def _function(self, request: Request) -> Response:
        return await self._answer(request, await self._call_body(request), self._call_any)

    async def _run(self, request: Request) -> Response:
        module, _, name = str(request.path_params["path"]).rpartition("/")
        if not module or not name:
            raise FunctionNotFoundError("The address names no function: /api/run/<module>/<function>.")
        body = decode_run(await read_body(request, self._settings.max_body_bytes))
        call = CallBody(path=f"{module}:{name}", args=body.args, format=body.format or "json")
        return await self._answer(request, call, self._call_any)

    async def _query_ts(self, request: Request) -> Response:
        return json_answer(_Timestamp(encode_ts(self._calls.newest_ts())))

    async def _query_at_ts(self, request: Request) -> Response:
        call = decode_call_at(await read_body(request, self._settings.max_body_bytes))
        try:
            at_ts = decode_ts(call.ts)
        except MalformedTimestampError as error:
            raise BadBodyError(f"`ts` is what query_ts answered: {error}") from error

        async def query_at(path: str, args_json: bytes, caller: Caller) -> Outcome:
            return await self._calls.query(path, args_json, caller, at_ts=at_ts)

        return await self._answer(request, call, query_at)

    async def _query_batch(self, request: Request) -> Response:
        batch = decode_batch(await read_body(request, self._settings.max_body_bytes), self._settings.max_batch)
        caller = await caller_of(request, self._authenticator)
        forms: list[JsonFormat] = [format_of(request, call.format) for call in batch.queries]
        asked = [(function_path(call), arguments_in(call.args)) for call in batch.queries]
        outcomes = await self._calls.queries(asked, caller)
        return json_answer(Batch([function_result(outcome, form) for outcome, form in zip(outcomes, forms, strict=True)]))

    async def _debug_event(self, request: Request) -> Response:
        return Response()

    async def _say_version(self, request: Request) -> Response:
        return PlainTextResponse(self._version)

    async def _call_body(self, request: Request) -> CallBody:
        return decode_call(await read_body(request, self._settings.max_body_bytes))

    async def _call_any(self, path: str, args_json: bytes, caller: Caller) -> Outcome:
        return (await self._calls.call(path, args_json, caller))[1]

    async def _answer(
        self, request: Request, call: CallBody, run: Callable[[str, bytes, Caller], Awaitable[Outcome]]
    ) -> Response:
        form = format_of(request, call.format)
        args_json = arguments_in(call.args)
        caller = await caller_of(request, self._authenticator)
        outcome = await run(function_path(call), args_json, caller)
        return json_answer(function_result(outcome, form))
