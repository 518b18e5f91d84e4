"""The analyzer: it reads a document and finds what it teaches, in a process of its own; here its runs are recorded."""

from typing import Final

from tutorium.app.agents.runs import RULES, FinishedRun, RunRecorder
from tutorium.app.agents.tables import RunOutcome
from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.frames import Reading
from tutorium.app.reading.pool import Load, OnProgress, Reader
from tutorium.llm import Usage
from tutorium.runtime import Runtime

MS: Final = 1000


class RecordedReader:
    """A reader whose every run leaves a record, whether the document could be read or not."""

    def __init__(self, reader: Reader, recorder: RunRecorder, runtime: Runtime) -> None:
        """Have `reader` do the work."""
        self._reader = reader
        self._recorder = recorder
        self._runtime = runtime

    @property
    def places(self) -> int:
        """How many documents are read at once."""
        return self._reader.places

    async def read(self, document: str, load: Load, on_progress: OnProgress) -> Reading:
        """Return the document as read. Raises UnreadableError, as the reader does."""
        started = self._runtime.monotonic()
        try:
            reading = await self._reader.read(document, load, on_progress)
        except UnreadableError as error:
            await self._record(document, started, "failed", error.code)
            raise
        await self._record(document, started, "done")
        return reading

    async def _record(self, document: str, started: float, outcome: RunOutcome, error: str | None = None) -> None:
        await self._recorder(
            FinishedRun(
                agent="analyzer",
                subject=document,
                mind=RULES,
                outcome=outcome,
                latency_ms=(self._runtime.monotonic() - started) * MS,
                usage=Usage(),
                error=error,
            )
        )
