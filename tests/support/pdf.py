"""Real PDF files for tests, set from texts that are part of the tests."""

from collections.abc import Sequence
from io import BytesIO

import pypdfium2
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate


def book(texts: Sequence[str], *, title: str, size: int = 13) -> bytes:
    """Return one PDF of Markdown texts; each text, and each section of it, begins on a page of its own."""
    styles = getSampleStyleSheet()
    body = ParagraphStyle("body", parent=styles["BodyText"], fontSize=size, leading=size * 1.4, spaceAfter=size * 0.7)
    flow: list[Flowable] = []
    for block in (block.strip() for text in texts for block in text.split("\n\n")):
        if block.startswith("#"):
            level = min(3, len(block) - len(block.lstrip("#")))
            if flow and level < 3:
                flow.append(PageBreak())
            flow.append(Paragraph(_escape(block.lstrip("# ")), styles[f"Heading{level}"]))
        elif block and not block.startswith(("|", "```", "$$")):
            flow.append(Paragraph(_marked(" ".join(block.split("\n"))), body))
    out = BytesIO()
    SimpleDocTemplate(out, pagesize=A5, title=title).build(flow)
    return out.getvalue()


def page_count(data: bytes) -> int:
    """Return how many pages a PDF has."""
    document = pypdfium2.PdfDocument(data)
    try:
        return len(document)
    finally:
        document.close()


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _marked(text: str) -> str:
    """Return the text with bold runs as the PDF writer wants them."""
    pieces = _escape(text).split("**")
    return "".join(f"<b>{piece}</b>" if index % 2 else piece for index, piece in enumerate(pieces))
