"""A real port in front of test channels, served by uvicorn with either adapter on either event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from tutorium.sockets import (
    CloseCode,
    Connection,
    Farewell,
    SocketHandler,
    SocketRoute,
    SocketRoutes,
    SocketServer,
    SocketSettings,
    protocol_class_of,
)


async def answer_http(scope: Any, receive: Any, send: Any) -> None:
    """The HTTP side: one word."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"http"})


class QuietServer(uvicorn.Server):
    """uvicorn without signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@dataclass
class Recorder:
    """A channel that keeps what happens on it and does what the test told it to."""

    max_message_bytes: int = 64 * 1024
    opened: list[Connection] = field(default_factory=list)
    messages: list[bytes | str] = field(default_factory=list)
    closed: list[tuple[int, str]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    on_open: Callable[[Connection], bool] | None = None
    on_message: Callable[[Connection, bytes | str], None] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self, connection: Connection) -> SocketHandler | None:
        self.opened.append(connection)
        self.changed.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.on_open is not None and not self.on_open(connection):
            return None
        return RecorderHandler(self, connection)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something that the channel sees."""
        async with asyncio.timeout(10):
            while not is_so():
                self.changed.clear()
                await self.changed.wait()


class RecorderHandler:
    """Echoes unless told otherwise."""

    def __init__(self, channel: Recorder, connection: Connection) -> None:
        self.channel = channel
        self.connection = connection

    def on_message(self, message: bytes | str) -> None:
        self.channel.messages.append(message)
        self.channel.changed.set()
        if self.channel.on_message is not None:
            self.channel.on_message(self.connection, message)
        else:
            self.connection.send(message)

    def on_closed(self, code: int, reason: str) -> None:
        self.channel.closed.append((code, reason))
        self.channel.changed.set()


@dataclass
class CountingMetrics:
    """Keeps every call."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)

    def opened(self, route: str) -> None:
        self.calls.append(("opened", route))

    def closed(self, route: str, code: int) -> None:
        self.calls.append(("closed", route, code))

    def refused(self, reason: str) -> None:
        self.calls.append(("refused", reason))

    def received(self, route: str, size: int) -> None:
        self.calls.append(("received", route, size))

    def sent(self, route: str, size: int) -> None:
        self.calls.append(("sent", route, size))


@dataclass
class Served:
    """A running server and its one channel at /echo and /ws/{name}."""

    port: int
    server: SocketServer
    channel: Recorder
    metrics: CountingMetrics

    def url(self, path: str = "/echo") -> str:
        return f"ws://127.0.0.1:{self.port}{path}"


@pytest.fixture(
    params=[("picows", False), ("picows", True), ("sansio", False), ("sansio", True)],
    ids=["picows-asyncio", "picows-uvloop", "sansio-asyncio", "sansio-uvloop"],
)
def adapter(request: pytest.FixtureRequest) -> tuple[str, bool]:
    """Which adapter, and whether on uvloop."""
    return request.param


@pytest.fixture
def anyio_backend(adapter: tuple[str, bool]) -> tuple[str, dict[str, bool]]:
    """The event loop of the test."""
    return ("asyncio", {"use_uvloop": adapter[1]})


def config_of(protocol: type[asyncio.BaseProtocol]) -> uvicorn.Config:
    """uvicorn's settings around an adapter."""
    return uvicorn.Config(
        answer_http,
        ws=protocol,
        http="httptools",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
    )


@contextlib.asynccontextmanager
async def running_uvicorn(server: SocketServer) -> AsyncGenerator[tuple[int, uvicorn.Server]]:
    """The whole of uvicorn on a free port."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    running = QuietServer(config_of(await protocol_class_of(server)))
    task = asyncio.create_task(running.serve(sockets=[bound]))
    try:
        while not running.started:
            await asyncio.sleep(0.005)
        yield bound.getsockname()[1], running
    finally:
        running.should_exit = True
        await task
        bound.close()


@contextlib.asynccontextmanager
async def listening(server: SocketServer) -> AsyncGenerator[int]:
    """uvicorn's HTTP protocol on a free port, without the server around it, which takes its time to start and stop."""
    config = config_of(await protocol_class_of(server))
    config.load()
    state = ServerState()
    listener = await asyncio.get_running_loop().create_server(
        lambda: HttpToolsProtocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        for connection in list(state.connections):
            connection.shutdown()
        for task in list(state.tasks):
            task.cancel()
        for connection in server.connections:
            connection._carrier.abort()  # the test is over, nobody waits for handshakes
        for _ in range(3):
            await asyncio.sleep(0)


@pytest.fixture
def serve(adapter: tuple[str, bool]) -> Callable[..., contextlib.AbstractAsyncContextManager[Served]]:
    """Start a server with these settings and this channel."""

    @contextlib.asynccontextmanager
    async def start(channel: Recorder | None = None, **settings: Any) -> AsyncGenerator[Served]:
        taken = channel or Recorder()
        routes = SocketRoutes(
            [
                SocketRoute(pattern="/echo", endpoint=taken),
                SocketRoute(
                    pattern="/ws/{name}", endpoint=taken, farewell=Farewell(CloseCode.INTERNAL_ERROR, "InternalServerError")
                ),
            ]
        )
        metrics = CountingMetrics()
        server = SocketServer(routes, SocketSettings(library=adapter[0], **settings), metrics)
        async with listening(server) as port:
            yield Served(port, server, taken, metrics)

    return start
