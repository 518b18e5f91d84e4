"""What the child process answers, run in this one."""

import io

import pytest

from tutorium.app.reading import reading
from tutorium.app.reading.frames import (
    Answer,
    Failed,
    Limits,
    Progress,
    Reading,
    ReadRequest,
    decode_answer,
    encode_frame,
    read_request,
)
from tutorium.app.reading.pool import cause_of_death
from tutorium.app.reading.worker import answer_request


def answers(name: str, data: bytes) -> list[Answer]:
    stream = io.BytesIO()
    answer_request("doc", name, data, stream)
    stream.seek(0)
    found: list[Answer] = []
    while header := stream.read(4):
        found.append(decode_answer(stream.read(int.from_bytes(header, "big"))))
    return found


def test_progress_comes_before_the_reading() -> None:
    """One page, then the analysis, then everything that was read."""
    first, second, last = answers("a.md", b"# Waves\n\nA wave is a disturbance that carries energy.\n")
    assert first == Progress(stage="reading", done=1, total=1)
    assert second == Progress(stage="analysing", done=0, total=1)
    assert isinstance(last, Reading)
    assert (last.title, last.paged, len(last.passages), len(last.parts)) == ("Waves", False, 1, 1)


def test_a_refusal_is_one_answer() -> None:
    """A file that cannot be read gives its reason and nothing else."""
    (answer,) = answers("a.pdf", b"<html></html>")
    assert isinstance(answer, Failed)
    assert answer.code == "mislabelled"


@pytest.mark.parametrize(("error", "code"), [(MemoryError(), "out_of_memory"), (RuntimeError("a bug"), "crashed")])
def test_what_nobody_foresaw_is_an_answer_too(error: Exception, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Running out of memory, or a bug of ours, fails the document with a code."""

    def break_down(*args: object) -> Reading:
        raise error

    monkeypatch.setattr(reading, "read_document", break_down)
    (answer,) = answers("a.md", b"text")
    assert isinstance(answer, Failed)
    assert answer.code == code


def test_nobody_listening_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the parent has gone, there is no one to tell."""

    class Closed(io.BytesIO):
        def write(self, data: object) -> int:
            raise BrokenPipeError

    answer_request("doc", "a.md", b"some words", Closed())


def test_requests_cross_the_pipe_whole() -> None:
    """A request is read back as it was sent; a cut one is no request."""
    request = ReadRequest(
        document="d", name="n", data=b"x" * 1000, limits=Limits(memory_bytes=1, cpu_seconds=1, wall_seconds=1.0)
    )
    frame = encode_frame(request)
    assert read_request(io.BytesIO(frame)) == request
    with pytest.raises(EOFError):
        read_request(io.BytesIO(frame[:-1]))
    with pytest.raises(EOFError):
        read_request(io.BytesIO(b""))


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (-24, "", "timed_out"),
        (-9, "", "out_of_memory"),
        (-6, "", "out_of_memory"),
        (-6, "malloc(): corrupted top size", "crashed"),
        (-11, "", "crashed"),
        (0, "", "crashed"),
        (1, "MemoryError", "out_of_memory"),
        (-6, "terminate called after throwing an instance of 'std::bad_alloc'", "out_of_memory"),
    ],
)
def test_the_cause_of_a_death_is_told(status: int, said: str, code: str) -> None:
    """Exit status and last words make a code."""
    assert cause_of_death(status, said) == code
