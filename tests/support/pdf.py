"""Real PDF files for tests, set from texts that are part of the tests."""

from io import BytesIO
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer


def pdf_of_markdown(text: str, *, title: str, pages_at_least: int = 1) -> bytes:
    """Return a PDF of headings and paragraphs; sections repeat as numbered editions until there are enough pages."""
    edition = 0
    data = b""
    parts: list[str] = []
    while not data or _page_count(data) < pages_at_least:
        edition += 1
        parts.append(text if edition == 1 else text.replace("# ", f"# Part {edition}: ", 1))
        data = _set_pages("\n\n".join(parts), title)
    return data


def book(folder: Path, *, pages_at_least: int) -> bytes:
    """Return one PDF of all Markdown texts in `folder`, each a chapter on pages of its own."""
    text = "\n\n\f\n\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md")))
    data = _set_pages(text, "A small reader")
    if _page_count(data) < pages_at_least:
        data = _set_pages(text, "A small reader", size=19)
    return data


def _page_count(data: bytes) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return len(document)
    finally:
        document.close()


def _set_pages(text: str, title: str, size: int = 11) -> bytes:
    styles = getSampleStyleSheet()
    body = ParagraphStyle("body", parent=styles["BodyText"], fontSize=size, leading=size * 1.4, spaceAfter=size * 0.7)
    flow = []
    for block in text.split("\n\n"):
        block = block.strip("\n ")
        if block == "\f":
            flow.append(PageBreak())
        elif block.startswith("#"):
            level = min(3, len(block) - len(block.lstrip("#")))
            flow.append(Paragraph(_escape(block.lstrip("# ")), styles[f"Heading{level}"]))
        elif block and not block.startswith(("|", "```", "$$")):
            flow.append(Paragraph(_marked(" ".join(block.split("\n"))), body))
            flow.append(Spacer(1, 2))
    out = BytesIO()
    SimpleDocTemplate(out, pagesize=A4, title=title).build(flow)
    return out.getvalue()


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _marked(text: str) -> str:
    """Return the text with bold runs as the PDF writer wants them."""
    pieces = _escape(text).split("**")
    return "".join(f"<b>{piece}</b>" if index % 2 else piece for index, piece in enumerate(pieces))
