"""Links and commands of the pages that people read first."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks" / "results").glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def relative_links(page: Path) -> Iterator[str]:
    """Yield the links of a page to other files of the repository."""
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z]+:|#", target):
            yield target.split("#")[0]


def command_lines(page: Path) -> Iterator[str]:
    """Yield the lines of a page that are commands: indented by four, settings before them taken off."""
    for line in FENCE.sub("", page.read_text(encoding="utf-8")).splitlines():
        if line.startswith("    "):
            yield re.sub(r"^(?:[A-Z_]+=\S+\s+)+", "", line.strip())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page: Path) -> None:
    """Every relative link names a file or folder that is there."""
    missing = [target for target in relative_links(page) if not (page.parent / target).exists()]
    assert not missing


def test_links_are_found() -> None:
    """The README's links are seen by this test at all."""
    assert len(list(relative_links(ROOT / "README.md"))) > 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_exist(page: Path) -> None:
    """Every `make` command in a page is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)`", text)) | {
        line.split()[1] for line in command_lines(page) if re.match(r"make [a-z-]+", line)
    }
    assert named <= targets


def test_commands_of_tutorium_exist() -> None:
    """Every `tutorium` command that a page names is one, and every option it shows is an option of it."""
    lines = [line.split("#")[0] for page in PAGES for line in command_lines(page)]
    commands = [line.split("tutorium ", 1)[1].split() for line in lines if re.match(r"(\.venv/bin/)?tutorium ", line)]
    assert commands
    for command, *arguments in commands:
        helped = subprocess.run(
            [sys.executable, "-m", "tutorium", command, "--help"],
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin", "TERM": "dumb", "COLUMNS": "200", "NO_COLOR": "1"},
        )
        assert helped.returncode == 0, command
        for option in (one for one in arguments if one.startswith("--")):
            assert option.split("=")[0] in helped.stdout


def test_the_two_commands_come_first() -> None:
    """The first screenful of the README names `make run` and `make test`."""
    first = "\n".join((ROOT / "README.md").read_text().splitlines()[:20])
    assert "make run" in first
    assert "make test" in first
