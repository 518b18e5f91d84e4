"""No secret reaches a log."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from tutorium.app.auth.refresh_tokens import make_token
from tutorium.server.logging import redact, set_up_logging

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ"
REFRESH = make_token(b"s" * 32, "k57c0n3a9d4f8h2j6k1m5p7q9r3s4t8v", 4)


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """A stream that gets the logs as JSON; afterwards logging is as before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logging(form="json", level="debug", stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    "text",
    [
        f"GET /ws/board/k1?token={JWT}",
        f"GET /x?token=opaque-{REFRESH}&a=1",
        f"presented {REFRESH} twice",
        f"Authorization: Bearer {JWT}",
        "postgresql://tutor:hunter2secret@db/tutor",
        "POST /api/storage/upload?token=hunter2secret",
        "password=hunter2secret&x=1",
    ],
)
def test_secrets_are_taken_out_of_text(text: str) -> None:
    """Wherever they stand."""
    shown = redact(text)
    assert "[hidden]" in shown
    for secret in (JWT, REFRESH, "hunter2secret"):
        assert secret not in shown


def test_ordinary_text_stays() -> None:
    """Only secrets go."""
    text = "folders:list took 3 ms for k57abc, 1.2.3 of http://localhost:8000/api/query"
    assert redact(text) == text


def test_fields_that_are_named_like_secrets_never_show_their_value(out: io.StringIO) -> None:
    """At any depth."""
    structlog.get_logger().info(
        "signed in",
        password="hunter2secret",
        refresh_token=REFRESH,
        detail={"api_key": "hunter2secret", "list": [JWT]},
        user="u1",
    )
    line = out.getvalue()
    for secret in ("hunter2secret", JWT, REFRESH):
        assert secret not in line
    assert json.loads(line)["user"] == "u1"


def test_tracebacks_and_the_standard_library_are_redacted_too(out: io.StringIO) -> None:
    """A token inside an exception's text does not show."""
    try:
        raise ValueError(f"cannot read {JWT}")
    except ValueError:
        structlog.get_logger().exception("failed")
    logging.getLogger("some.library").warning("calling http://host/?token=%s", "hunter2secret")
    text = out.getvalue()
    assert "ValueError" in text
    assert JWT not in text
    assert "hunter2secret" not in text
    assert len(text.strip().splitlines()) == 2


def test_a_terminal_gets_readable_lines() -> None:
    """The console form is text, and redacted."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        set_up_logging(form="console", level="info", stream=stream)
        structlog.get_logger().info("hello", token=JWT, where="here")
        structlog.get_logger().debug("not shown")
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)
    assert "hello" in stream.getvalue()
    assert "where" in stream.getvalue()
    assert JWT not in stream.getvalue()
    assert "not shown" not in stream.getvalue()
