"""What the command line refuses, each with one sentence and an exit code of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.doors.telling import check_sentence, row
from tests.support.live_server import LiveServer
from tutorium.server.cli import main
from tutorium.server.refusals import COMMANDS, Refusal
from tutorium.server.startup import ExitCode

RunHere = Callable[..., tuple[int, str]]

SECRET = "k3y-that-nobody-may-see"


def run(directory: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run the command and return its exit code and what it said on standard error."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUTORIUM_")}
    command = [sys.executable, "-m", "tutorium", *arguments]
    done = subprocess.run(
        command, cwd=directory, env={**kept, **environment}, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stderr


@pytest.fixture
def run_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> RunHere:
    """Run the command in this process: for what ends before anything is opened."""
    for name in [name for name in os.environ if name.startswith("TUTORIUM_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run_command(*arguments: str, **environment: str) -> tuple[int, str]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["tutorium", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().err

    return run_command


def check_ended(ended: tuple[int, str], refusal: Refusal) -> str:
    """It ended as the row says, with a sentence; return that."""
    code, said = ended
    assert (str(code), ExitCode(code).name) == (refusal.answer, refusal.code), said
    check_sentence(said)
    assert SECRET not in said
    return said


@pytest.mark.parametrize("arguments", [["fly"], ["serve", "--wings"], ["serve", "--port", "many"], ["teach"]])
def test_words_it_does_not_know(run_here: RunHere, arguments: list[str]) -> None:
    """It says where help is."""
    check_ended(run_here(*arguments), row(COMMANDS, "an unknown command"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("TOKEN_MINUTES", "0"),
        ("LOG_LEVEL", "loud"),
        ("SIGN_UP_OPEN", "perhaps"),
        ("GUESTS_PER_ADDRESS", "lots"),
        ("WORDS_PER_SECOND", "nan"),
        ("DRAIN_SECONDS", "-1"),
        ("MAX_BODY_BYTES", "1"),
    ],
)
def test_settings_that_do_not_fit(run_here: RunHere, name: str, value: str) -> None:
    """The setting is named."""
    said = check_ended(run_here("check", **{f"TUTORIUM_{name}": value}), row(COMMANDS, "a setting that is out of range"))
    assert name.lower() in said


@pytest.mark.parametrize(
    "content",
    [b"prot = 1", b"port = 'x", b'port = "\xff"', b"model_key = 5", b"[port]\nx = 1", b"requests_per_address = 5", b"\x00"],
)
def test_files_of_settings_that_are_none(tmp_path: Path, run_here: RunHere, content: bytes) -> None:
    """Unknown names, wrong types, no TOML, no text."""
    (tmp_path / "tutorium.toml").write_bytes(b"" + content)
    check_ended(run_here("check"), row(COMMANDS, "a setting that is out of range"))


@pytest.mark.parametrize("config", ["missing.toml", "."])
def test_files_of_settings_that_cannot_be_read(run_here: RunHere, config: str) -> None:
    """They are named."""
    said = check_ended(run_here("check", "--config", config), row(COMMANDS, "a setting that is out of range"))
    assert config in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_ORIGINS", "school.example"),
        ("ALLOWED_ORIGINS", "https://a.example/path"),
        ("ALLOWED_ORIGINS", "https://a.example:many"),
        ("TRUSTED_PROXIES", "proxy.internal"),
        ("MODEL_URL", f"host/v1?key={SECRET}"),
    ],
)
def test_addresses_that_are_none(run_here: RunHere, name: str, value: str) -> None:
    """They would otherwise show much later, or never."""
    check_ended(run_here("check", **{f"TUTORIUM_{name}": value}), row(COMMANDS, "an origin, proxy"))


def test_a_store_that_is_not_there(run_here: RunHere) -> None:
    """Its address, which holds a password, is not repeated."""
    address = f"postgres://me:{SECRET}@host/db"
    check_ended(run_here("serve", "--port", "0", "--database", address), row(COMMANDS, "`--database` of a store"))


def test_documents_that_cannot_be_taught_from(tmp_path: Path) -> None:
    """Missing ones, directories, empty and broken ones."""
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)))
    for name in ("missing.pdf", ".", "empty.txt", "broken.pdf"):
        check_ended(run(tmp_path, "teach", name, "--no-ask"), row(COMMANDS, "a document to teach from"))


def test_ports_and_directories_that_cannot_be_had(server: LiveServer, tmp_path: Path) -> None:
    """Each is named, and nothing is left behind."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = check_ended(run(tmp_path, "serve", "--port", port), row(COMMANDS, "a port that is taken"))
    assert port in said
    unusable = row(COMMANDS, "a data directory that is none")
    (tmp_path / "file").write_text("x")
    check_ended(run(tmp_path, "serve", "--port", "0", "--data", "file"), unusable)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "signing-keys.json").write_text("{")
    check_ended(run(tmp_path, "serve", "--port", "0", "--data", "keys"), unusable)
    check_ended(run(tmp_path, "serve", "--port", "0", TUTORIUM_SIGNING_KEYS="/no/such/place"), unusable)
    in_use = run(tmp_path, "serve", "--port", "0", "--data", str(server.data))
    check_ended(in_use, row(COMMANDS, "a database that another process owns"))


def test_a_damaged_database(tmp_path: Path) -> None:
    """It is not touched."""
    data = tmp_path / "data"
    data.mkdir()
    damaged = bytes(range(256)) * 64
    (data / "engine.db").write_bytes(damaged)
    check_ended(run(tmp_path, "serve", "--port", "0", "--data", "data"), row(COMMANDS, "a database that is damaged"))
    assert (data / "engine.db").read_bytes() == damaged
