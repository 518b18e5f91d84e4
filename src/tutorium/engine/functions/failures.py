"""From an exception to what a client is told."""

import structlog

from tutorium.engine.errors import FunctionNotFoundError, InvalidCursorError, InvalidValueError, SchemaError
from tutorium.engine.functions.outcome import Failure
from tutorium.engine.values.json_encoding import encode
from tutorium.errors import TutoriumError
from tutorium.runtime import Runtime

_log = structlog.get_logger()


def failure(
    error: Exception, path: str, runtime: Runtime, *, log_lines: tuple[str, ...] = (), journal: str | None = None, ts: int = 0
) -> Failure:
    """Return the failure for what a function, its guard or its validation raised.

    A TutoriumError travels as data `{code, message, ...}`; of anything unforeseen a client learns only the request id, under
    which the details are logged.
    """
    request_id = runtime.random_bytes(8).hex()
    head = f"[Request ID: {request_id}] Server Error"
    if isinstance(error, FunctionNotFoundError):
        return Failure(message=f"[Request ID: {request_id}] {error.message}", code=error.code, log_lines=log_lines, ts=ts)
    if isinstance(error, TutoriumError) and error.code != TutoriumError.code and not isinstance(error, SchemaError):
        data = _data(error)
        return Failure(
            message=f"{head}\nUncaught ConvexError: {data.decode()}",
            code=error.code,
            data_json=data,
            log_lines=log_lines,
            journal=journal,
            ts=ts,
        )
    _log.error("function_failed", function=path, request_id=request_id, exc_info=error)
    return Failure(message=head, code=TutoriumError.code, log_lines=log_lines, journal=journal, ts=ts)


def _data(error: TutoriumError) -> bytes:
    fields: dict[str, object] = {"code": error.code, "message": error.message, **error.data}
    if isinstance(error, InvalidCursorError):
        # The official pagination hook looks for this and begins again from the first page.
        fields |= {"isConvexSystemError": True, "paginationError": "InvalidCursor"}
    try:
        return encode(fields)
    except InvalidValueError:
        return encode({"code": error.code, "message": error.message})
