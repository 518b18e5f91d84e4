"""PDF files made for the tests, in memory."""

import io
from collections.abc import Callable, Iterable, Sequence

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
Section = tuple[str, Sequence[str]]
Draw = Callable[[Canvas], None]


def make_pdf(*pages: Draw, size: tuple[float, float] = A4, title: str = "", **options: object) -> bytes:
    """A PDF with one page for each drawing function."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, **options)
    if title:
        canvas.setTitle(title)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    """`pdf(draw, draw, ...)`: a PDF with one page for each drawing function, which gets a reportlab canvas."""
    return make_pdf


class Columns:
    """Sets sections in columns, hyphenating long words, with a running head and a page number on each page."""

    def __init__(self, columns: int, *, gap: float = 18, margin: float = 60) -> None:
        self._buffer = io.BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=A4)
        self._columns = columns
        self._gap, self._margin = gap, margin
        self._width = (WIDTH - 2 * margin - gap * (columns - 1)) / columns
        self._page, self._column, self._y = 0, 0, 0.0
        self._open_page()

    def _open_page(self) -> None:
        self._page += 1
        self._column, self._y = 0, HEIGHT - 90
        self._canvas.setFont("Times-Italic", 9)
        self._canvas.drawString(self._margin, HEIGHT - 40, f"The Book of Water, page {self._page}")
        self._canvas.drawCentredString(WIDTH / 2, 30, str(self._page))

    def _room(self, needed: float) -> None:
        if self._y - needed < 70:
            self._column, self._y = self._column + 1, HEIGHT - 90
            if self._column == self._columns:
                self._canvas.showPage()
                self._open_page()

    def _line(self, text: str, font: str, size: float, indent: float = 0) -> None:
        self._room(size * 1.2)
        self._canvas.setFont(font, size)
        x = self._margin + self._column * (self._width + self._gap) + indent
        self._canvas.drawString(x, self._y, text)
        self._y -= size * 1.2

    def heading(self, text: str) -> None:
        self._y -= 8
        self._room(60)
        self._line(text, "Helvetica-Bold", 13)
        self._y -= 3

    def paragraph(self, text: str, size: float = 10) -> None:
        line, indent = "", 10.0
        for word in text.split():
            longer = f"{line} {word}".strip()
            if stringWidth(longer, "Times-Roman", size) <= self._width - indent:
                line = longer
                continue
            half = len(word) // 2
            if len(word) > 9 and stringWidth(f"{line} {word[:half]}-", "Times-Roman", size) <= self._width - indent:
                self._line(f"{line} {word[:half]}-", "Times-Roman", size, indent)
                line = word[half:]
            else:
                self._line(line, "Times-Roman", size, indent)
                line = word
            indent = 0.0
        self._line(line, "Times-Roman", size, indent)

    def data(self) -> bytes:
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()


@pytest.fixture
def set_in_columns() -> Callable[[int, Iterable[Section]], bytes]:
    """`set_in_columns(2, [(heading, [paragraph, ...]), ...])`: a printed book."""

    def make(columns: int, sections: Iterable[Section]) -> bytes:
        book = Columns(columns)
        for heading, paragraphs in sections:
            book.heading(heading)
            for text in paragraphs:
                book.paragraph(text)
        return book.data()

    return make
