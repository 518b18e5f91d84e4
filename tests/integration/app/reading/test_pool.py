"""Reading in a child process: real processes, real limits, real deaths."""

import asyncio
import io
import os
import signal
import subprocess
import sys
import time
import zlib
from functools import cache
from pathlib import Path

import psutil
import pytest
from reportlab.pdfgen.canvas import Canvas

from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.findings import Analysis
from tutorium.app.reading.frames import Limits, Progress, Reading, ReadRequest, encode_frame
from tutorium.app.reading.packing import unpack
from tutorium.app.reading.pool import DEFAULT_LIMITS, ReadingPool

pytestmark = pytest.mark.anyio

TIGHT = Limits(memory_bytes=400 * 1024 * 1024, cpu_seconds=20, wall_seconds=30.0)
LINE = "A spring tide is a tide of large range that occurs when Sun, Moon and Earth stand in line."


@cache
def book(pages: int) -> bytes:
    """A PDF with many pages of five hundred words."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for page in range(pages):
        canvas.setFont("Times-Roman", 11)
        for line in range(28):
            canvas.drawString(60, 780 - 20 * line, f"{LINE} Line {line} of page {page}.")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def pdf_of(content: bytes) -> bytes:
    """A PDF of one page whose content stream is `content`, which is compressed already."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
    ]
    data = b"%PDF-1.7\n"
    offsets: list[int] = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(data),
    )


def blank_bomb() -> bytes:
    """Half a megabyte that unpacks to half a gigabyte."""
    packer = zlib.compressobj(9)
    return pdf_of(b"".join(packer.compress(b" " * (1 << 20)) for _ in range(512)) + packer.flush())


async def read(
    data: bytes,
    name: str,
    *,
    limits: Limits = DEFAULT_LIMITS,
    told: list[Progress] | None = None,
    pool: ReadingPool | None = None,
) -> Reading:
    async def load() -> tuple[str, bytes]:
        return name, data

    async def on_progress(step: Progress) -> None:
        if told is not None:
            told.append(step)

    return await ReadingPool(limits=limits).read("doc", load, on_progress)


async def refusal_of(data: bytes, name: str, limits: Limits = TIGHT) -> str:
    with pytest.raises(UnreadableError) as refusal:
        await read(data, name, limits=limits)
    return refusal.value.code


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "tutorium.app.reading.worker" in " ".join(child.cmdline())]


async def test_fifty_pages_are_read_within_ten_seconds() -> None:
    """The whole path, analysis included; each page is told, then the analysis."""
    told: list[Progress] = []
    begun = time.monotonic()
    reading = await read(book(50), "Tides.pdf", told=told)
    assert time.monotonic() - begun < 10
    assert [step.done for step in told if step.stage == "reading"] == list(range(1, 51))
    assert told[-1].stage == "analysing"
    assert len(reading.parts) == 50
    assert reading.passages[0].page == 1
    extract, analysis = unpack(reading.material, "doc")
    assert extract.words == reading.words
    assert isinstance(analysis, Analysis)
    assert analysis.text_type == reading.text_type


async def test_a_bomb_ends_as_out_of_memory() -> None:
    """A stream that unpacks to more than the child may hold fails as that, and the next document is read."""
    assert await refusal_of(blank_bomb(), "bomb.pdf") == "out_of_memory"
    assert (await read(b"# Fine\n\nStill reading.\n", "fine.md")).title == "Fine"


async def test_processor_time_is_limited() -> None:
    """A child that computes longer than it may fails as timed out."""
    limits = Limits(memory_bytes=2 * 1024**3, cpu_seconds=1, wall_seconds=60.0)
    assert await refusal_of(book(120), "long.pdf", limits) == "timed_out"


async def test_wall_time_is_limited() -> None:
    """A child that takes longer than it may is killed and leaves no process."""
    limits = Limits(memory_bytes=2 * 1024**3, cpu_seconds=60, wall_seconds=0.3)
    assert await refusal_of(book(120), "long.pdf", limits) == "timed_out"
    assert children() == []


async def test_cancelling_kills_the_child() -> None:
    """Whoever stops waiting takes the process with them, in the middle of a page."""
    first_page = asyncio.Event()

    async def load() -> tuple[str, bytes]:
        return "long.pdf", book(120)

    async def on_progress(step: Progress) -> None:
        first_page.set()

    reading = asyncio.create_task(ReadingPool().read("doc", load, on_progress))
    await first_page.wait()
    assert len(children()) == 1
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert children() == []


async def test_a_failure_to_report_ends_the_reading() -> None:
    """When progress cannot be kept, the error comes out and no process stays."""

    async def load() -> tuple[str, bytes]:
        return "long.pdf", book(100)

    async def on_progress(step: Progress) -> None:
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError, match="database is gone"):
        await ReadingPool().read("doc", load, on_progress)
    assert children() == []


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGSEGV, "crashed"), (signal.SIGKILL, "out_of_memory"), (signal.SIGXCPU, "timed_out")]
)
async def test_a_child_that_dies_is_one_failed_document(sent: signal.Signals, code: str) -> None:
    """However the child ends, the parent goes on with a typed reason."""

    async def load() -> tuple[str, bytes]:
        return "long.pdf", book(120)

    async def on_progress(step: Progress) -> None:
        for child in children():
            child.send_signal(sent)

    with pytest.raises(UnreadableError) as refusal:
        await ReadingPool().read("doc", load, on_progress)
    assert refusal.value.code == code


async def test_only_so_many_at_once() -> None:
    """With one place, a second document waits, and its file is not even loaded."""
    pool = ReadingPool(processes=1)
    order: list[str] = []

    async def one(name: str) -> None:
        async def load() -> tuple[str, bytes]:
            order.append(f"begin {name}")
            return f"{name}.md", b"# Title\n\nWords of a text.\n"

        async def on_progress(step: Progress) -> None:
            return

        await pool.read(name, load, on_progress)
        order.append(f"end {name}")

    await asyncio.gather(one("a"), one("b"))
    assert order == ["begin a", "end a", "begin b", "end b"]
    assert pool.places == 1


async def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    """When the process that reads is killed, its child does not go on alone."""
    (tmp_path / "long.pdf").write_bytes(book(120))
    script = """
import asyncio, sys
from tutorium.app.reading.pool import ReadingPool
async def load():
    return "long.pdf", open(sys.argv[1], "rb").read()
async def on_progress(step):
    print("page", flush=True)
asyncio.run(ReadingPool().read("doc", load, on_progress))
"""
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "long.pdf")], stdout=subprocess.PIPE)
    try:
        assert parent.stdout is not None
        await asyncio.to_thread(parent.stdout.readline)
        (child,) = psutil.Process(parent.pid).children()
    finally:
        parent.kill()
        parent.wait()
        if parent.stdout is not None:
            parent.stdout.close()
    await asyncio.to_thread(psutil.wait_procs, [child], 5)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


async def test_a_child_ends_when_its_input_ends() -> None:
    """Where the system does not tell of a parent's death, the end of the pipe does."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tutorium.app.reading.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(encode_frame(ReadRequest(document="d", name="long.pdf", data=book(120), limits=DEFAULT_LIMITS)))
    await child.stdin.drain()
    await child.stdout.readexactly(4)
    child.stdin.close()
    await child.stdin.wait_closed()
    while await child.stdout.read(65_536):
        pass
    assert await child.wait() == 1


async def test_a_child_that_is_given_nothing_ends() -> None:
    """Without a whole request there is nothing to do."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tutorium.app.reading.worker"],
        input=b"\x00\x00\x00\xffshort",
        capture_output=True,
        check=True,
    )
    assert done.stdout == b""


async def test_the_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the server does not reach the process that parses strangers' files."""
    monkeypatch.setenv("TUTORIUM_SECRET_FOR_TEST", "x")
    seen: list[dict[str, str]] = []

    async def load() -> tuple[str, bytes]:
        return "long.pdf", book(3)

    async def on_progress(step: Progress) -> None:
        seen.extend(child.environ() for child in children() if not seen)

    await ReadingPool().read("doc", load, on_progress)
    assert seen
    assert "TUTORIUM_SECRET_FOR_TEST" not in seen[0]
