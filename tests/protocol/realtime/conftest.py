"""Fixtures of the protocol tests."""

import pytest

from tests.protocol.realtime import node_peer


@pytest.fixture(scope="session", autouse=True)
def installed_peer() -> None:
    """The packages of the Node peer are there."""
    node_peer.install()
