"""What we use of pypdfium2, with types: the library ships none. Its errors are translated here."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Final, Protocol

from tutorium.app.reading.failures import UnreadableError


class PdfBookmark(Protocol):
    """An entry of the document's outline; `level` counts from 0."""

    level: int

    def get_title(self) -> str | None: ...


class PdfTextPage(Protocol):
    """The characters of a page; `raw` is PDFium's own handle."""

    raw: Any

    def count_chars(self) -> int: ...
    def close(self) -> None: ...


class PdfPage(Protocol):
    """A page; boxes are left, bottom, right, top in points; rotation in degrees, clockwise."""

    def get_bbox(self) -> tuple[float, float, float, float]: ...
    def get_rotation(self) -> int: ...
    def get_textpage(self) -> PdfTextPage: ...
    def get_objects(self, *, max_depth: int) -> Iterator[object]: ...
    def close(self) -> None: ...


class PdfDocument(Protocol):
    """An open file."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> PdfPage: ...
    def get_toc(self, *, max_depth: int) -> Iterator[PdfBookmark]: ...
    def get_metadata_value(self, key: str) -> str | None: ...
    def close(self) -> None: ...


_library: Any = None
# PDFium's own numbers of why a document did not open: wrong password, unknown security handler.
_LOCKED: Final = frozenset({4, 5})


def _load() -> Any:
    global _library
    if _library is None:
        _library = import_module("pypdfium2")  # late: 30 MB that only PDF files need
    return _library


def raw_functions() -> Any:
    """PDFium's C functions."""
    return _load().raw


def open_pdf(data: bytes) -> PdfDocument:
    """Open a document. Raises UnreadableError: encrypted, damaged."""
    library = _load()
    open_document: Callable[[bytes], PdfDocument] = library.PdfDocument
    try:
        return open_document(data)
    except library.PdfiumError as error:
        locked = getattr(error, "err_code", None) in _LOCKED
        raise UnreadableError("encrypted" if locked else "damaged") from error


def find_page(document: PdfDocument, index: int) -> PdfPage | None:
    """Open a page, or None when it is too damaged to be opened."""
    try:
        return document[index]
    except _load().PdfiumError:
        return None
