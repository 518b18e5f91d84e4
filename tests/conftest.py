"""What every test shares: asyncio as the backend of async tests."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, the loop that must always work."""
    return "asyncio"
