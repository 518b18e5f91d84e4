"""All connections of a process: who may come in, who is here, and how they are sent away."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

import structlog

from tutorium.sockets.carrier import Carrier
from tutorium.sockets.connection import UpgradeRequest
from tutorium.sockets.flushing import Flusher
from tutorium.sockets.handshake import Handshake, HandshakeError
from tutorium.sockets.limits import ConnectionCounts, SocketSettings
from tutorium.sockets.live_connection import LiveConnection
from tutorium.sockets.metrics import NoMetrics, SocketMetrics
from tutorium.sockets.origin import is_allowed_origin
from tutorium.sockets.upgrade import SocketRoute, SocketRoutes, TrustedProxies, build_request

_log = structlog.get_logger()


class RefusedError(HandshakeError):
    """This request gets no WebSocket. `code` is the stable name of the reason."""

    def __init__(self, status: HTTPStatus, code: str, reason: str) -> None:
        """Keep what is answered."""
        super().__init__(status, reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class Admission:
    """A request that may become a connection to `route`."""

    request: UpgradeRequest
    route: SocketRoute


class SocketServer:
    """What the adapters ask before they take a connection in, and tell when it is gone. Holds no logic of a protocol."""

    def __init__(self, routes: SocketRoutes, settings: SocketSettings, metrics: SocketMetrics | None = None) -> None:
        """Serve `routes`. Raises ValueError for settings that make no sense."""
        self.routes = routes
        self.settings = settings
        self.metrics: SocketMetrics = metrics or NoMetrics()
        self.is_draining = False
        self._flusher = Flusher()
        self._counts = ConnectionCounts(settings)
        self._proxies = TrustedProxies(settings.trusted_proxies)
        self._connections: dict[str, LiveConnection] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connections(self) -> tuple[LiveConnection, ...]:
        """Return everybody who is here."""
        return tuple(self._connections.values())

    def admit(self, handshake: Handshake, *, peer: str, is_secure: bool) -> Admission:
        """Return where the request leads. Raises RefusedError: 404, 403 (origin), 429 (its address), 503 (full, draining)."""
        found = self.routes.find(handshake.target.partition("?")[0])
        if found is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, "not_found", "There is no WebSocket at this path.")
        request = build_request(handshake, found.params, peer=peer, is_secure=is_secure, proxies=self._proxies)
        if not is_allowed_origin(request.headers.get("origin"), request.server_origin, self.settings.allowed_origins):
            raise RefusedError(
                HTTPStatus.FORBIDDEN, "origin_not_allowed", "Pages of this origin may not connect. The operator can allow it."
            )
        if self.is_draining:
            raise RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE, "draining", "The server is shutting down. Try again in a moment."
            )
        limit = self._counts.refusal(request.client_address)
        if limit is not None:
            status = HTTPStatus.SERVICE_UNAVAILABLE if limit == "too_many_connections" else HTTPStatus.TOO_MANY_REQUESTS
            raise RefusedError(status, limit, "There are too many connections. Close some or try again later.")
        return Admission(request, found.route)

    def connect(self, carrier: Carrier, admission: Admission) -> LiveConnection:
        """Take a connection in and begin to open it."""
        connection = LiveConnection(
            carrier,
            admission.request,
            admission.route,
            settings=self.settings,
            metrics=self.metrics,
            flusher=self._flusher,
        )
        self._counts.add(admission.request.client_address)
        self._connections[connection.id] = connection
        self.metrics.opened(admission.route.pattern)
        return connection

    def start(self, connection: LiveConnection) -> asyncio.Task[None]:
        """Ask the connection's channel, and return the task that does so."""
        task = asyncio.get_running_loop().create_task(connection.start())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def disconnected(self, connection: LiveConnection, code: int | None = None, reason: str = "") -> None:
        """The carrier of `connection` is gone."""
        if self._connections.pop(connection.id, None) is None:
            return
        self._counts.remove(connection.request.client_address)
        if code is None:
            connection.lost()
        else:
            connection.lost(code, reason)

    def refused(self, error: HandshakeError) -> None:
        """Count and log an upgrade that was refused."""
        code = error.code if isinstance(error, RefusedError) else "bad_handshake"
        self.metrics.refused(code)
        _log.info("socket.refused", reason=code, detail=error.reason)
