"""What the connection layer counts, as Prometheus metrics."""

from functools import lru_cache

from prometheus_client import Counter, Gauge

OPEN = Gauge("tutorium_sockets_open", "WebSocket connections that are open.", ["route"])
CLOSED = Counter("tutorium_sockets_closed", "WebSocket connections that have ended.", ["route", "code"])
REFUSED = Counter("tutorium_sockets_refused", "WebSocket upgrades that were refused.", ["reason"])
RECEIVED = Counter("tutorium_socket_messages_received", "Messages received on WebSockets.", ["route"])
RECEIVED_BYTES = Counter("tutorium_socket_received_bytes", "Bytes received on WebSockets.", ["route"])
WRITES = Counter("tutorium_socket_writes", "Writes to WebSockets; one may hold many messages.", ["route"])
SENT_BYTES = Counter("tutorium_socket_sent_bytes", "Bytes written to WebSockets.", ["route"])


@lru_cache(maxsize=64)
def _received(route: str) -> tuple[Counter, Counter]:
    return RECEIVED.labels(route), RECEIVED_BYTES.labels(route)


@lru_cache(maxsize=64)
def _sent(route: str) -> tuple[Counter, Counter]:
    return WRITES.labels(route), SENT_BYTES.labels(route)


class PrometheusSocketMetrics:
    """`sockets.SocketMetrics` on the process's registry. Children are kept: looking one up costs more than counting."""

    def opened(self, route: str) -> None:
        """Count one more open connection."""
        OPEN.labels(route).inc()

    def closed(self, route: str, code: int) -> None:
        """Count one connection less."""
        OPEN.labels(route).dec()
        CLOSED.labels(route, str(code) if 1_000 <= code < 1_016 or 4_400 <= code < 4_500 else "other").inc()

    def refused(self, reason: str) -> None:
        """Count a refused upgrade."""
        REFUSED.labels(reason).inc()

    def received(self, route: str, size: int) -> None:
        """Count a message that arrived."""
        messages, size_total = _received(route)
        messages.inc()
        size_total.inc(size)

    def sent(self, route: str, size: int) -> None:
        """Count a write."""
        writes, size_total = _sent(route)
        writes.inc()
        size_total.inc(size)
