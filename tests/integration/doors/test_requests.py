"""What is refused of every HTTP request, before anybody looks at what it wants."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.integration.doors.telling import check_headers, check_refused, check_sentence, row
from tests.support.live_server import LiveServer
from tutorium.server.refusals import EVERY_REQUEST


def send_bytes(server: LiveServer, data: bytes) -> httpx.Response:
    """Send bytes as they are and return the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(data)
        received = b""
        while b"\r\n\r\n" not in received or len(received) < _whole(received):
            piece = connection.recv(65_536)
            if not piece:
                break
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    headers = [tuple(part.strip() for part in line.split(b":", 1)) for line in lines]
    return httpx.Response(int(status.split()[1]), headers=headers, content=body)  # type: ignore[arg-type]


def _whole(received: bytes) -> int:
    head, _, _ = received.partition(b"\r\n\r\n")
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    return len(head) + 4 + int(length.partition(b":")[2])


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello\r\n\r\n",
        b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBroken Header: 1\r\n\r\n",
        b"POST /auth/guest HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST /auth/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST /auth/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /auth/guest HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT far.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_http(server: LiveServer, data: bytes) -> None:
    """Other protocols, broken heads and two opinions about where a body ends get an answer in our own form."""
    check_refused(send_bytes(server, data), row(EVERY_REQUEST, "bytes that are no HTTP"))


@pytest.mark.parametrize(
    "head",
    [b"X-Long: " + b"x" * 70_000, b"\r\n".join(b"X-Many: x" for _ in range(201)), b"X-Endless: " + b"x" * 1_000_000],
    ids=["one long", "many", "a megabyte"],
)
def test_header_floods(server: LiveServer, head: bytes) -> None:
    """Long and many headers are not kept."""
    answer = send_bytes(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n")
    check_refused(answer, row(EVERY_REQUEST, "more than 64 KiB"))


def test_an_address_without_end(server: LiveServer) -> None:
    """An address is part of the head."""
    answer = send_bytes(server, b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    check_refused(answer, row(EVERY_REQUEST, "more than 64 KiB"))


def test_heads_up_to_the_limit_pass(http: httpx.Client) -> None:
    """A proxy's headers and a long token are no flood, and a kept connection counts anew for each request."""
    for _ in range(20):
        assert http.get("/healthz", headers={"X-Long": "x" * 30_000}).status_code == 200


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("path", ["/auth/sign-in", "/api/query", "/nothing/here"])
def test_bodies_above_the_limit(narrow_server: LiveServer, address: str, path: str, announced: bool) -> None:
    """Whether their length was announced or not, and whoever would have read them."""

    def pieces() -> Iterator[bytes]:
        for _ in range(30):
            yield b" " * 100

    headers = {"X-Forwarded-For": address, "Content-Type": "application/json"}
    answer = httpx.post(narrow_server.origin + path, content=b" " * 3_000 if announced else pieces(), headers=headers)
    if path == "/nothing/here" and not announced:
        assert answer.status_code == 404
    else:
        check_refused(answer, row(EVERY_REQUEST, "a body above"))


def test_too_many_requests_of_one_address(narrow_server: LiveServer, address: str) -> None:
    """Others are not concerned."""
    answers = [httpx.get(narrow_server.origin + "/healthz", headers={"X-Forwarded-For": address}) for _ in range(10)]
    assert [answer.status_code for answer in answers[:8]] == [200] * 8
    for answer in answers[8:]:
        check_refused(answer, row(EVERY_REQUEST, "more requests from one address"))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/api/nothing", "/auth/nothing", "/.well-known/nothing", "/ws/nothing"])
def test_addresses_that_are_none(http: httpx.Client, method: str, path: str) -> None:
    """Whatever is tried there, it is 404 and never a page."""
    check_refused(http.request(method, path), row(EVERY_REQUEST, "an address that is none"))


@pytest.mark.parametrize("path", ["/nothing", "/", "/sessions/abc", "/%2e%2e/%2e%2e/etc/passwd"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
def test_pages_are_only_fetched(http: httpx.Client, method: str, path: str) -> None:
    """Nothing is there for any other method."""
    check_refused(http.request(method, path), row(EVERY_REQUEST, "an address that is none"))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/auth/sign-in"),
        ("DELETE", "/auth/me"),
        ("GET", "/api/mutation"),
        ("PUT", "/api/query"),
        ("DELETE", "/api/storage/x"),
        ("POST", "/healthz"),
        ("POST", "/api/boards/x/files/y"),
    ],
)
def test_methods_that_an_address_does_not_take(http: httpx.Client, method: str, path: str) -> None:
    """The answer names those it takes."""
    answer = http.request(method, path)
    check_refused(answer, row(EVERY_REQUEST, "a method that"))
    assert answer.headers["allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/..%2f..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2f..%2fpyproject.toml",
        "/assets/%2e%2e/%2e%2e/server/settings.py",
        "/....//....//etc/passwd",
        "/%5c..%5c..%5cwindows%5cwin.ini",
        "/index.html%00.png",
        "/%00",
        "/.git/config",
        "/.env",
        "//etc/passwd",
        "/signing-keys.json",
        "/engine.db",
    ],
)
def test_no_path_leads_out_of_the_page(server: LiveServer, path: str) -> None:
    """What comes back is the page's own frame, or nothing."""
    answer = send_bytes(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.status_code in (200, 404, 503)
    check_headers(answer)
    for inside in ("root:", "[build-system]", "refresh_secret", "SQLite format", "class Settings", "[core]"):
        assert inside not in answer.text


def test_queries_that_nobody_asked_for_change_nothing(http: httpx.Client) -> None:
    """Unknown parameters, empty ones and many are passed over."""
    for query in ("?x=1&x=2&=&%00=%ff", "?" + "&".join(f"a{n}=b" for n in range(2_000)), "?__proto__=1&constructor=2"):
        answer = http.get("/healthz" + query)
        assert answer.status_code == 200
        check_headers(answer)


def test_every_answer_carries_the_headers_of_a_harmless_one(http: httpx.Client) -> None:
    """Pages, documents, files, JSON, metrics and refusals alike; a caller's request id is kept only if it looks like one."""
    for path in (
        "/",
        "/docs",
        "/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
        "/version",
        "/.well-known/jwks.json",
        "/auth/me",
    ):
        answer = http.get(path)
        check_headers(answer)
        assert answer.headers["x-frame-options"] == "DENY"
    assert http.get("/healthz", headers={"X-Request-ID": "from-a-proxy-1"}).headers["x-request-id"] == "from-a-proxy-1"
    assert http.get("/healthz", headers={"X-Request-ID": "evil id"}).headers["x-request-id"] != "evil id"
    preflight = http.options("/api/mutation", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"})
    check_headers(preflight)


def test_refusals_say_the_request_id(http: httpx.Client) -> None:
    """It is the one in the header, and a sentence comes with it."""
    answer = http.post("/nothing")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    check_sentence(answer.json()["message"])
