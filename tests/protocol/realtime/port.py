"""The channels on a real port, without the rest of the server."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn

from tutorium.runtime import SystemRuntime
from tutorium.sockets import SocketRoute, SocketRoutes, SocketServer, SocketSettings, drain, protocol_class_of
from tutorium.sockets.connection import SocketEndpoint


async def _no_pages(scope: object, receive: object, send: object) -> None:
    """There is nothing but sockets here."""


@asynccontextmanager
async def serve(**endpoints: SocketEndpoint) -> AsyncGenerator[str]:
    """Serve `board=` and `tutor=` on a free port and yield the address, such as `ws://127.0.0.1:4711`."""
    routes = SocketRoutes(
        SocketRoute(pattern=f"/ws/{name}/{{session}}", endpoint=endpoint) for name, endpoint in endpoints.items()
    )
    sockets = SocketServer(routes, SocketSettings())
    config = uvicorn.Config(
        _no_pages,  # type: ignore[arg-type]
        host="127.0.0.1",
        port=0,
        ws=await protocol_class_of(sockets),
        lifespan="off",
        log_level="error",
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"ws://127.0.0.1:{port}"
    finally:
        await drain(sockets, SystemRuntime(), 0)
        server.should_exit = True
        await serving
