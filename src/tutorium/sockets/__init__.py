"""One connection layer for every WebSocket: upgrades, origins, limits, frames, heartbeats, back-pressure, farewells.

It knows channels only as `SocketEndpoint`, and nothing of what they say. Who may come in is for the channel to decide.
"""

from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import Connection, SocketEndpoint, SocketHandler, UpgradeRequest
from tutorium.sockets.draining import drain
from tutorium.sockets.frames import encode_frame
from tutorium.sockets.limits import SocketLibrary, SocketSettings
from tutorium.sockets.metrics import NoMetrics, SocketMetrics
from tutorium.sockets.serve import protocol_class_of, websocket_protocol_class
from tutorium.sockets.server import SocketServer
from tutorium.sockets.upgrade import Farewell, SocketRoute, SocketRoutes

__all__ = [
    "CloseCode",
    "Connection",
    "Farewell",
    "NoMetrics",
    "SocketEndpoint",
    "SocketHandler",
    "SocketLibrary",
    "SocketMetrics",
    "SocketRoute",
    "SocketRoutes",
    "SocketServer",
    "SocketSettings",
    "UpgradeRequest",
    "drain",
    "encode_frame",
    "protocol_class_of",
    "websocket_protocol_class",
]
