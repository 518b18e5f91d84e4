"""Formulas and tables of a document."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tutorium.app.reading.analysis.sentences import ReadText
from tutorium.app.reading.analysis.terms import Term
from tutorium.app.reading.analysis.words.wordlists import word_set
from tutorium.app.reading.findings import Fact, Quote
from tutorium.app.reading.material import Block, Span

_INLINE: Final = re.compile(r"\$\$?(?P<tex>[^$]{3,200}?)\$\$?")
_PLAIN: Final = re.compile(
    r"(?<![\w=<>])(?P<tex>[A-Za-z](?:_\w|\([a-z](?:,\s?[a-z])*\))?\s?=\s?[^\s,;.=](?:[^,;.=\n]|\.(?=\d)){0,60}?)(?=[,;.]?(?:\s(?:where|with|for|and|is|has|in|if|when|gives|as|we|the|to|at|on|or)\b|\s?$|[,;.]\s|[,;.]$))"
)
_EQUATION_NUMBER: Final = re.compile(r"\s+\(\d+(?:\.\d+)*[a-z]?\)\s*$")
#: Accents that stood over a letter on the page come out beside it, and nobody knows over which.
_LOST_ACCENT: Final = re.compile(r"[ˆ˜˙¨´¯](?=\s*\w)")
#: A number nobody would learn: the result of one computation.
_LONG_NUMBER: Final = re.compile(r"\d{9,}")
_SYMBOL: Final = re.compile(r"\\?[A-Za-z]+")
_COMMANDS: Final = re.compile(
    r"\\(?:frac|sqrt|cdot|times|left|right|text|mathrm|quad|sum|int|lim|to|infty|le|ge|ne|approx|pm|,|;|!)"
)
_WORDS_IN: Final = re.compile(r"[a-z]{4,}")
_FUNCTIONS: Final = word_set(
    """
    sqrt sin cos tan exp log ln arcsin arccos arctan frac cdot times
    """
)


def find_formulas(text: ReadText) -> Iterator[Fact]:
    """Yield the laws of a document: equations with at least two different symbols. `value` is TeX, or plain notation."""
    seen: set[str] = set()
    for block in text.blocks:
        for tex, span in _formulas_of(block):
            key = re.sub(r"\s", "", tex)
            if key in seen or not is_law(tex):
                continue
            seen.add(key)
            quote = Quote(document=text.document, span=Span(block.id, *span), text=block.text[slice(*span)])
            yield Fact(kind="formula", value=tex, quote=quote, subject=block.path[-1] if block.path else None)


def _formulas_of(block: Block) -> Iterator[tuple[str, tuple[int, int]]]:
    if block.kind == "formula":
        # A formula of a page comes out flattened; only what still reads as TeX or one line of plain notation is kept.
        whole = _EQUATION_NUMBER.sub("", block.text)
        if block.lines and ("\\" not in whole and _PLAIN.fullmatch(whole.strip()) is None):
            return
        if block.lines and _LOST_ACCENT.search(whole):
            return
        yield whole.strip().strip("$").strip(), (0, len(block.text))
        return
    if block.kind not in ("paragraph", "item"):
        return
    inline = list(_INLINE.finditer(block.text))
    for match in inline:
        yield match["tex"].strip(), match.span()
    if not inline and not block.lines:
        for match in _PLAIN.finditer(block.text):
            yield match["tex"].strip(), match.span("tex")


def is_law(tex: str) -> bool:
    """Whether `tex` states how different symbols hang together: one equals sign and two symbols at least."""
    bare = _COMMANDS.sub(" ", re.sub(r"\\(?:text|mathrm|operatorname)\{[^}]*\}", "T", tex))
    if tex.count("=") != 1 or len(tex) > 160 or _LONG_NUMBER.search(tex):
        return False
    if [word for word in _WORDS_IN.findall(bare) if word not in _FUNCTIONS]:
        return False
    left, right = bare.split("=")
    return bool(left.strip()) and bool(right.strip()) and len(set(_SYMBOL.findall(bare)) - _FUNCTIONS) >= 2


def find_tables(text: ReadText, terms: Mapping[str, Term]) -> Iterator[Fact]:
    """Yield every table with a header, two rows and two columns at least; the value is the heading it stands under."""
    for block in text.blocks:
        if block.kind == "table" and is_drawable(block.rows):
            quote = Quote(document=text.document, span=Span(block.id, 0, len(block.text)), text=block.text)
            heading = block.path[-1] if block.path else ""
            yield Fact(kind="table", value=heading, quote=quote, subject=heading or None, rows=block.rows)


def is_drawable(rows: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a table has a filled header and enough short cells to be drawn and asked about."""
    if len(rows) < 3 or len(rows[0]) < 2 or not all(cell.strip() for cell in rows[0][1:]):
        return False
    cells = [cell for row in rows[1:] for cell in row]
    filled = [cell for cell in cells if cell.strip()]
    if sum(1 for cell in filled if len(re.findall(r"[^\W\d_]", cell)) < 2 and not re.search(r"\d", cell)) > 0.3 * len(filled):
        # Lone symbols are a formula that came out in columns.
        return False
    return len(filled) >= 0.7 * len(cells) and sum(len(cell) for cell in filled) / len(filled) <= 90
