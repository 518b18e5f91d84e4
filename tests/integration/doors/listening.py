"""A socket that is opened, sent something, and listened to until it falls silent or ends."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.integration.doors.telling import check_sentence
from tests.support.live_server import LiveServer
from tutorium.server.refusals import Refusal

QUIET_SECONDS = 5.0


@dataclass
class Heard:
    """What came back: messages, the close code and reason, or the status and body of a refused upgrade."""

    messages: list[str | bytes] = field(default_factory=list)
    code: int | None = None
    reason: str = ""
    status: int | None = None
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """Return the JSON messages of a type."""
        texts = [json.loads(message) for message in self.messages if isinstance(message, str)]
        return [message for message in texts if message.get("type") == kind]


def talk(
    server: LiveServer,
    path: str,
    *messages: str | bytes,
    until: str | None = None,
    headers: dict[str, str] | None = None,
) -> Heard:
    """Open a socket, send `messages`, and listen until it ends or says `until`."""
    heard = Heard()
    try:
        with connect(server.socket_origin + path, max_size=None, additional_headers=headers, open_timeout=20) as socket:
            for message in messages:
                socket.send(message)
            deadline = time.monotonic() + QUIET_SECONDS
            while (left := deadline - time.monotonic()) > 0:
                message = socket.recv(timeout=left)
                heard.messages.append(message)
                if until is not None and until in (message if isinstance(message, str) else message.hex()):
                    break
    except TimeoutError:
        pass
    except ConnectionClosed as end:
        heard.code, heard.reason = (1006, "") if end.rcvd is None else (end.rcvd.code, end.rcvd.reason)
    except InvalidStatus as refused:
        heard.status = refused.response.status_code
        heard.body = json.loads(bytes(refused.response.body or b"{}"))
        heard.headers = {name.lower(): value for name, value in refused.response.headers.raw_items()}
    return heard


def check_closed(heard: Heard, refusal: Refusal) -> None:
    """The socket was closed as the row says: its code, and for those with a name, the name."""
    assert str(heard.code) == refusal.answer, heard
    if not refusal.code.isdigit():
        assert heard.reason == refusal.code, heard


def check_not_let_in(heard: Heard, refusal: Refusal) -> None:
    """The upgrade was refused as the row says, as harmlessly as any other answer."""
    assert str(heard.status) in refusal.answer.split(", "), heard
    assert heard.body["code"] == refusal.code, heard
    check_sentence(heard.body["message"])
    assert heard.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors" in heard.headers["content-security-policy"]
