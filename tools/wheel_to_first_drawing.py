"""Measure the way of somebody new: from a built wheel, in an environment of its own, to the first drawing of a lesson.

Usage: python tools/wheel_to_first_drawing.py [--no-cache] [WHEEL]

Builds the wheel when none is named, makes a virtual environment, installs the locked requirements with their hashes and the
wheel, looks for everything the wheel must carry, and runs `tutorium teach` on the sample text until it says that something is
on the board. Prints the seconds of each step; the exit code is 1 when the steps after the build take a minute or more.
`--no-cache` downloads every package anew.
"""

import os
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "src" / "tutorium" / "app" / "documents" / "sample.md"
MOST_SECONDS = 60.0
DRAWN = "on the board:"
MUST_CARRY = (
    "tutorium/py.typed",
    "tutorium/server/page/index.html",
    "tutorium/app/documents/sample.md",
    "tutorium/realtime/whiteboard/board-defaults.json",
)
SHIPPED = {".md", ".sql", ".json", ".typed"}


def build_wheel(folder: Path) -> Path:
    """Build the wheel into `folder` with the build backend of this environment."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


def missing_from(wheel: Path) -> list[str]:
    """Return what the sources ship and the wheel lacks."""
    source = ROOT / "src"
    shipped = [
        path.relative_to(source).as_posix()
        for path in (source / "tutorium").rglob("*")
        if path.suffix in {".py", *SHIPPED} and "page" not in path.parts and "__pycache__" not in path.parts
    ]
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    return sorted({*shipped, *MUST_CARRY} - carried)


def environment_of(folder: Path) -> dict[str, str]:
    """Return the environment of somebody who has only the new virtual environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "TUTORIUM_"))}
    return {**kept, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def install(python: Path, wheel: Path, options: Iterable[str]) -> None:
    """Install the locked requirements, then the wheel alone."""
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *options]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "run.lock")], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)


def teach_until_drawn(folder: Path) -> None:
    """Run a lesson in the terminal until its first drawing. Raises RuntimeError when it ends before."""
    command = [str(folder / "bin" / "tutorium"), "teach", str(SAMPLE), "--no-ask"]
    with (
        tempfile.TemporaryDirectory() as here,
        subprocess.Popen(command, cwd=here, env=environment_of(folder), stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            if not any(DRAWN in line for line in process.stdout):
                raise RuntimeError(f"the lesson ended without a drawing, exit code {process.wait()}")
        finally:
            process.kill()


def timed(name: str, work: Callable[[], object]) -> float:
    """Do `work`, print how long it took, and return the seconds."""
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    print(f"{took:7.1f} s  {name}", flush=True)
    return took


def main(arguments: list[str]) -> int:
    """Return 0 when the wheel is whole and the first drawing came in time."""
    options = ["--no-cache-dir"] if "--no-cache" in arguments else []
    named = [Path(one).resolve() for one in arguments if not one.startswith("-")]
    with tempfile.TemporaryDirectory() as scratch:
        environment = Path(scratch) / "environment"
        wheels = Path(scratch) / "wheels"
        if not named:
            timed("build the wheel (not counted)", lambda: named.append(build_wheel(wheels)))
        wheel = named[0]
        missing = missing_from(wheel)
        if missing:
            print(f"the wheel lacks {', '.join(missing)}")
            return 1
        print(f"{wheel.stat().st_size / 2**20:7.1f} MiB {wheel.name}, nothing is missing")
        took = timed("make a virtual environment", lambda: venv.create(environment, with_pip=True))
        took += timed("install", lambda: install(environment / "bin" / "python", wheel, options))
        took += timed("teach until the first drawing", lambda: teach_until_drawn(environment))
    print(f"{took:7.1f} s  from the built wheel to the first drawing (bar: {MOST_SECONDS:g} s)")
    return 0 if took < MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
