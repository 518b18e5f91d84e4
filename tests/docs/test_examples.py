"""The example of the tutorial runs as it is printed."""

import re
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.support.live_server import free_port

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "tutorial" / "first-reactive-app.md"
SECONDS = 30.0


def watch(folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    """Run the client of the page."""
    command = [sys.executable, str(folder / "watch.py"), f"http://localhost:{port}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)


def is_listening(port: int) -> bool:
    """Return whether the server of the page answers yet."""
    try:
        return httpx.get(f"http://localhost:{port}/version", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def test_first_reactive_application(tmp_path: Path) -> None:
    """The page's server and client, saved as told, print what the page says."""
    notes, client = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "notes.py").write_text(notes)
    (tmp_path / "watch.py").write_text(client)
    port = free_port()
    with subprocess.Popen([sys.executable, str(tmp_path / "notes.py"), str(port), str(tmp_path / "data")]) as server:
        try:
            deadline = time.monotonic() + SECONDS
            while not is_listening(port) and server.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
            first, second = watch(tmp_path, port), watch(tmp_path, port)
        finally:
            server.terminate()
    assert first.stdout.splitlines() == ["[]", "['bread']"], first.stderr
    assert second.stdout.splitlines() == ["['bread']", "['bread', 'bread']"], second.stderr
