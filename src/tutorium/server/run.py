"""Running the server: bind, open the parts, serve until told to stop, drain, close."""

import asyncio
import contextlib
import gc
import importlib.util
import signal
import socket
import sys
import time
from collections.abc import Callable, Generator
from typing import cast

import structlog
import uvicorn

from tutorium.engine import Engine
from tutorium.engine.errors import StoreError
from tutorium.server.application import Application, build_application
from tutorium.server.composition import Parts, open_parts
from tutorium.server.http_protocol import BoundedHttpProtocol
from tutorium.server.settings import Settings
from tutorium.server.startup import bind, check_database, prepare_data_directory
from tutorium.sockets import drain, protocol_class_of

log = structlog.get_logger()

BACKLOG = 4_096
"""Connections that may wait to be accepted: a class or a load test arrives all at once."""

DRAIN_SPREAD_SECONDS = 2.0
"""Sockets are sent away over this time, so that not all come back to the next process at the same moment."""

Started = Callable[[Parts, Application, str], None]
"""Told once the server listens; the text is its address."""


def run(settings: Settings, on_started: Started) -> None:
    """Serve until SIGINT or SIGTERM. Raises StartError when that cannot begin, StoreError when the database fails."""
    check_database(settings)
    prepare_data_directory(settings.data)
    bound = bind(settings)
    with contextlib.closing(bound), asyncio.Runner(loop_factory=_loop_factory(settings)) as runner:
        runner.run(_serve(settings, bound, on_started))


async def _serve(settings: Settings, bound: socket.socket, on_started: Started) -> None:
    async with open_parts(settings) as parts:
        application = build_application(parts)
        config = _config(settings, application, await protocol_class_of(parts.sockets))
        server = _Server(config, parts, application, lambda: on_started(parts, application, address_of(bound)))
        began = time.monotonic()
        watching = asyncio.create_task(_stop_on_failure(parts.engine, server))
        try:
            await server.serve(sockets=[bound])
        finally:
            watching.cancel()
        log.info("stopped", served_seconds=round(time.monotonic() - began))
        if watching.done() and not watching.cancelled():
            raise watching.result()


async def _stop_on_failure(engine: Engine, server: uvicorn.Server) -> StoreError:
    """Wait until the database fails; then nothing may be acknowledged any more, and the process ends."""
    failure = await engine.failed()
    log.error("the database failed; stopping", code=failure.code, message=failure.message)
    server.should_exit = True
    return failure


def _config(settings: Settings, application: Application, sockets: type[asyncio.BaseProtocol]) -> uvicorn.Config:
    return uvicorn.Config(
        application.asgi,
        http=BoundedHttpProtocol,
        ws=cast("type[asyncio.Protocol]", sockets),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(settings.trusted_proxies),
        backlog=BACKLOG,
        timeout_graceful_shutdown=max(1, round(settings.drain_seconds)),
    )


class _Server(uvicorn.Server):
    """uvicorn's server, told when it listens, drained before it stops, and without raising the signal again at the end.

    The signal would end the process before the database is closed.
    """

    def __init__(self, config: uvicorn.Config, parts: Parts, application: Application, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._parts = parts
        self._application = application
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        # What was loaded to start lives as long as the process: taken out of collections, which would stop the loop for it.
        gc.collect()
        gc.freeze()
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that no more work is wanted, let what runs finish, then close."""
        log.info("stopping")
        self._application.readiness.drain()
        await drain(self._parts.sockets, self._parts.runtime, min(DRAIN_SPREAD_SECONDS, self._parts.settings.drain_seconds / 2))
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Stop on SIGINT and SIGTERM; a second SIGINT stops at once."""
        signals = (signal.SIGINT, signal.SIGTERM)
        before = {one: signal.signal(one, self.handle_exit) for one in signals}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def _loop_factory(settings: Settings) -> Callable[[], asyncio.AbstractEventLoop]:
    has_uvloop = sys.platform != "win32" and importlib.util.find_spec("uvloop") is not None
    if settings.event_loop == "uvloop" or (settings.event_loop == "auto" and has_uvloop):
        import uvloop

        return uvloop.new_event_loop
    return asyncio.new_event_loop


def address_of(bound: socket.socket) -> str:
    """Return the address a person can open: `localhost` where the socket is on this machine only."""
    host, port = bound.getsockname()[:2]
    if host in ("127.0.0.1", "::1", "0.0.0.0", "::"):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
