"""The marks inside a line of Markdown: taken away, and kept as emphasis where they are emphasis."""

import html
import re
from typing import Final, Literal

from tutorium.app.reading.material import Emphasis

# Every repetition is bounded, so that a line of ten thousand stars costs no more than its length.
_MARK: Final = re.compile(
    r"""
      \\(?P<escaped>[!-/:-@\[-`{-~])
    | (?P<ticks>`{1,3})(?P<code>[^`](?:.{0,500}?[^`])?)(?P=ticks)(?!`)
    | (?P<formula>\$\$[^$\n]{1,1000}\$\$ | \$(?![\s$])[^$\n]{1,500}?(?<![\s\\])\$(?!\d) | \\\(.{1,500}?\\\))
    | !\[(?P<picture>[^\]]{0,300})\](?:\([^)]{0,1000}\)|\[[^\]]{0,100}\])
    | (?P<footnote>\[\^[^\]\s]{1,60}\])
    | \[(?P<link>(?:[^\[\]]|\[[^\[\]]{0,100}\]){1,500})\]
      (?:\([^()\s]{0,1000}(?:\([^()]{0,200}\)[^()\s]{0,300})?(?:\s+"[^"]{0,300}")?\)|\[[^\]]{0,100}\])
    | <(?P<address>(?:https?://|mailto:|ftp://)[^<>\s]{1,1000})>
    | (?P<tag></?[A-Za-z][^<>]{0,500}>|<!--.{0,2000}?-->)
    | (?P<strong>\*{2,3})(?=[^\s*])(?P<bold>.{1,1000}?)(?<=\S)(?P=strong)(?!\*)
    | (?P<under>(?<!\w)_{2,3})(?=\S)(?P<bold_under>.{1,1000}?)(?<=\S)(?P=under)(?!\w)
    | (?P<star>\*)(?=[^\s*])(?P<italic>.{0,999}?[^\s*])\*(?!\*)
    | (?P<low>(?<!\w)_)(?=[^\s_])(?P<italic_low>.{0,999}?[^\s_])_(?!\w)
    | ~~(?P<struck>[^~\n]{1,500})~~
    """,
    re.VERBOSE | re.DOTALL,
)
_LINE_BREAK: Final = re.compile(r"[ \\]*\n\s*")


def parse_inline(raw: str) -> tuple[str, tuple[Emphasis, ...]]:
    """Return the clean text of `raw` and its emphasis, by characters of the clean text. Formulas keep their `$`."""
    parts: list[str] = []
    emphasis: list[Emphasis] = []
    _walk(_LINE_BREAK.sub(" ", raw.strip()), 0, parts, emphasis)
    return "".join(parts), tuple(sorted(emphasis, key=lambda run: (run.start, run.end)))


def _walk(raw: str, offset: int, parts: list[str], emphasis: list[Emphasis], depth: int = 0) -> int:
    """Append the clean text of `raw`, whose first character lands at `offset`; return where it ends."""
    at = 0
    for mark in _MARK.finditer(raw):
        offset = _append(html.unescape(raw[at : mark.start()]), offset, parts)
        offset = _apply(mark, offset, parts, emphasis, depth)
        at = mark.end()
    return _append(html.unescape(raw[at:]), offset, parts)


def _append(text: str, offset: int, parts: list[str]) -> int:
    parts.append(text)
    return offset + len(text)


def _apply(mark: re.Match[str], offset: int, parts: list[str], emphasis: list[Emphasis], depth: int) -> int:
    literal = mark["escaped"] or mark["formula"] or mark["address"]
    if literal is not None:
        return _append(literal, offset, parts)
    inner, style = _inner(mark)
    if inner is None:
        return offset
    start = offset
    if style == "code":
        offset = _append(inner.strip(), offset, parts)
    elif depth < 8:
        offset = _walk(inner, offset, parts, emphasis, depth + 1)
    else:
        offset = _append(inner, offset, parts)
    if style is not None and offset > start:
        emphasis.append(Emphasis(start, offset, style))
    return offset


def _inner(mark: re.Match[str]) -> tuple[str | None, Literal["bold", "italic", "code"] | None]:
    """What is inside the mark and how it looks; None for what is not text at all."""
    if mark["code"] is not None:
        return mark["code"], "code"
    if mark["bold"] is not None or mark["bold_under"] is not None:
        return mark["bold"] or mark["bold_under"], "bold"
    if mark["italic"] is not None or mark["italic_low"] is not None:
        return mark["italic"] or mark["italic_low"], "italic"
    return mark["link"] or mark["struck"], None
