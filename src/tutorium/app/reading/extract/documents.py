"""Any file we can read, by its content, to an extract."""

from collections.abc import Callable

from tutorium.app.reading.extract.detect import detect_kind
from tutorium.app.reading.extract.encodings import decode_text
from tutorium.app.reading.material import Extract


def extract_document(data: bytes, name: str, on_page: Callable[[int, int], None]) -> Extract:
    """Return what the file says. `name` gives the title when the file has none; `on_page(read, of)` reports progress.

    Files without pages count as one. Raises UnreadableError with the reason when it cannot be read.
    """
    title = name.rpartition("/")[2].rpartition(".")[0] or name
    match detect_kind(data, name):
        case "pdf":
            from tutorium.app.reading.extract.pdf import read_pdf  # PDFium is loaded only for PDF files

            return read_pdf(data, title, on_page)
        case "markdown":
            from tutorium.app.reading.extract.markdown import read_markdown

            extract = read_markdown(decode_text(data), title)
        case "text":
            from tutorium.app.reading.extract.text import read_text

            extract = read_text(decode_text(data), title)
    on_page(1, 1)
    return extract
