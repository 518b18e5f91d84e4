"""The server as a process: how it starts, what it says, how it ends."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

START_SECONDS = 20
"""Far more than a start takes, so that a busy machine fails no test."""

COMMAND = [sys.executable, "-c", "from tutorium.server.cli import main; main()"]


class Process:
    """A running `tutorium serve`."""

    def __init__(self, directory: Path, *options: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", "--data", str(directory / "data"), *options],
            cwd=directory,
            env={**{k: v for k, v in os.environ.items() if not k.startswith("TUTORIUM_")}, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = ""

    def wait_until_open(self) -> str:
        """Return the address once the start block has named it."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            line = self.process.stdout.readline()
            self.said += line
            if match := re.search(r"http://localhost:\d+", self.said):
                if "Ctrl-C" in self.said:
                    return match[0]
            elif not line:
                break
        raise AssertionError(f"did not start: {self.said}{self.process.stderr.read() if self.process.stderr else ''}")

    def stop(self, sign: int = signal.SIGTERM) -> tuple[int, str]:
        """Stop the process; return its exit code and everything it wrote to standard error."""
        self.process.send_signal(sign)
        _, errors = self.process.communicate(timeout=START_SECONDS)
        return self.process.returncode, errors


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Process]]:
    """Processes to be ended whatever happens."""
    processes: list[Process] = []
    yield processes
    for one in processes:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def run(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=directory,
        env={**{k: v for k, v in os.environ.items() if not k.startswith("TUTORIUM_")}, **environment},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


def post(url: str, body: object, token: str | None = None) -> dict[str, object]:
    """Send JSON and return the answer."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=10) as answer:
        return json.load(answer)


def test_a_server_starts_serves_stops_and_remembers(tmp_path: Path, started: list[Process]) -> None:
    """The start block names address, data and tutor; SIGTERM and Ctrl-C end it with 0; data and sign-ins outlive it."""
    started.append(first := Process(tmp_path))
    address = first.wait_until_open()
    assert str(tmp_path / "data") in first.said
    assert re.search(r"started +in \d+\.\d s", first.said)
    with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
        assert json.load(answer)["status"] == "ready"
    account = post(f"{address}/auth/sign-up", {"email": "ann@example.org", "password": "correct horse", "name": "Ann"})
    token = str(account["token"])
    made = post(f"{address}/api/mutation", {"path": "folders:create", "args": {"name": "Physics"}}, token)
    assert made["status"] == "success"
    code, errors = first.stop()
    assert code == 0, errors
    assert "correct horse" not in errors
    assert token not in errors
    started.append(second := Process(tmp_path))
    address = second.wait_until_open()
    listed = post(f"{address}/api/query", {"path": "folders:list", "args": {}}, token)
    assert [row["name"] for row in listed["value"]] == ["Physics"]  # type: ignore[attr-defined,index]
    code, errors = second.stop(signal.SIGINT)
    assert code == 0, errors


def test_sockets_are_sent_away_and_their_tokens_are_in_no_log(tmp_path: Path, started: list[Process]) -> None:
    """A board and a lesson take the token in the address; a stop tells both to come back, and ends soon."""
    started.append(server := Process(tmp_path, TUTORIUM_LOG_LEVEL="debug"))
    address = server.wait_until_open()
    account = post(f"{address}/auth/guest", {})
    token = str(account["token"])
    folder = post(f"{address}/api/mutation", {"path": "folders:create", "args": {"name": "Physics"}}, token)["value"]
    args = {"folder": folder, "title": "Waves"}
    session = post(f"{address}/api/mutation", {"path": "sessions:create", "args": args}, token)["value"]
    base = address.replace("http", "ws")
    with connect(f"{base}/ws/board/{session}?token=wrong-token-0815") as refused:
        assert close_code(refused) == 4401
    with (
        connect(f"{base}/ws/board/{session}?token={token}") as board,
        connect(f"{base}/ws/tutor/{session}?token={token}") as tutor,
    ):
        tutor.send('{"type":"ping","id":"1"}')
        assert json.loads(tutor.recv(timeout=10)) == {"type": "pong", "id": "1"}
        before = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert {close_code(board), close_code(tutor)} <= {1001, 1012}
    _, errors = server.process.communicate(timeout=START_SECONDS)
    assert server.process.returncode == 0
    assert time.monotonic() - before < 10
    for secret in (token, str(account["refresh_token"]), "wrong-token-0815"):
        assert secret not in errors
        assert secret not in server.said


def close_code(socket: ClientConnection) -> int:
    """Read until the other side closes; return its code."""
    try:
        while True:
            socket.recv(timeout=10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def test_a_second_process_on_the_same_data_is_refused(tmp_path: Path, started: list[Process]) -> None:
    """With one sentence and an exit code of its own; the first is not disturbed."""
    started.append(first := Process(tmp_path))
    address = first.wait_until_open()
    second = run(tmp_path, "serve", "--port", "0", "--data", str(tmp_path / "data"))
    assert second.returncode == 5
    assert len(second.stderr.strip().splitlines()) == 1
    assert "another" in second.stderr.lower()
    with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
        assert json.load(answer) == {"status": "ok"}


def test_a_port_in_use_is_told_in_one_sentence(tmp_path: Path, started: list[Process]) -> None:
    """And the process ends with its own code, without a traceback."""
    started.append(first := Process(tmp_path))
    port = first.wait_until_open().rpartition(":")[2]
    second = run(tmp_path, "serve", "--port", port, "--data", str(tmp_path / "other"))
    assert second.returncode == 3
    assert (
        second.stderr.strip() == f"tutorium: Port {port} is in use by another program. Stop it, or choose another with --port."
    )


def test_a_wrong_setting_is_told_in_one_sentence(tmp_path: Path) -> None:
    """Exit code 2."""
    wrong = run(tmp_path, "serve", TUTORIUM_PORT="many")
    assert wrong.returncode == 2
    assert "port" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_a_database_that_cannot_be_opened_is_told_in_one_sentence(tmp_path: Path) -> None:
    """Exit code 2, nothing is written, and the password in the address is not shown."""
    wrong = run(tmp_path, "serve", "--database", "postgresql://tutor:hunter2secret@db/tutor", "--data", str(tmp_path / "data"))
    assert wrong.returncode == 2
    assert "SQLite only" in wrong.stderr
    assert "hunter2secret" not in wrong.stderr + wrong.stdout
    assert not (tmp_path / "data").exists()


def test_damaged_signing_keys_are_told_in_one_sentence(tmp_path: Path) -> None:
    """Exit code 4; the file is named and left as it is."""
    keys = tmp_path / "keys.json"
    keys.write_text("{")
    wrong = run(tmp_path, "serve", "--port", "0", "--data", str(tmp_path / "data"), TUTORIUM_SIGNING_KEYS=str(keys))
    assert wrong.returncode == 4
    assert str(keys) in wrong.stderr
    assert keys.read_text() == "{"


def test_a_data_directory_that_is_a_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    """Exit code 4."""
    (tmp_path / "data").write_text("")
    wrong = run(tmp_path, "serve", "--data", str(tmp_path / "data"))
    assert wrong.returncode == 4
    assert "--data" in wrong.stderr


def test_functions_lists_everything_with_who_may_call_it(tmp_path: Path) -> None:
    """As JSON and as a table; internal functions are not in it; no route is without an answer."""
    listed = run(tmp_path, "functions", "--json")
    assert listed.returncode == 0, listed.stderr
    surface = json.loads(listed.stdout)
    by_path = {one["path"]: one for one in surface["functions"]}
    assert by_path["folders:rename"]["kind"] == "mutation"
    assert by_path["folders:rename"]["who"] == "owner of the folder"
    assert by_path["jobs:list"]["who"] == "administrators"
    assert "auth:createMember" not in by_path
    routes = {one["path"]: one for one in surface["routes"]}
    assert routes["/auth/me"] == {"path": "/auth/me", "methods": ["GET"], "who": "anyone signed in"}
    assert all(one["who"] for one in [*surface["functions"], *surface["routes"], *surface["sockets"]])
    assert not (tmp_path / "tutorium-data").exists()
    assert "folders:rename" in run(tmp_path, "functions").stdout


def test_check_says_what_would_work(tmp_path: Path, started: list[Process]) -> None:
    """All well with exit code 0; what fails is named, with exit code 1."""
    well = run(tmp_path, "check", "--port", "0", "--data", str(tmp_path / "data"))
    assert well.returncode == 0, well.stdout
    assert "failed" not in well.stdout
    started.append(first := Process(tmp_path))
    port = first.wait_until_open().rpartition(":")[2]
    wrong = run(tmp_path, "check", "--port", port, "--data", str(tmp_path / "data"))
    assert wrong.returncode == 1
    assert f"Port {port} is in use" in wrong.stdout
    assert "database" in wrong.stdout
