"""Why a document could not be read: a closed set of reasons, each with a sentence a learner can act on.

These are outcomes of a document, kept in its row; only inside the reading code do they travel as an exception.
"""

from typing import Final, Literal

import msgspec

FailureCode = Literal[
    "scanned",
    "encrypted",
    "empty",
    "too_large",
    "too_many_pages",
    "unsupported_type",
    "mislabelled",
    "damaged",
    "timed_out",
    "out_of_memory",
    "crashed",
]

SENTENCES: Final[dict[FailureCode, str]] = {
    "scanned": "The pages are pictures with no text in them. Run text recognition (OCR) on the file and upload the result.",
    "encrypted": "The file is locked with a password. Save a copy without the password and upload that.",
    "empty": "There is no text in this file. Check that you chose the right one.",
    "too_large": "The file holds more text than can be taught from at once. Split it into parts, such as chapters.",
    "too_many_pages": "The file has more than 2,000 pages. Split it into parts, such as chapters.",
    "unsupported_type": "This kind of file cannot be read. Upload a PDF, a Markdown file or plain text.",
    "mislabelled": "The file's name says one kind of file, but its content is another. Upload the real document.",
    "damaged": "The file is damaged and cannot be opened. Save or download it again and upload the new copy.",
    "timed_out": "Reading the file took too long and was stopped. Save it anew as PDF, or split it, and upload that.",
    "out_of_memory": "Reading the file took too much memory and was stopped. Split it into parts and upload those.",
    "crashed": "Reading the file failed for a reason inside the file. Save it anew as PDF or as text and upload that.",
}


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """What a document's row says when reading failed: a stable code, and the sentence for the learner."""

    code: FailureCode
    message: str


class UnreadableError(Exception):
    """The document cannot be read, and why; it never leaves the code that reads."""

    def __init__(self, code: FailureCode, message: str | None = None) -> None:
        """Keep the reason; `message` replaces the code's own sentence where there is more to say."""
        self.failure = Failure(code=code, message=message or SENTENCES[code])
        super().__init__(self.failure.message)

    @property
    def code(self) -> FailureCode:
        """The stable reason."""
        return self.failure.code
