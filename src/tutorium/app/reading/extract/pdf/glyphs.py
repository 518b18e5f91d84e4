"""The characters of a PDF page, each with its place as the page is shown and the look of its font."""

import ctypes
import re
import unicodedata
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from tutorium.app.reading.extract.pdf.pdfium import PdfPage, raw_functions
from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.material import PageSize

# No page of print holds this much; a page that does was made to exhaust the reader.
MAX_PAGE_CHARACTERS: Final = 200_000

_BOLD: Final = re.compile(r"bold|black|heavy|demi|semib|cmb|cmssbx|-medi\b|medi(?:ital)?$|sfbx", re.IGNORECASE)
_ITALIC: Final = re.compile(r"ital|obli|slant|cmti|cmsl|sfti|-it\b", re.IGNORECASE)
_MONOSPACE: Final = re.compile(r"mono|courier|consol|typewriter|cmtt|cmsltt|sftt|inconsol|menlo|\btt", re.IGNORECASE)
_MATHEMATICS: Final = re.compile(r"cmmi|cmsy|cmex|msam|msbm|math|symbol|euler|stixgen", re.IGNORECASE)
_FIXED_PITCH: Final = 1
_FORCE_BOLD: Final = 1 << 18
_ITALIC_FLAG: Final = 1 << 6
_FONT_NAME_BYTES: Final = 256
# What PDFium puts for a hyphen it believes to be one of a broken word, and the soft hyphen itself.
SOFT_HYPHEN: Final = "\u00ad"
_HYPHENS_OF_BREAKS: Final = frozenset({0x02, 0xAD, 0xFFFE})
_LIGATURES: Final = range(0xFB00, 0xFB07)
_PRIVATE: Final = range(0xE000, 0xF900)
_BULLETS: Final = frozenset({0xF0B7, 0xF0A7, 0xF076, 0xF0D8, 0xF06C, 0xF06E})
# Text leaning more than this (a cosine) is a stamp, an axis label or a watermark, not running text.
_UPRIGHT: Final = 0.98
# Where a line of text begins and ends around its baseline, in font sizes.
ASCENT: Final = 0.78
DESCENT: Final = 0.24


@dataclass(frozen=True, slots=True)
class FontStyle:
    """How a run of characters looks. `size` is in points as shown."""

    size: float
    bold: bool = False
    italic: bool = False
    monospace: bool = False
    mathematics: bool = False


class Glyph(NamedTuple):
    """One character (a ligature is two) from `x0` to `x1` on `baseline`, in points from the top left of the page as shown."""

    text: str
    x0: float
    x1: float
    baseline: float
    style: FontStyle
    spaced: bool


def read_glyphs(page: PdfPage) -> tuple[PageSize, list[Glyph]]:
    """Return the size of `page` as shown, and its upright characters in the order they are stored.

    Raises UnreadableError `too_large` when they are more than any page of print holds.
    """
    box = page.get_bbox()
    rotation = page.get_rotation()
    width, height = box[2] - box[0], box[3] - box[1]
    size = PageSize(height, width) if rotation in (90, 270) else PageSize(width, height)
    place = _placement(box, rotation)
    text_page = page.get_textpage()
    with closing(text_page):
        count = text_page.count_chars()
        if count > MAX_PAGE_CHARACTERS:
            raise UnreadableError("too_large")
        return size, _Reader(raw_functions(), text_page.raw, rotation, place).glyphs(count)


def _placement(box: tuple[float, float, float, float], rotation: int) -> Callable[[float, float], tuple[float, float]]:
    """How a point of the page's own space (origin bottom left) lies on the page as shown (origin top left)."""
    left, bottom, right, top = box
    match rotation:
        case 90:
            return lambda x, y: (y - bottom, x - left)
        case 180:
            return lambda x, y: (right - x, y - bottom)
        case 270:
            return lambda x, y: (top - y, right - x)
        case _:
            return lambda x, y: (x - left, top - y)


class _Reader:
    """Walks the characters of one text page; fonts are looked up once for each text object."""

    def __init__(self, raw: Any, text_page: Any, rotation: int, place: Callable[[float, float], tuple[float, float]]) -> None:
        self._raw = raw
        self._page = text_page
        self._rotation = rotation
        self._place = place
        # The plain address of a text object tells objects apart, at a tenth of the cost of wrapping it.
        prototype = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
        self._object_of = prototype(ctypes.cast(raw.FPDFText_GetTextObject, ctypes.c_void_p).value or 0)
        self._address = ctypes.cast(text_page, ctypes.c_void_p)
        self._styles: dict[int, FontStyle | None] = {}
        self._fonts: dict[tuple[bytes, int], tuple[bool, bool, bool, bool]] = {}
        self._rect = raw.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def glyphs(self, count: int) -> list[Glyph]:
        """Return all upright characters but white space; the loop over them takes most of the time of reading a page."""
        found: list[Glyph] = []
        spaced = False
        page, rect, x, y, place = self._page, self._rect, self._x, self._y, self._place
        unicode_of, box_of, origin_of = (
            self._raw.FPDFText_GetUnicode,
            self._raw.FPDFText_GetLooseCharBox,
            self._raw.FPDFText_GetCharOrigin,
        )
        for index in range(count):
            text = _text_of(unicode_of(page, index))
            if text is None:
                spaced = True
                continue
            style = self._style(index)
            if style is None or not text:
                continue
            box_of(page, index, rect)
            origin_of(page, index, x, y)
            start, baseline = place(x.value, y.value)
            end = max(place(rect.right, rect.top)[0], place(rect.left, rect.bottom)[0])
            if not start <= end <= start + 3 * style.size:
                end = start + style.size / 2  # a font with absurd metrics
            found.append(Glyph(text, start, end, baseline, style, spaced))
            spaced = False
        return found

    def _style(self, index: int) -> FontStyle | None:
        """The look of a character; None when it is not upright on the page as shown, or has no size."""
        key: int = self._object_of(self._address, index) or -1
        if key not in self._styles:
            self._styles[key] = self._look_up(index)
        return self._styles[key]

    def _look_up(self, index: int) -> FontStyle | None:
        raw, page = self._raw, self._page
        matrix = raw.FS_MATRIX()
        if not raw.FPDFText_GetMatrix(page, index, matrix):
            matrix.a = matrix.d = 1.0
        length = (matrix.a**2 + matrix.b**2) ** 0.5
        along = {0: matrix.a, 90: matrix.b, 180: -matrix.a, 270: -matrix.b}[self._rotation]
        size = raw.FPDFText_GetFontSize(page, index) * (matrix.c**2 + matrix.d**2) ** 0.5
        if length == 0 or along / length < _UPRIGHT or not 0.5 < size < 2000:
            return None
        name = ctypes.create_string_buffer(_FONT_NAME_BYTES)
        flags = ctypes.c_int()
        raw.FPDFText_GetFontInfo(page, index, name, _FONT_NAME_BYTES, flags)
        bold, italic, monospace, mathematics = self._font(name.value, flags.value)
        return FontStyle(round(size, 1), bold, italic, monospace, mathematics)

    def _font(self, raw_name: bytes, flags: int) -> tuple[bool, bool, bool, bool]:
        key = (raw_name, flags)
        if key not in self._fonts:
            name = raw_name.decode("utf-8", "replace").rpartition("+")[2]
            monospace = bool(_MONOSPACE.search(name)) or bool(flags & _FIXED_PITCH)
            mathematics = bool(_MATHEMATICS.search(name))
            bold = bool(_BOLD.search(name)) or bool(flags & _FORCE_BOLD)
            italic = (bool(_ITALIC.search(name)) or bool(flags & _ITALIC_FLAG)) and not mathematics
            self._fonts[key] = (bold, italic, monospace, mathematics)
        return self._fonts[key]


@cache
def _text_of(code: int) -> str | None:
    """The text of a character code: None for white space, "" for what cannot be shown."""
    if code in _HYPHENS_OF_BREAKS:
        return SOFT_HYPHEN
    if code in _BULLETS:
        return "•"
    if code < 0x20 or code in _PRIVATE or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return None if code in (9, 10, 13) else ""
    character = chr(code)
    if character.isspace():
        return None
    if code in _LIGATURES:
        return unicodedata.normalize("NFKC", character)
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cn") else character
