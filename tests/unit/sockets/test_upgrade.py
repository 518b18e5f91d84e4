"""From a path to a channel, and from a request to what a channel is told of it."""

from typing import Any

import pytest

from tutorium.sockets import SocketRoute, SocketRoutes
from tutorium.sockets.handshake import parse_handshake
from tutorium.sockets.upgrade import TrustedProxies, build_request

ENDPOINT: Any = object()


def routes(*patterns: str) -> SocketRoutes:
    """Routes of these patterns."""
    return SocketRoutes(SocketRoute(pattern=pattern, endpoint=ENDPOINT) for pattern in patterns)


def test_named_parts_are_taken_from_the_path() -> None:
    """A name in braces takes one part, decoded."""
    found = routes("/ws/board/{session}").find("/ws/board/a%2Fb%20c")
    assert found is not None
    assert found.params == {"session": "a/b c"}


@pytest.mark.parametrize(
    "path", ["/ws", "/ws/board", "/ws/board/", "/ws/board/a/b", "/ws/other/a", "", "/ws/board/" + "x" * 300]
)
def test_other_paths_lead_nowhere(path: str) -> None:
    """Missing, empty, extra and overlong parts are no match."""
    assert routes("/ws/board/{session}").find(path) is None


@pytest.mark.rule("SK2")
def test_fixed_parts_win() -> None:
    """A path that fits two patterns goes to the one with fixed parts, whatever the order of adding."""
    table = routes("/api/{version}/sync", "/api/latest/sync", "/api/sync")
    found = table.find("/api/latest/sync")
    assert found is not None
    assert found.route.pattern == "/api/latest/sync"
    assert len(list(table)) == 3


@pytest.mark.parametrize("pattern", ["ws", "/ws/{a", "/ws/{A}", "/ws/x{a}", "/ws/{}"])
def test_what_is_no_pattern(pattern: str) -> None:
    """Patterns that could never match are refused at once."""
    with pytest.raises(ValueError, match="pattern"):
        routes(pattern)


def test_the_same_pattern_twice() -> None:
    """Two routes for one path are refused."""
    with pytest.raises(ValueError, match="already"):
        routes("/ws/{a}", "/ws/{b}")


def request(
    headers: str = "", target: str = "/x", *, proxies: tuple[str, ...] = (), peer: str = "10.0.0.1", tls: bool = False
) -> Any:
    """What a channel is told."""
    head = (
        f"GET {target} HTTP/1.1\r\nHost: inner:8000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=={headers}"
    )
    return build_request(parse_handshake(head.encode()), {}, peer=peer, is_secure=tls, proxies=TrustedProxies(proxies))


FORWARDED = "\r\nX-Forwarded-For: 6.6.6.6, 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: school.example"


@pytest.mark.rule("SK5")
def test_without_a_proxy() -> None:
    """Address and origin are those of the connection; forwarding headers of strangers are not believed."""
    plain = request(FORWARDED)
    assert (plain.client_address, plain.server_origin) == ("10.0.0.1", "http://inner:8000")
    assert request(tls=True).server_origin == "https://inner:8000"


@pytest.mark.rule("SK5")
@pytest.mark.parametrize("proxies", [("10.0.0.1",), ("10.0.0.0/8",)])
def test_behind_a_proxy(proxies: tuple[str, ...]) -> None:
    """A trusted proxy says who the client is and how it named the server; what comes before the proxy's word may be made up."""
    told = request(FORWARDED, proxies=proxies)
    assert (told.client_address, told.server_origin) == ("1.2.3.4", "https://school.example")
    assert request(proxies=proxies).client_address == "10.0.0.1"
    assert request("\r\nX-Forwarded-For: 10.0.0.7", proxies=("10.0.0.0/8",)).client_address == "10.0.0.7"
    assert request("\r\nX-Forwarded-Proto: wss", proxies=proxies).server_origin == "https://inner:8000"


def test_everybody_is_a_proxy() -> None:
    """With `*`, the first address named is the client's."""
    assert request(FORWARDED, proxies=("*",), peer="unix").client_address == "6.6.6.6"
    assert request(FORWARDED, proxies=("10.0.0.1",), peer="unix").client_address == "unix"


def test_a_proxy_that_is_no_address() -> None:
    """Settings that make no sense are refused at the start."""
    with pytest.raises(ValueError, match="proxy"):
        TrustedProxies(["proxy"])


def test_the_query_keeps_the_first_value() -> None:
    """Names and values are decoded; a second value of a name is passed over."""
    assert request(target="/a%20b?x=1&x=2&y=%C3%A4&z=").query == {"x": "1", "y": "ä", "z": ""}
    assert request(target="/a%20b?x=1").path == "/a b"


def test_headers_that_come_twice_are_joined() -> None:
    """As HTTP has it."""
    assert request("\r\nX-A: 1\r\nX-A: 2").headers["x-a"] == "1, 2"
