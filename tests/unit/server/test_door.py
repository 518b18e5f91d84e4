"""What every HTTP request passes."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI, Request
from pydantic import BaseModel

from tutorium.app.auth import Rate, RateLimit
from tutorium.errors import NotFoundError
from tutorium.runtime import SystemRuntime
from tutorium.server import door as door_module
from tutorium.server import metrics
from tutorium.server.door import SECRET_PATHS, Door
from tutorium.server.error_answers import install_error_answers
from tutorium.server.logging import set_up_logging
from tutorium.server.security_headers import CONTENT_SECURITY_POLICY

pytestmark = pytest.mark.anyio


class Secretive(BaseModel):
    """A body with a limit."""

    password: int


def client(*, rate: Rate | None = None, max_body_bytes: int = 1_000, upload: str = "/upload") -> httpx.AsyncClient:
    """Return a client of a small guarded application."""
    app = FastAPI()
    install_error_answers(app)

    @app.post("/echo")
    async def echo(request: Request) -> int:
        return len(await request.body())

    @app.post("/upload")
    async def upload_(request: Request) -> int:
        return len(await request.body())

    @app.get("/items/{item}")
    async def item(item: str) -> str:
        if item == "boom":
            raise RuntimeError("inside")
        raise NotFoundError(item=item)

    @app.post("/typed")
    async def typed(body: Secretive) -> int:
        return body.password

    runtime = SystemRuntime()
    limit = RateLimit(rate or Rate(burst=1_000, every_seconds=1), runtime)
    door = Door(app, runtime=runtime, limit=limit, max_body_bytes=max_body_bytes, routes=app.routes, unlimited_bodies=[upload])
    return httpx.AsyncClient(transport=httpx.ASGITransport(door, raise_app_exceptions=False), base_url="http://here")


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """A stream that gets the logs as JSON."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logging(form="json", level="info", stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_every_answer_carries_security_headers_and_an_id() -> None:
    """Also errors."""
    async with client() as caller:
        for answer in (await caller.get("/items/a"), await caller.get("/items/boom"), await caller.get("/nothing")):
            assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "DENY"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert len(answer.headers["x-request-id"]) == 16


def test_the_policy_lets_the_page_speak_to_its_own_server_only() -> None:
    """No other origin, no inline script, no eval, no frames."""
    rules = {rule.split()[0]: rule.split()[1:] for rule in CONTENT_SECURITY_POLICY.split("; ")}
    assert rules["default-src"] == ["'self'"]
    assert rules["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert rules["connect-src"] == ["'self'", "data:", "blob:"]
    for nothing in ("frame-src", "object-src", "base-uri", "frame-ancestors"):
        assert rules[nothing] == ["'none'"]
    assert "http" not in CONTENT_SECURITY_POLICY


async def test_errors_have_one_form() -> None:
    """Code, message, data and the id of the request; what was unforeseen tells nothing."""
    async with client() as caller:
        known = (await caller.get("/items/a")).json()
        boom = await caller.get("/items/boom")
        missing = await caller.get("/nothing")
    assert known["code"] == "not_found"
    assert known["data"] == {"item": "a"}
    assert known["request_id"]
    assert boom.status_code == 500
    assert boom.json()["code"] == "internal"
    assert "inside" not in boom.text
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


async def test_a_wrong_body_is_explained_without_being_repeated() -> None:
    """It may be a password."""
    async with client() as caller:
        answer = await caller.post("/typed", json={"password": "hunter2secret"})
    assert answer.status_code == 400
    assert "password" in answer.json()["message"]
    assert "hunter2secret" not in answer.text


async def test_a_body_over_the_limit_is_refused_announced_or_not() -> None:
    """413 with the limit; at the limit it passes; uploads limit themselves."""

    async def pieces(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"x" * 100

    async with client() as caller:
        assert (await caller.post("/echo", content=b"x" * 1_000)).json() == 1_000
        announced = await caller.post("/echo", content=b"x" * 1_001)
        streamed = await caller.post("/echo", content=pieces(11))
        upload = await caller.post("/upload", content=b"x" * 5_000)
    assert announced.status_code == streamed.status_code == 413
    assert announced.json()["data"] == {"limit_bytes": 1_000}
    assert streamed.json()["code"] == "too_large"
    assert upload.json() == 5_000


async def test_one_address_that_asks_too_often_is_told_to_wait() -> None:
    """429 with the seconds to wait."""
    async with client(rate=Rate(burst=2, every_seconds=60)) as caller:
        answers = [await caller.get("/items/a") for _ in range(3)]
    assert [one.status_code for one in answers] == [404, 404, 429]
    assert answers[2].headers["retry-after"] == "60"
    assert answers[2].json()["code"] == "rate_limited"


async def test_the_log_has_path_status_and_id_but_no_query(logs: io.StringIO) -> None:
    """A token in the address is not logged; a proxy's id is kept, a malicious one is not."""
    async with client() as caller:
        await caller.get("/items/a?token=hunter2secret", headers={"X-Request-ID": "from-proxy-1"})
        await caller.get("/items/a", headers={"X-Request-ID": 'x" evil\tline'})
    lines: list[dict[str, Any]] = [json.loads(line) for line in logs.getvalue().splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert requests[0]["path"] == "/items/a"
    assert requests[0]["status"] == 404
    assert requests[0]["request_id"] == "from-proxy-1"
    assert "hunter2secret" not in logs.getvalue()
    assert "evil" not in logs.getvalue()


async def test_requests_are_counted_by_template() -> None:
    """An id in a path makes no series of its own."""
    async with client() as caller:
        await caller.get("/items/a")
        await caller.get("/items/b")
        await caller.get("/nothing")
    text = metrics.exposition()[0].decode()
    line = next(line for line in text.splitlines() if 'route="/items/{item}",status="404"' in line)
    assert float(line.rpartition(" ")[2]) >= 2
    assert 'route="none",status="404"' in text
    assert "/items/a" not in text
    assert "_created" not in text


async def test_bodies_that_do_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one who waits for the rest is freed, and the caller is told."""
    monkeypatch.setattr(door_module, "BODY_SECONDS", 0.05)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)

    async with client() as caller:
        answer = await caller.post("/echo", content=slowly())
    assert (answer.status_code, answer.json()["code"]) == (408, "request_too_slow")


async def test_what_nobody_foresaw() -> None:
    """A sentence, the request id, and nothing of the inside."""
    async with client() as caller:
        answer = await caller.get("/items/boom")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "inside" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_addresses_that_may_be_used_by_who_knows_them_are_not_logged() -> None:
    """Invitations and files; what hides them leaves other paths as they are."""
    assert SECRET_PATHS.sub(r"\1/-", "/join/abc/def") == "/join/-"
    assert SECRET_PATHS.sub(r"\1/-", "/api/storage/0-1/more") == "/api/storage/-"
    for path in ("/api/storage/upload", "/api/query", "/sessions/join"):
        assert SECRET_PATHS.sub(r"\1/-", path) == path
