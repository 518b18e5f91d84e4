"""Heads of requests that do not end, on a real connection with short limits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from tutorium.server import http_protocol
from tutorium.server.http_protocol import MAX_HEAD_BYTES, BoundedHttpProtocol

pytestmark = pytest.mark.anyio

FEW_SECONDS = 0.1


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body and answer."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@asynccontextmanager
async def open_port() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect to a server of one application."""
    config = uvicorn.Config(hello, lifespan="off", log_config=None)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: BoundedHttpProtocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        try:
            yield reader, writer
        finally:
            writer.close()
            await asyncio.gather(*state.tasks, return_exceptions=True)


async def test_heads_that_do_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has begun is told so; a connection that says nothing is closed without a word."""
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", FEW_SECONDS)
    async with open_port() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        answer = await asyncio.wait_for(reader.read(), 5)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"request_too_slow"' in answer
    async with open_port() as (reader, _):
        assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_time_counts_for_each_head_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept connection is not cut for its age, but for the head that does not end."""
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", FEW_SECONDS)
    async with open_port() as (reader, writer):
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200 ")
            await asyncio.sleep(FEW_SECONDS * 0.6)
        writer.write(b"GET / HTTP/1.1\r\nHost:")
        assert b" 408 " in await asyncio.wait_for(reader.read(), 5)


async def test_a_head_without_end_is_cut_while_it_comes() -> None:
    """The parser would keep all of it; the answer comes before the end, and what comes after is not read."""
    async with open_port() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nX-Endless: ")
        for _ in range(MAX_HEAD_BYTES // 8_192 + 1):
            writer.write(b"x" * 8_192)
        answer = await asyncio.wait_for(reader.read(), 5)
        assert answer.startswith(b"HTTP/1.1 431 ")
        assert b'"code":"head_too_large"' in answer


async def test_a_large_body_is_no_head() -> None:
    """However it is cut into packets, also right behind its head, and another request may follow."""
    async with open_port() as (reader, writer):
        for _ in range(2):
            size = 4 * MAX_HEAD_BYTES
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200 ")


async def test_a_body_that_breaks_off_in_nonsense_is_answered() -> None:
    """What had begun is told that nobody listens any more."""
    async with open_port() as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        await asyncio.sleep(0.05)
        writer.write(b"zz\r\n")
        answer = await asyncio.wait_for(reader.read(), 5)
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert answer.count(b"HTTP/1.1") == 1
