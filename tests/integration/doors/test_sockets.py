"""What is refused of WebSockets: upgrades, frames, and messages of the sync protocol."""

import json
import socket
import struct
from typing import Any
from urllib.parse import quote

import pytest
from websockets.sync.client import connect

from tests.integration.doors.listening import check_closed, check_not_let_in, talk
from tests.integration.doors.telling import check_refused, check_sentence, row
from tests.integration.doors.test_accounts import expired_token, forged_tokens
from tests.integration.doors.test_requests import send_bytes
from tests.support.live_server import Account, LiveServer
from tutorium.server.refusals import BOARD, FRAMES, LESSON, SYNC, UPGRADES

SYNC_PATH = "/api/sync"
CONNECT = json.dumps({"type": "Connect", "sessionId": "doors", "connectionCount": 0, "lastCloseReason": None})


def message(kind: str, **fields: Any) -> str:
    """A message of the sync protocol."""
    return json.dumps({"type": kind, **fields})


# ---- coming in ----


@pytest.mark.parametrize(
    "changed",
    [
        {"sec-websocket-version": "12"},
        {"sec-websocket-key": "short"},
        {"sec-websocket-key": None},
        {"host": None},
        {"connection": "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="},
    ],
)
def test_requests_that_are_no_proper_upgrade(server: LiveServer, changed: dict[str, str | None]) -> None:
    """Old versions, keys that are none or two, no host."""
    headers: dict[str, str | None] = {
        "host": "x",
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers | changed).items() if value is not None)
    answer = send_bytes(server, f"GET {SYNC_PATH} HTTP/1.1\r\n{lines}\r\n".encode())
    check_refused(answer, row(UPGRADES, "no proper request"))


def test_upgrades_that_are_refused(server: LiveServer, ann: Account, session: str) -> None:
    """By size, path and origin, before any channel hears of them."""
    lesson = f"/ws/tutor/{session}?token={ann.token}"
    long = {f"X-Long-{n}": "x" * 7_000 for n in range(6)}
    check_not_let_in(talk(server, lesson, headers=long), row(UPGRADES, "headers above 32 KiB"))
    for path in (
        "/",
        "/ws/x",
        f"/ws/board/{session}/x",
        "/ws/board/",
        "/api/a/b/sync",
        "/ws/board/" + "x" * 300,
        "/..%2f..%2fx",
    ):
        check_not_let_in(talk(server, path), row(UPGRADES, "a path without"))
    for origin in ("https://evil.example", "null", "http://[", f"{server.origin}.evil.example", "file://"):
        for path in (lesson, f"/ws/board/{session}?token={ann.token}", SYNC_PATH):
            heard = talk(server, path, headers={"Origin": origin})
            check_not_let_in(heard, row(UPGRADES, "a page of an origin"))


def test_more_connections_than_there_may_be(narrow_server: LiveServer, address: str) -> None:
    """One address has a limit, and so has the whole server; who leaves makes room."""
    first, second, third = ({"X-Forwarded-For": f"{address[:-1]}{n}"} for n in (7, 8, 9))
    url = narrow_server.socket_origin + SYNC_PATH
    with connect(url, additional_headers=first):
        check_not_let_in(talk(narrow_server, SYNC_PATH, headers=first), row(UPGRADES, "more connections than one address"))
        with connect(url, additional_headers=second):
            check_not_let_in(talk(narrow_server, SYNC_PATH, headers=third), row(UPGRADES, "more connections than the server"))


def test_tokens_that_do_not_open_a_socket(server: LiveServer, ann: Account, bob: Account, session: str) -> None:
    """No token, forged ones, expired ones, those of strangers, and sessions that are none."""
    for door, path in ((BOARD, "/ws/board/"), (LESSON, "/ws/tutor/")):
        refusal = row(door, "no token, or one")
        check_closed(talk(server, path + session), refusal)
        forged = forged_tokens(server, ann)
        for kind in (
            "none",
            "hmac with the public key",
            "another key under our id",
            "changed claims",
            "another audience",
            "words",
        ):
            check_closed(talk(server, f"{path}{session}?token={quote(forged[kind])}"), refusal)
            check_closed(talk(server, path + session, headers={"Authorization": f"Bearer {forged[kind]}"}), refusal)
        missing = row(door, "a session that the caller is not in")
        check_closed(talk(server, f"{path}{session}?token={bob.token}"), missing)
        for name in ("x", "%00", "..%2f..%2fx", "%ff%fe", ann.user["_id"], "x" * 256):
            check_closed(talk(server, f"{path}{name}?token={ann.token}"), missing)
    expired = talk(server, f"/ws/tutor/{session}?token={expired_token(server, ann)}")
    check_closed(expired, row(LESSON, "no token any more"))


# ---- frames ----


def open_raw(server: LiveServer, path: str) -> socket.socket:
    """Open a WebSocket by hand."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    received = b""
    while not received.endswith(b"\r\n\r\n"):
        received += connection.recv(1)
    assert b" 101 " in received
    return connection


def masked(first: int, payload: bytes, length: int | None = None) -> bytes:
    """A client's frame; `length` lies about how long it is."""
    size = len(payload) if length is None else length
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 65_536:
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    return head + b"\x00\x00\x00\x00" + payload


def close_code(connection: socket.socket) -> int:
    """Read until the close frame and return its code."""
    with connection:
        received = b""
        while True:
            piece = connection.recv(65_536)
            if not piece:
                break
            received += piece
    at = received.rindex(b"\x88")
    return struct.unpack_from("!H", received, at + 2)[0]


@pytest.mark.parametrize(
    "frame",
    [
        b"\x81\x02{}",
        masked(0xC1, b"{}"),
        masked(0x83, b"x"),
        masked(0x80, b"x"),
        masked(0x09, b"x"),
        masked(0x88, b"\x03"),
        masked(0x88, b"\x03\xed"),
        masked(0x01, b"a") + masked(0x01, b"b"),
    ],
    ids=[
        "not masked",
        "reserved bit",
        "unknown opcode",
        "continues nothing",
        "ping in pieces",
        "short close",
        "1005 sent",
        "two begun",
    ],
)
def test_frames_that_break_the_protocol(server: LiveServer, frame: bytes) -> None:
    """Each ends its own connection."""
    connection = open_raw(server, SYNC_PATH)
    connection.sendall(frame)
    assert str(close_code(connection)) == row(FRAMES, "a frame that breaks").answer


def test_text_that_is_none(server: LiveServer) -> None:
    """Whole, and in pieces."""
    for frames in (masked(0x81, b"\xff\xfe"), masked(0x01, b"\xf0\x9f") + masked(0x80, b"\x41")):
        connection = open_raw(server, SYNC_PATH)
        connection.sendall(frames)
        assert str(close_code(connection)) == row(FRAMES, "text that is not").answer


def test_messages_above_the_limit(server: LiveServer, ann: Account, session: str) -> None:
    """The announced length is enough to refuse; pieces are counted together."""
    refusal = row(FRAMES, "a message above")
    lesson, board = f"/ws/tutor/{session}?token={ann.token}", f"/ws/board/{session}?token={ann.token}"
    for path, limit in ((lesson, 32 * 1024), (board, 8 << 20), (SYNC_PATH, 17 << 20)):
        connection = open_raw(server, path)
        connection.sendall(masked(0x82, b"", length=limit + 1))
        assert str(close_code(connection)) == refusal.answer
    connection = open_raw(server, lesson)
    connection.sendall(masked(0x01, b" " * 20_000) + masked(0x80, b" " * 20_000))
    assert str(close_code(connection)) == refusal.answer


# ---- the sync protocol ----


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "null",
        '{"type":"Zork"}',
        '{"type":5}',
        "[" * 100_000,
        '{"type":"Connect","x":' + "[" * 50_000 + "]" * 50_000 + "}",
        '{"type":"Connect"}',
        '{"type":"Connect","sessionId":""}',
        message("Connect", sessionId="x" * 129),
        message("Connect", sessionId="x", maxObservedTimestamp="?"),
        '{"type":"Connect","sessionId":"\\ud800"}',
    ],
)
def test_what_is_no_message(server: LiveServer, text: str) -> None:
    """The conversation ends with a FatalError that says what is wrong."""
    heard = talk(server, SYNC_PATH, text)
    check_closed(heard, row(SYNC, "a message that is no JSON"))
    check_sentence(heard.of_type("FatalError")[0]["error"])


@pytest.mark.parametrize(
    ("beginning", "messages"),
    [
        ("a binary message", [b"\x00"]),
        ("anything before `Connect`", [message("Mutation", requestId=0, udfPath="folders:create", args=[{}])]),
        ("anything before `Connect`", [CONNECT, CONNECT]),
        ("versions, query ids", [CONNECT, message("ModifyQuerySet", baseVersion=5, newVersion=6, modifications=[])]),
        ("versions, query ids", [CONNECT, message("ModifyQuerySet", baseVersion=0, newVersion=0, modifications=[])]),
        (
            "versions, query ids",
            [CONNECT, message("ModifyQuerySet", baseVersion=0, newVersion=1, modifications=[{"type": "Remove", "queryId": 1}])],
        ),
        ("versions, query ids", [CONNECT, message("Authenticate", baseVersion=3, tokenType="None")]),
        (
            "more than 4,096",
            [
                CONNECT,
                message(
                    "ModifyQuerySet",
                    baseVersion=0,
                    newVersion=1,
                    modifications=[{"type": "Add", "queryId": n, "udfPath": "no:no", "args": [{}]} for n in range(4_097)],
                ),
            ],
        ),
    ],
)
def test_messages_out_of_step(server: LiveServer, beginning: str, messages: list[str | bytes]) -> None:
    """The conversation ends with a FatalError."""
    heard = talk(server, SYNC_PATH, *messages)
    check_closed(heard, row(SYNC, beginning))
    check_sentence(heard.of_type("FatalError")[0]["error"])


def test_rows_of_the_sync_table_are_as_named() -> None:
    """The rows that are named by a parameter above."""
    row(SYNC, "a binary message")
    row(SYNC, "anything before `Connect`")
    row(SYNC, "versions, query ids")
    row(SYNC, "more than 4,096")


def test_tokens_over_the_sync_socket(server: LiveServer, ann: Account) -> None:
    """AuthError tells the client to fetch another one."""
    tokens = [*forged_tokens(server, ann).values(), expired_token(server, ann), ""]
    messages = [message("Authenticate", baseVersion=0, tokenType="User", value=token) for token in tokens]
    messages.append(message("Authenticate", baseVersion=0, tokenType="Admin", value="key"))
    for one in messages:
        heard = talk(server, SYNC_PATH, CONNECT, one)
        check_closed(heard, row(SYNC, "a token that is not good"))
        check_sentence(heard.of_type("AuthError")[0]["error"])


def test_a_client_from_the_future(server: LiveServer) -> None:
    """It has seen commits that are not here, and comes back by itself."""
    heard = talk(server, SYNC_PATH, message("Connect", sessionId="x", maxObservedTimestamp="//////////8="))
    check_closed(heard, row(SYNC, "a client that has seen"))


def test_clocks_that_are_none(server: LiveServer) -> None:
    """A client's nonsense about the time does not end its conversation."""
    for clock in (1e308, -1e308, 1e16, 5e-324):
        added = [{"type": "Add", "queryId": 1, "udfPath": "auth:me", "args": [{}]}]
        modify = message("ModifyQuerySet", baseVersion=0, newVersion=1, modifications=added)
        heard = talk(server, SYNC_PATH, message("Connect", sessionId="x", clientTs=clock), modify, until="Transition")
        assert heard.of_type("Transition")[0]["modifications"][0]["type"] == "QueryFailed"


def test_what_functions_refuse_is_told_and_the_conversation_goes_on(server: LiveServer) -> None:
    """With the same code as over HTTP; a function that is none has no data."""
    heard = talk(
        server,
        SYNC_PATH,
        CONNECT,
        message("Mutation", requestId=0, udfPath="folders:create", args=[{"name": "x"}]),
        message("Mutation", requestId=1, udfPath="folders:create", args=[{}, {}]),
        message("Mutation", requestId=2, udfPath="no:no", args=[{}]),
        message("Mutation", requestId=3, udfPath="folders:create", args=[{"name": 1}], componentPath="../x"),
        until='"requestId":3',
    )
    answers = heard.of_type("MutationResponse")
    assert [answer["success"] for answer in answers] == [False] * 4
    assert [answer.get("errorData", {}).get("code") for answer in answers] == ["not_signed_in", "invalid_arguments", None, None]
    assert heard.code is None
