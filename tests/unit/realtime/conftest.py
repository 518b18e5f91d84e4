"""Fixtures of the channels' tests."""

import pytest

from tests.unit.realtime.doubles import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    """Time that only the test moves."""
    return VirtualClock()
