"""From routes and settings to the class that uvicorn takes as `ws=`."""

import asyncio

import structlog

from tutorium.sockets.limits import SocketSettings
from tutorium.sockets.metrics import SocketMetrics
from tutorium.sockets.sansio_protocol import sansio_protocol_class
from tutorium.sockets.self_test import SelfTestError, self_test_picows
from tutorium.sockets.server import SocketServer
from tutorium.sockets.upgrade import SocketRoutes

_log = structlog.get_logger()


async def protocol_class_of(server: SocketServer) -> type[asyncio.BaseProtocol]:
    """Return the adapter for `uvicorn.Config(ws=...)` that the settings ask for.

    `auto` takes picows when it passes its self-test and the sans-I/O adapter otherwise. Raises SelfTestError when picows was
    asked for by name and does not work.
    """
    library = server.settings.library
    if library == "sansio":
        return sansio_protocol_class(server)
    try:
        await self_test_picows()
    except SelfTestError as error:
        if library == "picows":
            raise
        _log.warning("socket.fallback", library="sansio", detail=str(error))
        return sansio_protocol_class(server)
    from tutorium.sockets.picows_protocol import picows_protocol_class

    return picows_protocol_class(server)


def websocket_protocol_class(
    routes: SocketRoutes, settings: SocketSettings, metrics: SocketMetrics | None = None
) -> type[asyncio.BaseProtocol]:
    """Return the class for `uvicorn.Config(ws=...)` where nobody needs the server behind it. Not for a running event loop.

    Its attribute `server` is the SocketServer.
    """
    return asyncio.run(protocol_class_of(SocketServer(routes, settings, metrics)))
