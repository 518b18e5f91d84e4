"""Any file to an extract."""

from collections.abc import Callable

import pytest

from tutorium.app.reading.extract import extract_document
from tutorium.app.reading.failures import UnreadableError


@pytest.mark.parametrize(
    ("data", "name", "kind", "title"),
    [
        (b"## Small\n\nWords here.\n", "folder/My notes.md", "heading", "My notes"),
        (b"just words here.", "plain", "paragraph", "plain"),
    ],
)
def test_content_decides_how_a_file_is_read(data: bytes, name: str, kind: str, title: str) -> None:
    """Markdown and text are read as what they are, and the file's name is the title of last resort."""
    told: list[tuple[int, int]] = []
    extract = extract_document(data, name, lambda done, total: told.append((done, total)))
    assert extract.blocks[0].kind == kind
    assert extract.title == title
    assert told == [(1, 1)]


def test_a_pdf_is_read_whatever_its_name(pdf: Callable[..., bytes]) -> None:
    """A PDF that is called a text is a PDF."""
    data = pdf(lambda canvas: canvas.drawString(72, 700, "Words that stand on a page."))
    assert extract_document(data, "page.txt", lambda done, total: None).pages


def test_long_titles_are_cut() -> None:
    """A title fits into a line of a list."""
    assert len(extract_document(f"# {'long ' * 100}\n\nWords.".encode(), "a.md", lambda d, t: None).title) <= 200


def test_a_refusal_passes_through() -> None:
    """What cannot be read is refused with its reason."""
    with pytest.raises(UnreadableError):
        extract_document(b"", "a.md", lambda done, total: None)
