"""Titles that files give themselves, and what programs put where one should be."""

import io

import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from tutorium.app.reading.extract import extract_document
from tutorium.app.reading.extract.titles import find_title


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "(anonymous)",
        "(unspecified)",
        "untitled",
        "Untitled Document 3",
        "Untitled-1",
        "Unbenannt 2",
        "Sans titre",
        "Sin título",
        "Document1",
        "Word Document",
        "PowerPoint Presentation",
        "PowerPoint-Präsentation",
        "Présentation PowerPoint",
        "Slide 1",
        "Scan 20240131",
        "IMG_0042",
        "1234",
        "- - -",
        "Microsoft Word - x.doc",
        "Microsoft PowerPoint - Tides",
        "thesis.tex",
        "x.doc [Compatibility Mode]",
        "chapter one (final).docx",
        "tides_final",
        "C:\\texts\\tides",
        "word " * 60,
    ],
)
def test_what_programs_write_is_no_title(text: str) -> None:
    """Placeholders, names of programs and files, numbers, and whole paragraphs are taken for nothing."""
    assert find_title(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "On Tides",
        "The Tides",
        "A History of Microsoft",
        "Untangling Knots",
        "Document Design",
        "Null Geodesics",
        "Slides and Swings",
        "The name of the rose",
        "Scanning Tunnelling Microscopes",
        "Node.js in Practice",
        "TCP/IP",
        "Ανθρωπολογία",
        "量子力学",
    ],
)
def test_what_people_write_is_a_title(text: str) -> None:
    """Titles that only resemble placeholders stay, in every script."""
    assert find_title(text) == text


def test_a_title_is_one_line() -> None:
    """Line breaks and runs of blanks become one blank."""
    assert find_title(" On\n the   Tides ") == "On the Tides"


def test_a_placeholder_gives_way_to_the_heading_of_the_text() -> None:
    """A PDF whose writer named nothing is called what its first heading says."""
    styles, out = getSampleStyleSheet(), io.BytesIO()
    prose = "The sea rises and falls twice a day because the Moon pulls on it unevenly. " * 8
    flow = [Paragraph("Why the Sea Moves", styles["Title"]), Paragraph(prose, styles["BodyText"])]
    SimpleDocTemplate(out).build(flow)
    assert b"anonymous" in out.getvalue()
    assert extract_document(out.getvalue(), "upload.pdf", lambda _read, _of: None).title == "Why the Sea Moves"


def test_a_placeholder_in_front_matter_counts_for_nothing() -> None:
    """The top heading of a Markdown file names it when its front matter does not."""
    text = b"---\ntitle: Untitled\n---\n# Why the Sea Moves\n\nThe Moon pulls.\n"
    assert extract_document(text, "a.md", lambda _read, _of: None).title == "Why the Sea Moves"
