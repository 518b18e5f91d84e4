"""Which web pages may open a WebSocket here. Browsers send `Origin` and do not ask first; everybody else need not send it."""

from collections.abc import Iterable
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def is_allowed_origin(origin: str | None, server_origin: str, allowed: Iterable[str] = ()) -> bool:
    """Tell whether a page of `origin` may connect: no origin at all, the server's own, or one of `allowed` (`*`: all).

    Without an origin it is no browser, and who it is will be told by its token. The scheme of the server's own origin is not
    compared: behind a proxy that ends TLS the server does not know it.
    """
    if origin is None:
        return True
    if _same_site(origin, server_origin):
        return True
    return any(one == "*" or _same_origin(origin, one) for one in allowed)


def _same_site(origin: str, server_origin: str) -> bool:
    theirs, ours = _parts(origin), _parts(server_origin)
    if theirs is None or ours is None or theirs[1] != ours[1]:
        return False
    # A server that was named without a port is at the default one of whatever scheme the page used.
    return _port(theirs) == _port(ours) or (ours[2] is None and _port(theirs) == _DEFAULT_PORTS[theirs[0]])


def _same_origin(one: str, other: str) -> bool:
    first, second = _parts(one), _parts(other)
    return first is not None and second is not None and first[:2] == second[:2] and _port(first) == _port(second)


def _parts(origin: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and named port; None for what is no origin (`null`, for one)."""
    try:
        split = urlsplit(origin)
        port = split.port
    except ValueError:
        return None
    if split.scheme not in _DEFAULT_PORTS or not split.hostname:
        return None
    return split.scheme, split.hostname, port


def _port(parts: tuple[str, str, int | None]) -> int:
    return parts[2] if parts[2] is not None else _DEFAULT_PORTS[parts[0]]
