"""What can keep a server from starting, told in one sentence."""

import socket
from pathlib import Path

import pytest

from tutorium.server.run import address_of
from tutorium.server.settings import Settings
from tutorium.server.startup import ExitCode, StartError, bind, prepare_data_directory


def test_the_data_directory_is_made_for_the_owner_only(tmp_path: Path) -> None:
    """With its parents; twice is fine; nothing is left behind by the check."""
    data = tmp_path / "a" / "data"
    prepare_data_directory(data)
    prepare_data_directory(data)
    assert data.stat().st_mode & 0o777 == 0o700
    assert list(data.iterdir()) == []


def test_a_file_in_place_of_the_data_directory_is_named(tmp_path: Path) -> None:
    """The message says which path and what to do."""
    (tmp_path / "data").write_text("")
    for path in (tmp_path / "data", tmp_path / "data" / "below"):
        with pytest.raises(StartError, match="--data") as refused:
            prepare_data_directory(path)
        assert refused.value.exit_code == ExitCode.DATA_NOT_USABLE


def test_a_port_in_use_is_named() -> None:
    """The message says which port and what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StartError, match=rf"Port {port} is in use") as refused:
            bind(Settings(port=port))
    assert refused.value.exit_code == ExitCode.PORT_NOT_FREE


def test_an_address_of_another_machine_is_refused() -> None:
    """192.0.2.0/24 is nobody's."""
    with pytest.raises(StartError, match="Cannot listen on"):
        bind(Settings(host="192.0.2.1", port=0))


def test_a_free_port_is_taken_and_said_as_it_can_be_opened() -> None:
    """Port 0 becomes a real one."""
    with bind(Settings(port=0)) as bound:
        port = bound.getsockname()[1]
        assert port > 0
        assert address_of(bound) == f"http://localhost:{port}"
