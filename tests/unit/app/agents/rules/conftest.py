"""Sources of lessons, made from the fixture texts or from Markdown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tutorium.app.reading.analysis import analyze
from tutorium.app.reading.extract import extract_document
from tutorium.app.reading.findings import SourceDocument

TEXTS = Path(__file__).parents[4] / "fixtures" / "texts"
NAMES = ("plate_tectonics", "panama_canal", "quadratic_functions", "mending_a_puncture", "a_letter")


def _source(markdown: str, document: str) -> SourceDocument:
    extract = extract_document(markdown.encode(), f"{document}.md", lambda _read, _of: None)
    return SourceDocument(id=document, name=f"{document}.md", extract=extract, analysis=analyze(document, extract))


@pytest.fixture(scope="session")
def library() -> dict[str, SourceDocument]:
    """Every fixture text as a source, by name."""
    return {name: _source((TEXTS / f"{name}.md").read_text(), name) for name in NAMES}


@pytest.fixture(params=NAMES)
def text_source(request: pytest.FixtureRequest, library: dict[str, SourceDocument]) -> SourceDocument:
    """One fixture text after the other."""
    return library[request.param]


@pytest.fixture
def source() -> Callable[[str], SourceDocument]:
    """Makes a source of Markdown."""
    return lambda markdown: _source(markdown, "doc")
