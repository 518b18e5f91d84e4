"""Sending everybody away on shutdown, so that they come back to whoever serves next, and not all at the same moment."""

import math

from tutorium.runtime import Runtime
from tutorium.sockets.server import SocketServer

STEP_SECONDS = 0.05
"""Connections are closed in groups this far apart."""


async def drain(server: SocketServer, runtime: Runtime, seconds: float) -> None:
    """Take nobody in any more and close every connection with its route's code, spread over `seconds`.

    Clients return after a delay of their own; spreading the ends spreads the returns. Returns when all close frames were sent;
    the closing handshakes end by themselves.
    """
    server.is_draining = True
    connections = server.connections
    steps = max(1, math.floor(seconds / STEP_SECONDS))
    group = max(1, math.ceil(len(connections) / steps))
    for start in range(0, len(connections), group):
        if start:
            await runtime.sleep(STEP_SECONDS)
        for connection in connections[start : start + group]:
            connection.say_farewell()
