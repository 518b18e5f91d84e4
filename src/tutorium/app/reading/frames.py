"""What the reader and its child process say to each other: msgpack messages, each after its length in four bytes."""

from typing import BinaryIO, Final, Literal

import msgspec

from tutorium.app.reading.chunking import Passage
from tutorium.app.reading.failures import FailureCode
from tutorium.app.reading.findings import TextType
from tutorium.app.reading.material import Block, PageSize

HEADER_BYTES: Final = 4
# Over the largest answer a document within the limits gives; a longer one means the child has lost its senses.
MAX_FRAME_BYTES: Final = 512 * 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What the child may use. Memory is address space; wall time is watched by the parent."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float


class ReadRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Read `data`, the file `name`, as the document of this id."""

    document: str
    name: str
    data: bytes
    limits: Limits


class Progress(msgspec.Struct, frozen=True, kw_only=True, tag="progress"):
    """`done` of `total` pages are read, or the analysis of what they say has begun."""

    stage: Literal["reading", "analysing"]
    done: int
    total: int


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One page, or one part where there are no pages; `size` in points."""

    blocks: tuple[Block, ...]
    size: PageSize | None


class Reading(msgspec.Struct, frozen=True, kw_only=True, tag="reading"):
    """A document as read. `material` is a `packing.pack` of its extract and analysis, opened only when a lesson needs it."""

    title: str
    language: str
    words: int
    paged: bool
    text_type: TextType
    passages: tuple[Passage, ...]
    parts: tuple[Part, ...]
    material: bytes


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The document cannot be read, and why."""

    code: FailureCode
    message: str


Answer = Progress | Reading | Failed

_encoder: Final = msgspec.msgpack.Encoder()
_answers: Final[msgspec.msgpack.Decoder[Answer]] = msgspec.msgpack.Decoder(Answer)


def encode_frame(message: ReadRequest | Answer) -> bytes:
    """Return `message` with its length before it."""
    body = _encoder.encode(message)
    return len(body).to_bytes(HEADER_BYTES, "big") + body


def decode_answer(body: bytes) -> Answer:
    """Return the message in `body`. Raises msgspec.DecodeError when it is none."""
    return _answers.decode(body)


def read_request(stream: BinaryIO) -> ReadRequest:
    """Read one request. Raises EOFError when the stream ends first."""
    header = stream.read(HEADER_BYTES)
    body = stream.read(int.from_bytes(header, "big"))
    if len(header) < HEADER_BYTES or len(body) < int.from_bytes(header, "big"):
        raise EOFError("The parent closed the stream before a whole request.")
    return msgspec.msgpack.decode(body, type=ReadRequest)
