"""The event log that comes with the channels keeps the contract."""

from typing import Any

import pytest

from tests.contract.realtime.event_log_contract import EventLogContract
from tutorium.realtime.tutor_stream import LessonEvent, MemoryEventLog


class TestMemoryEventLog(EventLogContract):
    """In memory."""

    @pytest.fixture
    def log(self) -> MemoryEventLog:
        """A fresh log."""
        return MemoryEventLog()

    async def keep(self, log: Any, session: str, event: LessonEvent) -> None:
        """Append."""
        await log.append(session, event)
