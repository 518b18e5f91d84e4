"""A real server process on a free port, and small clients that speak to it as the page does."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

START_SECONDS = 30.0


def free_port() -> int:
    """Return a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class LiveServer:
    """`tutorium serve` as a child process. The port and the data stay the same over restarts."""

    data: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        """Return scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_origin(self) -> str:
        """Return the same for WebSockets."""
        return f"ws://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the process and wait until it is ready."""
        log = (self.data.parent / "server.log").open("ab")
        command = [sys.executable, "-m", "tutorium", "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data", str(self.data)],
            env={**os.environ, **self.settings},
            stdout=log,
            stderr=log,
        )
        log.close()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.origin}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise RuntimeError(f"the server did not start:\n{self.log_text()[-4000:]}")

    def kill(self) -> None:
        """Kill the process as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask the process to end and return its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def log_text(self) -> str:
        """Return everything the server printed."""
        path = self.data.parent / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""


@contextmanager
def running_server(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[LiveServer]:
    """Run a server on data in `folder` until the block is left."""
    server = LiveServer(data=folder / "data", settings=settings or {})
    server.start()
    try:
        yield server
    finally:
        server.stop()


class CallFailedError(Exception):
    """A function answered with an error; `data` is what it said."""

    def __init__(self, message: str, data: Any) -> None:
        """Keep what the server said."""
        super().__init__(f"{message} {data}")
        self.data = data


@dataclass
class Account:
    """Somebody signed in, calling functions over HTTP."""

    origin: str
    token: str
    user: dict[str, Any]
    refresh_token: str

    @classmethod
    def guest(cls, origin: str) -> "Account":
        """Come in as a guest."""
        return cls.from_answer(origin, httpx.post(f"{origin}/auth/guest", json={}))

    @classmethod
    def sign_up(cls, origin: str, email: str, name: str, password: str = "correct horse 9") -> "Account":
        """Make an account."""
        body = {"email": email, "password": password, "name": name}
        return cls.from_answer(origin, httpx.post(f"{origin}/auth/sign-up", json=body))

    @classmethod
    def from_answer(cls, origin: str, answer: httpx.Response) -> "Account":
        """Take the tokens from what an auth route answered."""
        answer.raise_for_status()
        body = answer.json()
        return cls(origin=origin, token=body["token"], user=body["user"], refresh_token=body["refresh_token"])

    def _call(self, kind: str, path: str, args: dict[str, Any]) -> Any:
        answer = httpx.post(
            f"{self.origin}/api/{kind}",
            json={"path": path, "args": args, "format": "json"},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
        )
        body = answer.json()
        if answer.status_code != 200 or body.get("status") != "success":
            raise CallFailedError(json.dumps(body)[:500], body.get("errorData"))
        return body["value"]

    def query(self, path: str, **args: Any) -> Any:
        """Call a query."""
        return self._call("query", path, args)

    def mutation(self, path: str, **args: Any) -> Any:
        """Call a mutation."""
        return self._call("mutation", path, args)

    def action(self, path: str, **args: Any) -> Any:
        """Call an action."""
        return self._call("action", path, args)

    def upload(self, folder: str, name: str, data: bytes, content_type: str) -> str:
        """Upload a document as the page does and return its id."""
        url = self.mutation("documents:generateUploadUrl")
        answer = httpx.post(url, content=data, headers={"Content-Type": content_type}, timeout=60)
        answer.raise_for_status()
        return self.mutation("documents:add", folder=folder, storageId=answer.json()["storageId"], name=name)

    def wait_until_read(self, document: str, seconds: float = 60) -> dict[str, Any]:
        """Wait until a document is ready, failed or cancelled, and return its row."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            row = self.query("documents:get", document=document)
            if row["status"] in {"ready", "failed", "cancelled"}:
                return row
            time.sleep(0.1)
        raise AssertionError(f"the document is still {row['status']} after {seconds} s")
