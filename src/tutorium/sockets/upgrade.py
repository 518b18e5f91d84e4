"""Which channel a path leads to, and what a channel is told of the request."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import parse_qsl, unquote

from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import SocketEndpoint, UpgradeRequest
from tutorium.sockets.handshake import Handshake

MAX_PARAM_CHARACTERS: Final = 256
"""Ids are below 64 characters; a version string of a client somewhat more."""

_PARAM: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Farewell:
    """How connections of a route are closed on shutdown, so that their clients come back."""

    code: int = CloseCode.SERVICE_RESTART
    reason: str = "service_restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketRoute:
    """A path pattern such as `/ws/board/{session}` and where it leads. A name in braces takes one part of a path."""

    pattern: str
    endpoint: SocketEndpoint
    farewell: Farewell = Farewell()

    @property
    def parts(self) -> tuple[str, ...]:
        """The pattern between its slashes."""
        return tuple(self.pattern.strip("/").split("/"))


@dataclass(frozen=True, slots=True)
class Found:
    """The route of a path, and the named parts of it."""

    route: SocketRoute
    params: Mapping[str, str]


class SocketRoutes:
    """All WebSocket routes of a server. Parts that are fixed win over parts that are named."""

    def __init__(self, routes: Iterable[SocketRoute] = ()) -> None:
        """Begin with `routes`."""
        self._routes: list[SocketRoute] = []
        for route in routes:
            self.add(route)

    def add(self, route: SocketRoute) -> None:
        """Add a route. Raises ValueError for a pattern that is there already, or is none."""
        names = [part for part in route.parts if "{" in part or "}" in part]
        if not route.pattern.startswith("/") or not all(_PARAM.fullmatch(name) for name in names):
            raise ValueError(f"{route.pattern!r} is no path pattern")
        shape = _shape(route)
        if any(_shape(other) == shape for other in self._routes):
            raise ValueError(f"there is a route like {route.pattern!r} already")
        self._routes.append(route)
        self._routes.sort(key=lambda one: [part.startswith("{") for part in one.parts])

    def __iter__(self) -> Iterator[SocketRoute]:
        """Return the routes, most specific first."""
        return iter(self._routes)

    def find(self, raw_path: str) -> Found | None:
        """Return the route of an undecoded path, None when no channel is there. A `/` within a part must be encoded."""
        parts = [unquote(part) for part in raw_path.strip("/").split("/")]
        for route in self._routes:
            params = _match(route.parts, parts)
            if params is not None:
                return Found(route, params)
        return None


def build_request(
    handshake: Handshake, params: Mapping[str, str], *, peer: str, is_secure: bool, proxies: "TrustedProxies"
) -> UpgradeRequest:
    """Return what channels see of a request that came from the address `peer`."""
    headers = handshake.headers
    address, scheme, host = peer, "https" if is_secure else "http", headers.get("host", "")
    if proxies.trust(peer):
        address = proxies.client(headers.get("x-forwarded-for", ""), peer)
        scheme = _first(headers.get("x-forwarded-proto", "")).lower().replace("ws", "http", 1) or scheme
        host = _first(headers.get("x-forwarded-host", "")) or host
    path, _, asked = handshake.target.partition("?")
    query: dict[str, str] = {}
    for name, value in parse_qsl(asked, keep_blank_values=True):
        query.setdefault(name, value)
    return UpgradeRequest(
        path=unquote(path),
        query=query,
        headers=headers,
        client_address=address,
        server_origin=f"{scheme}://{host}",
        params=params,
    )


class TrustedProxies:
    """The addresses whose forwarding headers are believed."""

    def __init__(self, named: Iterable[str]) -> None:
        """Take addresses, networks (`10.0.0.0/8`) or `*`. Raises ValueError for anything else."""
        texts = list(named)
        self._all = "*" in texts
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(text, strict=False) for text in texts if text != "*"]

    def trust(self, address: str) -> bool:
        """Tell whether `address` is a proxy of ours."""
        if self._all:
            return True
        parsed = _address(address)
        return parsed is not None and any(parsed in network for network in self._networks)

    def client(self, forwarded_for: str, peer: str) -> str:
        """Return the last address in `X-Forwarded-For` that is not a proxy of ours: what comes before it may be made up."""
        named = [part.strip() for part in forwarded_for.split(",") if part.strip()]
        if self._all:
            return named[0] if named else peer
        for address in reversed(named):
            if not self.trust(address):
                return address
        return named[0] if named else peer


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _first(header: str) -> str:
    return header.partition(",")[0].strip()


def _shape(route: SocketRoute) -> tuple[str, ...]:
    return tuple("{}" if part.startswith("{") else part for part in route.parts)


def _match(pattern: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    if len(pattern) != len(parts):
        return None
    params: dict[str, str] = {}
    for expected, part in zip(pattern, parts, strict=True):
        if expected.startswith("{"):
            if not 0 < len(part) <= MAX_PARAM_CHARACTERS:
                return None
            params[expected[1:-1]] = part
        elif expected != part:
            return None
    return params
