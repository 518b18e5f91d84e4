"""Reads documents in child processes, a few at once; a file can harm only its own reading."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import msgspec
import structlog

from tutorium.app.reading.failures import FailureCode, UnreadableError
from tutorium.app.reading.frames import (
    HEADER_BYTES,
    MAX_FRAME_BYTES,
    Answer,
    Failed,
    Limits,
    Progress,
    Reading,
    ReadRequest,
    decode_answer,
    encode_frame,
)

# A textbook of a thousand pages takes half a minute and 400 MiB; a file that needs this much more was made to harm.
DEFAULT_LIMITS: Final = Limits(memory_bytes=2 * 1024**3, cpu_seconds=150, wall_seconds=300.0)
DEFAULT_PROCESSES: Final = 2
_STDERR_KEPT: Final = 4_000
# A child that closed its pipe without an answer ends by itself within this, or is ended.
_LAST_GASP_SECONDS: Final = 2.0
_OUT_OF_MEMORY_SIGNS: Final = ("MemoryError", "bad_alloc", "out of memory", "Out of memory", "Cannot allocate memory")

Load = Callable[[], Awaitable[tuple[str, bytes]]]
OnProgress = Callable[[Progress], Awaitable[None]]
_log = structlog.get_logger(__name__)


class Reader(Protocol):
    """What documents need: documents read, however that is done, `places` of them at once."""

    @property
    def places(self) -> int:
        """How many documents are read at once."""
        ...

    async def read(self, document: str, load: Load, on_progress: OnProgress) -> Reading:
        """Return the document as read. Raises UnreadableError; when cancelled, the reading stops at once.

        `load` is called when there is a place for the document, and gives the file's name and bytes.
        """
        ...


class ReadingPool:
    """Starts one process for each document, at most `processes` at once; the others wait in order."""

    def __init__(self, *, processes: int = DEFAULT_PROCESSES, limits: Limits = DEFAULT_LIMITS) -> None:
        """Start nothing yet."""
        self._limits = limits
        self._count = processes
        self._places = asyncio.Semaphore(processes)

    @property
    def places(self) -> int:
        """How many processes there may be."""
        return self._count

    async def read(self, document: str, load: Load, on_progress: OnProgress) -> Reading:
        """Return the document as read; `on_progress` is awaited page by page. Raises UnreadableError.

        Cancelling the call kills the process. A failure of `load` or `on_progress` ends it too, and is raised.
        """
        async with self._places:
            name, data = await load()
            request = ReadRequest(document=document, name=name, data=data, limits=self._limits)
            return await _read_in_child(request, on_progress)


async def _read_in_child(request: ReadRequest, on_progress: OnProgress) -> Reading:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tutorium.app.reading.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
        start_new_session=True,
    )
    errors = asyncio.create_task(_tail(child.stderr))
    try:
        async with asyncio.timeout(request.limits.wall_seconds):
            return await _converse(child, request, on_progress, errors)
    except TimeoutError as error:
        raise UnreadableError("timed_out") from error
    except UnreadableError as error:
        if error.code in ("crashed", "out_of_memory"):
            await _end(child)
            _log.warning(
                "reading_failed", document=request.document, code=error.code, status=child.returncode, said=await errors
            )
        raise
    finally:
        await _end(child)
        await errors


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.kill()
    if child.stdin is not None:
        child.stdin.close()
    await child.wait()


async def _converse(
    child: asyncio.subprocess.Process, request: ReadRequest, on_progress: OnProgress, errors: asyncio.Task[str]
) -> Reading:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("The child was started without pipes.")
    sending = asyncio.create_task(_send(child.stdin, encode_frame(request)))
    try:
        while True:
            answer = await _receive(child.stdout)
            match answer:
                case Progress():
                    await on_progress(answer)
                case Reading():
                    return answer
                case Failed(code=code, message=message):
                    raise UnreadableError(code, message)
                case None:
                    raise await _post_mortem(child, errors)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _send(pipe: asyncio.StreamWriter, frame: bytes) -> None:
    """Write the request; a child that died meanwhile is found out where answers are read."""
    pipe.write(frame)
    try:
        await pipe.drain()
    except (BrokenPipeError, ConnectionResetError):
        return


async def _receive(pipe: asyncio.StreamReader) -> Answer | None:
    """The next answer; None when the child ended, or no longer makes sense, without a last one."""
    try:
        length = int.from_bytes(await pipe.readexactly(HEADER_BYTES), "big")
        if length > MAX_FRAME_BYTES:
            return None
        return decode_answer(await pipe.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionResetError, msgspec.DecodeError):
        return None


async def _post_mortem(child: asyncio.subprocess.Process, errors: asyncio.Task[str]) -> UnreadableError:
    """Say why a child ended, or went silent, without a last answer."""
    try:
        async with asyncio.timeout(_LAST_GASP_SECONDS):
            status = await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()
        status = 0
    return UnreadableError(cause_of_death(status, await errors))


def cause_of_death(status: int, said: str) -> FailureCode:
    """The failure that the exit status of a child and its last words stand for."""
    if any(sign in said for sign in _OUT_OF_MEMORY_SIGNS):
        return "out_of_memory"
    if status == -signal.SIGXCPU:
        return "timed_out"
    # PDFium aborts in silence when it gets no memory; the C library never aborts without a word.
    if status in (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL) and not said.strip():
        return "out_of_memory"
    # Nobody but the kernel, short of memory, kills a child with this while it is being listened to.
    return "out_of_memory" if status == -signal.SIGKILL else "crashed"


async def _tail(pipe: asyncio.StreamReader | None) -> str:
    """All that the child says on stderr, the end of it kept."""
    kept = b""
    while pipe is not None and (more := await pipe.read(65_536)):
        kept = (kept + more)[-_STDERR_KEPT:]
    return kept.decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    """A child gets no secrets; only the way to this package, and one thread for number libraries."""
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
