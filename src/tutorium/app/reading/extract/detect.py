"""What kind of file the bytes are. The content decides; the name only tells whether the learner was misled."""

import re
from typing import Final, Literal

from tutorium.app.reading.extract.encodings import decode_text
from tutorium.app.reading.failures import UnreadableError

FileKind = Literal["pdf", "markdown", "text"]

# Readers accept a PDF header this far into the file, and mail gateways do put lines before it.
_PDF_HEADER_WITHIN: Final = 1024
_SAMPLE_BYTES: Final = 65_536
_READABLE: Final = frozenset({"pdf", "md", "markdown", "mdown", "txt", "text", "rst", "tex", "log"})
_MARKDOWN_NAMES: Final = frozenset({"md", "markdown", "mdown"})
_OFFICE: Final = "Office files cannot be read directly. Save the document as PDF and upload that."
_PICTURE: Final = "This is a picture, not a text. Run text recognition (OCR) on it and upload the result as PDF."
_PACKED: Final = "This is a packed archive. Unpack it and upload the documents in it one by one."
_SIGNATURES: Final[tuple[tuple[bytes, str | None], ...]] = (
    (b"PK\x03\x04", _OFFICE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
    (b"{\\rtf", _OFFICE),
    (b"\x89PNG\r\n\x1a\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"RIFF", None),
    (b"\x1f\x8b", _PACKED),
    (b"BZh", _PACKED),
    (b"7z\xbc\xaf\x27\x1c", _PACKED),
    (b"\xfd7zXZ", _PACKED),
    (b"Rar!", _PACKED),
    (b"\x28\xb5\x2f\xfd", _PACKED),
    (b"%!PS", None),
    (b"\x7fELF", None),
    (b"MZ\x90", None),
    (b"SQLite format 3", None),
)
_WEB_PAGE: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|svg)\b", re.IGNORECASE | re.DOTALL
)
_MARKDOWN_MARKS: Final = re.compile(
    r"^#{1,6} \S|^```|^\|?[ :]*-{3,}[ :]*\||^\[[^\]]+\]: \S|\*\*[^*\n]+\*\*|\[[^\]\n]+\]\(\S+\)", re.MULTILINE
)
_HEADING_MARK: Final = re.compile(r"^#{1,6} \S", re.MULTILINE)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS: Final = 0.002


def detect_kind(data: bytes, name: str) -> FileKind:
    """Return how `data` should be read; `name` is the learner's file name.

    Raises UnreadableError: empty; unsupported_type for a kind we cannot read; mislabelled when the name promised one we can.
    """
    if not data.strip(b"\x00 \t\r\n\x0c\xef\xbb\xbf"):
        raise UnreadableError("empty")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN]:
        return "pdf"
    for signature, message in _SIGNATURES:
        if data.startswith(signature):
            raise _refusal(extension, message)
    sample = decode_text(data[:_SAMPLE_BYTES])
    if _WEB_PAGE.match(sample):
        raise _refusal(extension, "This is a web page. Print it to PDF in the browser and upload that.")
    if extension == "pdf" or len(_CONTROLS.findall(sample)) > _MOST_CONTROLS * len(sample):
        raise _refusal(extension, None)
    return "markdown" if extension in _MARKDOWN_NAMES or _looks_like_markdown(sample) else "text"


def _refusal(extension: str, message: str | None) -> UnreadableError:
    if extension in _READABLE:
        return UnreadableError("mislabelled")
    return UnreadableError("unsupported_type", message)


def _looks_like_markdown(sample: str) -> bool:
    marks = len(_MARKDOWN_MARKS.findall(sample))
    return marks >= 3 and _HEADING_MARK.search(sample) is not None
