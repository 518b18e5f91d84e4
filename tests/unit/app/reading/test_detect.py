"""What kind of file some bytes are."""

import pytest

from tutorium.app.reading.extract.detect import detect_kind
from tutorium.app.reading.extract.encodings import decode_text
from tutorium.app.reading.failures import SENTENCES, UnreadableError


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7\n...", "a.pdf", "pdf"),
        (b"%PDF-1.7\n...", "renamed.txt", "pdf"),
        (b"junk of a mail gateway\n%PDF-1.4\n", "a.pdf", "pdf"),
        (b"plain words", "a.md", "markdown"),
        (b"# One\n\n**bold** and [a link](http://example.org)\n", "notes.txt", "markdown"),
        (b"plain words", "a.txt", "text"),
        (b"plain words", "no extension", "text"),
        ("Größe".encode("latin-1"), "a.txt", "text"),
        ("\ufeffWörter".encode("utf-16"), "a.txt", "text"),
    ],
)
def test_content_decides(data: bytes, name: str, kind: str) -> None:
    """The kind follows from the bytes; the name only tells Markdown from plain text."""
    assert detect_kind(data, name) == kind


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (b" \n\t\x00 ", "a.txt", "empty"),
        (b"<!DOCTYPE html><html>", "a.pdf", "mislabelled"),
        (b"  <!-- x --> <html><body>", "a.md", "mislabelled"),
        (b"<html>", "a.html", "unsupported_type"),
        (b"PK\x03\x04rest", "a.docx", "unsupported_type"),
        (b"PK\x03\x04rest", "a.pdf", "mislabelled"),
        (b"\x89PNG\r\n\x1a\n....", "a.png", "unsupported_type"),
        (b"\x7fELF\x02\x01", "a.md", "mislabelled"),
        (bytes(range(256)) * 4, "a.md", "mislabelled"),
        (bytes(range(256)) * 4, "a.bin", "unsupported_type"),
        (b"just text", "a.pdf", "mislabelled"),
        (b"\x1f\x8b\x08rest", "a.gz", "unsupported_type"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, name: str, code: str) -> None:
    """Each refusal has a stable code and a sentence that says what to do."""
    with pytest.raises(UnreadableError) as refusal:
        detect_kind(data, name)
    assert refusal.value.code == code
    assert refusal.value.failure.message.endswith(".")


def test_every_failure_has_a_sentence() -> None:
    """No code is without words, and an error carries those of its code."""
    assert all(sentence.endswith(".") and len(sentence) > 40 for sentence in SENTENCES.values())
    assert str(UnreadableError("scanned")) == SENTENCES["scanned"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_decoded_whatever_its_encoding(encoding: str) -> None:
    """Accents survive every common encoding, with or without a byte order mark."""
    text = "Größe und Maß: die Länge café " * 20
    assert decode_text(text.encode(encoding)) == text


def test_nothing_is_refused_when_decoding() -> None:
    """Bytes that no encoding defines still give text; line ends become one character."""
    assert decode_text(b"a\x81b\r\nc\rd") == "a\x81b\nc\nd"
    assert decode_text("cut off: é".encode()[:-1]) == "cut off: "
