"""Logs: one event a line, readable on a terminal or JSON; whatever looks like a secret is taken out before it is written."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO, cast

import structlog

HIDDEN = "[hidden]"

SECRET_WORDS = ("token", "password", "secret", "authorization", "cookie", "api_key", "model_key", "credential")
"""A field whose name contains one of these never shows its value."""

_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_PARAMETER = re.compile(r"(?i)\b((?:[a-z_]*token|password|code|key|secret)=)[^&\s\"']+")
_REFRESH = re.compile(r"\b[0-9a-z]{20,64}\.[0-9]{1,9}\.[A-Za-z0-9_-]{43}\b")
_BEARER = re.compile(r"(?i)\b(bearer|convex)\s+[^\s\"',]+")
_USERINFO = re.compile(r"(?i)(://[^/\s:@]*:)[^/\s@]+@")


def redact(text: str) -> str:
    """Return `text` with tokens, passwords in addresses and secret parameters taken out."""
    text = _JWT.sub(HIDDEN, text)
    text = _REFRESH.sub(HIDDEN, text)
    text = _PARAMETER.sub(rf"\1{HIDDEN}", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    return _USERINFO.sub(rf"\1{HIDDEN}@", text)


def redact_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets out of every field of a log event (a structlog processor)."""
    for name in list(event):
        event[name] = _redacted(name, event[name])
    return event


def _redacted(name: str, value: object) -> object:
    lower = name.lower()
    if value is not None and any(word in lower for word in SECRET_WORDS):
        return HIDDEN
    match value:
        case str():
            return redact(value)
        case Mapping():
            inner = cast("Mapping[object, object]", value)
            return {key: _redacted(str(key), part) for key, part in inner.items()}
        case list() | tuple():
            parts = cast("list[object] | tuple[object, ...]", value)
            return [_redacted("", part) for part in parts]
        case _:
            return value


def set_up_logging(*, form: Literal["auto", "console", "json"], level: str, stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's logs, redacted, to `stream` (default: standard error)."""
    out = stream or sys.stderr
    on_terminal = form == "console" or (form == "auto" and out.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    # plain tracebacks: the pretty ones show local variables, and one of them may be a password
    last: list[Any] = (
        [redact_event, structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback)]
        if on_terminal
        else [structlog.processors.format_exc_info, redact_event, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        _RedactingFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"
    # requests and their tokens are our own log's business
    for name in ("uvicorn.error", "httpx", "httpx2", "httpcore", "openai"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line once more: tracebacks are made into text only by the renderer."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return redact(super().format(record))
