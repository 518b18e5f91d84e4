"""One server for all doors, and one with narrow limits; after every test both still work and have shown no stack trace."""

import itertools
from collections.abc import Iterator

import httpx
import pytest

from tests.support.live_server import Account, LiveServer, running_server

NARROW = {
    "TUTORIUM_TRUSTED_PROXIES": "127.0.0.1",
    "TUTORIUM_SIGN_UP_OPEN": "false",
    "TUTORIUM_GUESTS_ALLOWED": "false",
    "TUTORIUM_REQUESTS_PER_ADDRESS": "8/3600",
    "TUTORIUM_SIGN_INS_PER_ADDRESS": "2/3600",
    "TUTORIUM_MAX_BODY_BYTES": "2000",
    "TUTORIUM_MAX_CONNECTIONS": "2",
    "TUTORIUM_MAX_CONNECTIONS_PER_ADDRESS": "1",
}
"""Limits that a test reaches in a moment. A proxy is trusted, so that each test is an address of its own."""


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with running_server(
        tmp_path_factory.mktemp("doors"), {"TUTORIUM_TRUSTED_PROXIES": "10.9.9.9", "TUTORIUM_WORDS_PER_SECOND": "500"}
    ) as server:
        yield server


@pytest.fixture(scope="session")
def _narrow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with running_server(tmp_path_factory.mktemp("narrow"), NARROW) as server:
        yield server


_numbers = itertools.count(1)


def fresh_address() -> str:
    """Return an address that no limit knows yet."""
    number = next(_numbers)
    return f"10.1.{number // 250}.{number % 250}"


@pytest.fixture
def address() -> str:
    """An address that has asked for nothing yet."""
    return fresh_address()


def _check_unharmed(server: LiveServer) -> None:
    assert server.process is not None
    assert server.process.poll() is None
    assert httpx.get(f"{server.origin}/readyz", headers={"X-Forwarded-For": fresh_address()}).status_code == 200
    log = server.log_text()
    assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3_000]


@pytest.fixture
def server(_server: LiveServer) -> Iterator[LiveServer]:
    """A server that works, before and after."""
    yield _server
    _check_unharmed(_server)


@pytest.fixture
def narrow_server(_narrow_server: LiveServer) -> Iterator[LiveServer]:
    """A server with narrow limits that works, before and after."""
    yield _narrow_server
    _check_unharmed(_narrow_server)


@pytest.fixture
def http(server: LiveServer) -> Iterator[httpx.Client]:
    """A client of the server."""
    with httpx.Client(base_url=server.origin, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def ann(_server: LiveServer) -> Account:
    """Somebody with a folder and a session."""
    return Account.guest(_server.origin)


@pytest.fixture(scope="session")
def bob(_server: LiveServer) -> Account:
    """Somebody else."""
    return Account.guest(_server.origin)


@pytest.fixture(scope="session")
def session(ann: Account) -> str:
    """A session of Ann's."""
    return ann.mutation("sessions:create", folder=ann.mutation("folders:create", name="Physics"), title="Waves")


@pytest.fixture(scope="session")
def viewer(_server: LiveServer, ann: Account, session: str) -> Account:
    """Somebody who may only watch Ann's session."""
    account = Account.guest(_server.origin)
    account.mutation("sessions:join", code=ann.mutation("sessions:share", session=session, role="viewer")["code"])
    return account
