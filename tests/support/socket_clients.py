"""Small blocking clients of the two live channels, speaking what the page speaks."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pycrdt
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

WAIT_SECONDS = 30.0


class TutorSocket:
    """Listens to a lesson and sends commands. Keeps every event it was sent, byte for byte, by number."""

    def __init__(self, origin: str, session: str, token: str, *, after: int | None = 0) -> None:
        """Connect; `after` None hears only what comes from now on."""
        query = f"token={token}" if after is None else f"after={after}&token={token}"
        self.texts: dict[int, str] = {}
        self.replies: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self.is_open = True
        self._stack = ExitStack()
        self._socket = self._stack.enter_context(connect(f"{origin}/ws/tutor/{session}?{query}", max_size=None))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the events heard so far, by number."""
        with self._changed:
            return [json.loads(text) for _, text in sorted(self.texts.items())]

    def send(self, kind: str, **fields: Any) -> bool:
        """Send a command; return False when the connection is gone."""
        try:
            self._socket.send(json.dumps({"type": kind, **fields}))
        except (ConnectionClosed, OSError):
            return False
        return True

    def acknowledged(self, command_id: str) -> bool:
        """Return whether the command was acknowledged."""
        with self._changed:
            return {"type": "ack", "id": command_id} in self.replies

    def wait_for_reply(self, command_id: str, seconds: float = WAIT_SECONDS) -> dict[str, Any]:
        """Wait for the `ack` or the `error` of a command."""
        with self._changed:
            self._changed.wait_for(lambda: any(reply.get("id") == command_id for reply in self.replies), seconds)
            return next(reply for reply in self.replies if reply.get("id") == command_id)

    def wait_for(
        self, kind: str, *, where: Callable[[dict[str, Any]], bool] = lambda _: True, seconds: float = WAIT_SECONDS
    ) -> Any:
        """Wait for the newest event or reply of a kind for which `where` holds."""

        def found() -> dict[str, Any] | None:
            everything = [*(json.loads(text) for _, text in sorted(self.texts.items())), *self.replies]
            return next((one for one in reversed(everything) if one["type"] == kind and where(one)), None)

        with self._changed:
            if not self._changed.wait_for(lambda: found() is not None or not self.is_open, seconds):
                raise AssertionError(f"no {kind} within {seconds} s; heard {[one['type'] for one in self.events][-5:]}")
            result = found()
        if result is None:
            raise ConnectionError(f"the connection closed before {kind}")
        return result

    def wait_for_close(self, seconds: float = WAIT_SECONDS) -> int | None:
        """Wait until the server has closed the connection and return its code; None when it has not."""
        self._reader.join(seconds)
        return None if self._reader.is_alive() else self._socket.close_code

    def close(self) -> None:
        """Hang up."""
        self._stack.close()
        self._reader.join(5)

    def _read(self) -> None:
        try:
            for text in self._socket:
                message = json.loads(text)
                with self._changed:
                    if "seq" in message:
                        assert message["seq"] not in self.texts, f"event {message['seq']} came twice"
                        self.texts[message["seq"]] = str(text)
                    else:
                        self.replies.append(message)
                    self._changed.notify_all()
        except (ConnectionClosed, OSError):
            pass
        finally:
            with self._changed:
                self.is_open = False
                self._changed.notify_all()


class BoardSocket:
    """A peer of a board with a Yjs document of its own, by the y-websocket protocol."""

    def __init__(self, origin: str, session: str, token: str) -> None:
        """Connect, exchange state, and wait until both sides are equal."""
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc()
        self.elements = self.doc.get("elements", type=pycrdt.Map)
        self._lock = threading.RLock()
        self._synced = threading.Event()
        self._stack = ExitStack()
        self._socket = self._stack.enter_context(connect(f"{origin}/ws/board/{session}?token={token}", max_size=None))
        self._socket.send(pycrdt.create_sync_message(self.doc))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._synced.wait(WAIT_SECONDS):
            raise AssertionError("the board did not sync")

    def draw(self, element_id: str, x: float) -> bool:
        """Add a rectangle; return False when the connection is gone."""
        updates: list[bytes] = []
        with self._lock:
            subscription = self.doc.observe(lambda event: updates.append(event.update))
            self.elements[element_id] = pycrdt.Map(
                {
                    "type": "rectangle",
                    "x": x,
                    "y": 10.0,
                    "width": 40.0,
                    "height": 30.0,
                    "index": f"a{len(self.elements):04d}",
                    "seed": 1,
                }
            )
            self.doc.unobserve(subscription)
        try:
            for update in updates:
                self._socket.send(pycrdt.create_update_message(update))
        except (ConnectionClosed, OSError):
            return False
        return True

    def ids(self) -> set[str]:
        """Return the ids of every element that is here."""
        with self._lock:
            return set(self.elements.keys())

    def live_elements(self) -> list[dict[str, Any]]:
        """Return the elements that are not deleted."""
        with self._lock:
            everything: dict[str, dict[str, Any]] = self.elements.to_py() or {}
        return [element for element in everything.values() if not element.get("isDeleted")]

    def wait_for_ids(self, wanted: set[str], seconds: float = WAIT_SECONDS) -> None:
        """Wait until all these elements are here."""
        deadline = time.monotonic() + seconds
        while not wanted <= self.ids():
            if time.monotonic() > deadline:
                raise AssertionError(f"missing on the board: {sorted(wanted - self.ids())}")
            time.sleep(0.02)

    def wait_for_close(self, seconds: float = WAIT_SECONDS) -> int | None:
        """Wait until the server has closed the connection and return its code; None when it has not."""
        self._reader.join(seconds)
        return None if self._reader.is_alive() else self._socket.close_code

    def close(self) -> None:
        """Hang up."""
        self._stack.close()
        self._reader.join(5)

    def _read(self) -> None:
        try:
            for message in self._socket:
                data = bytes(message) if isinstance(message, bytes) else message.encode()
                if data[0] != 0:
                    continue
                with self._lock:
                    reply = pycrdt.handle_sync_message(data[1:], self.doc)
                if reply is not None:
                    self._socket.send(reply)
                if data[1] == 1:
                    self._synced.set()
        except (ConnectionClosed, OSError):
            return
