"""Texts as the analysis sees them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tutorium.app.reading.analysis import analyze
from tutorium.app.reading.extract import extract_document
from tutorium.app.reading.findings import Analysis
from tutorium.app.reading.material import Extract

TEXTS = Path(__file__).parents[4] / "fixtures" / "texts"


def _extract(markdown: str) -> Extract:
    return extract_document(markdown.encode(), "text.md", lambda _read, _of: None)


@pytest.fixture
def extract() -> Callable[[str], Extract]:
    """Reads Markdown."""
    return _extract


@pytest.fixture
def analysed() -> Callable[[str], Analysis]:
    """Reads Markdown and analyses it."""
    return lambda markdown: analyze("doc", _extract(markdown))


@pytest.fixture
def fixture_text() -> Callable[[str], Analysis]:
    """Analyses one of the fixture texts by name."""
    return lambda name: analyze("doc", _extract((TEXTS / f"{name}.md").read_text()))
