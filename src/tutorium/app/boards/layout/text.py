"""How wide a text is and where its lines break, from the advance widths of the fonts the board ships.

The sum of advances is an upper bound: kerning and ligatures are left out, and in these fonts they only narrow. A character that
no shipped font has is drawn by a font of the viewer's machine, so it gets a bound for its script. Widths are in scene pixels.
"""

import json
import math
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

HAND: Final = 5
PLAIN: Final = 6
CODE: Final = 8
LINE_HEIGHTS: Final = {HAND: 1.25, PLAIN: 1.35, CODE: 1.25}

SLACK_PX: Final = 2
"""Added to each width: canvas rounding differs by browser, and Excalidraw clips what is over."""

_TABLES: Final = {HAND: "hand", PLAIN: "plain", CODE: "code"}
_OPENING: Final = "([{（［｛〔〈《「『【“‘"
_CLOSING: Final = ")]}）］｝〕〉》」』】”’、。，．：；！？…ー々"
_BREAK_AFTER: Final = "-–—/"

_SCRIPT_BOUNDS: Final = (
    (0x0590, 0x05FF, 750),  # Hebrew
    (0x0600, 0x08FF, 1050),  # Arabic and Syriac
    (0x0900, 0x0DFF, 1250),  # scripts of India
    (0x0E00, 0x0EFF, 800),  # Thai and Lao
    (0x2000, 0x206F, 1000),  # punctuation
    (0x2070, 0x24FF, 1100),  # signs, arrows, mathematics
    (0x2500, 0x2BFF, 1400),  # shapes, dingbats
    (0x1F000, 0x1FAFF, 1400),  # emoji
)
_OTHER_BOUND: Final = 1000
_WIDE_BOUND: Final = 1050


@dataclass(frozen=True, slots=True)
class _Runs:
    """A font as runs of characters with one advance, for the large ones."""

    starts: list[int]
    ends: list[int]
    advances: list[int]

    def advance(self, codepoint: int) -> int | None:
        place = bisect_right(self.starts, codepoint) - 1
        if place < 0 or codepoint >= self.ends[place]:
            return None
        return self.advances[place]


def _load_runs(name: str) -> _Runs:
    table = json.loads((files("tutorium.app.boards.layout") / "fonts" / f"{name}.json").read_text())
    scale = 1000 / table["unitsPerEm"]
    runs = _Runs([], [], [])
    position = 0
    flat: list[int] = table["runs"]
    for skipped, length, advance in zip(flat[::3], flat[1::3], flat[2::3], strict=True):
        position += skipped
        runs.starts.append(position)
        position += length
        runs.ends.append(position)
        runs.advances.append(math.ceil(advance * scale))
    return runs


@cache
def _table(family: int) -> dict[str, int]:
    runs = _load_runs(_TABLES[family])
    return {
        chr(codepoint): advance
        for start, end, advance in zip(runs.starts, runs.ends, runs.advances, strict=True)
        for codepoint in range(start, end)
    }


@cache
def _cjk() -> _Runs:
    return _load_runs("cjk")


def is_wide(character: str) -> bool:
    """Return whether `character` is as wide as it is high: CJK and most emoji."""
    return ord(character) >= 0x1100 and unicodedata.east_asian_width(character) in "WF"


def has_cjk(text: str) -> bool:
    """Return whether `text` has characters that only the hand font's fallback draws alike everywhere."""
    return any(is_wide(c) and ord(c) < 0x1F000 for c in text)


def is_right_to_left(text: str) -> bool:
    """Return whether the first strong letter of `text` runs from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def _is_extender(character: str) -> bool:
    code = ord(character)
    if code < 0x300:
        return False
    if 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF or code in (0x200D, 0x200C, 0x20E3):
        return True
    return unicodedata.category(character) in ("Mn", "Me", "Mc") or 0xE0020 <= code <= 0xE007F


def clusters(text: str) -> Iterator[str]:
    """Yield what a reader sees as single characters: a letter with its marks, a joined emoji, a flag."""
    current = ""
    for character in text:
        if not current:
            current = character
        elif _is_extender(character) or current[-1] == "\u200d" or _completes_flag(current, character):
            current += character
        else:
            yield current
            current = character
    if current:
        yield current


def _completes_flag(current: str, character: str) -> bool:
    return len(current) == 1 and all(0x1F1E6 <= ord(c) <= 0x1F1FF for c in (current, character))


@lru_cache(maxsize=20_000)
def _cluster_advance(cluster: str, family: int) -> int:
    # A mark that the font draws with a width of its own only ever widens, so the sum stays a bound.
    table = _table(family)
    total = table[cluster[0]] if cluster[0] in table else _fallback_advance(cluster[0], family)
    for character in cluster[1:]:
        total += table.get(character, 250 if unicodedata.category(character) == "Mc" else 0) if ord(character) < 0x3000 else 0
    return total


def _fallback_advance(character: str, family: int) -> int:
    code = ord(character)
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if family == HAND and code >= 0x1100 and (advance := _cjk().advance(code)) is not None:
        return advance
    if is_wide(character) and code < 0x1F000:
        return _WIDE_BOUND
    return next((bound for first, last, bound in _SCRIPT_BOUNDS if first <= code <= last), _OTHER_BOUND)


@lru_cache(maxsize=50_000)
def _advance(text: str, family: int) -> int:
    table = _table(family)
    try:
        return sum([table[c] for c in text])
    except KeyError:
        return sum(_cluster_advance(c, family) for c in clusters(text))


def measure(text: str, size: float, family: int = HAND) -> int:
    """Return the width of one line of `text`, rounded up, with `SLACK_PX`; the empty line is `SLACK_PX` wide."""
    return math.ceil(_advance(text, family) * size / 1000) + SLACK_PX


@dataclass(frozen=True, slots=True)
class Lines:
    """A text laid out: `lines` as they are drawn, `original` without the breaks made here; sizes of its box in pixels."""

    original: str
    lines: tuple[str, ...]
    size: int
    family: int
    width: int
    height: float

    @property
    def is_wrapped(self) -> bool:
        """True when a line was broken that was not broken before."""
        return len(self.lines) > self.original.count("\n") + 1


def _is_breakable_pair(before: str, after: str) -> bool:
    if not (is_wide(before[0]) or is_wide(after[0])):
        return False
    return after[0] not in _CLOSING and before[0] not in _OPENING


@lru_cache(maxsize=4_000)
def _units(paragraph: str) -> tuple[str, ...]:
    """Return the pieces between which a line may break; spaces stay at the end of their piece."""
    units: list[str] = []
    current = ""
    last = ""
    for cluster in clusters(paragraph):
        starts_new = False
        if last == " ":
            starts_new = cluster != " "
        elif last and cluster != " ":
            starts_new = _is_breakable_pair(last, cluster) or (last in _BREAK_AFTER and len(current) > 4 and cluster.isalpha())
        if starts_new:
            units.append(current)
            current = ""
        current += cluster
        last = cluster
    if current:
        units.append(current)
    return tuple(units)


def longest_unit(text: str, size: float, family: int = HAND) -> int:
    """Return the width of the widest piece of `text` that wrapping keeps whole."""
    return max(
        (measure(unit.rstrip(" "), size, family) for line in text.split("\n") for unit in _units(line)), default=SLACK_PX
    )


def wrap(text: str, size: int, family: int = HAND, *, max_width: float) -> Lines:
    """Break `text` into lines at most `max_width` wide.

    Breaks after spaces, after a dash or slash inside a long piece and between CJK characters, never before closing or after
    opening punctuation; only a piece wider than a whole line is cut between letters. Line breaks of `text` are kept.
    """
    return _wrap(text.replace("\t", "    "), size, family, max(int(max_width), size + SLACK_PX + 4))


@lru_cache(maxsize=4_000)
def _wrap(text: str, size: int, family: int, max_width: int) -> Lines:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(list(_wrap_paragraph(paragraph, size, family, max_width)) or [""])
    width = max(measure(line, size, family) for line in lines)
    return Lines(text, tuple(lines), size, family, width, len(lines) * size * LINE_HEIGHTS[family])


def _wrap_paragraph(paragraph: str, size: int, family: int, max_width: int) -> Iterator[str]:
    if measure(paragraph, size, family) <= max_width:
        yield paragraph
        return
    line = ""
    for unit in _units(paragraph):
        if line and measure((line + unit).rstrip(" "), size, family) > max_width:
            yield line.rstrip(" ")
            line = ""
        if not line and measure(unit.rstrip(" "), size, family) > max_width:
            *whole, unit = _cut_unit(unit, size, family, max_width)
            yield from whole
        line += unit
    if line.rstrip(" "):
        yield line.rstrip(" ")


def _cut_unit(unit: str, size: int, family: int, max_width: int) -> list[str]:
    pieces: list[str] = []
    current = ""
    body = unit.rstrip(" ")
    for cluster in clusters(body):
        if current and measure(current + cluster, size, family) > max_width:
            pieces.append(current)
            current = ""
        current += cluster
    return [*pieces, current + unit[len(body) :]]


def family_for(text: str, wanted: int) -> int:
    """Return `wanted`, or the hand font when `text` has CJK, which only that one falls back for."""
    return HAND if wanted != HAND and has_cjk(text) else wanted


def balanced(text: str, size: int, family: int = HAND, *, max_width: float, prefer: float | None = None) -> Lines:
    """Wrap to the least width that gives no more lines than `max_width` does, never under the widest word: even lines.

    `prefer` is the width asked for first; the text's longest word may widen it up to `max_width`.
    """
    wanted = max_width if prefer is None else min(max_width, max(prefer, longest_unit(text, size, family)))
    lines = wrap(text, size, family, max_width=wanted)
    if len(lines.lines) == 1 or not lines.is_wrapped:
        return lines
    low, high = longest_unit(text, size, family), int(wanted)
    while low < high:
        middle = (low + high) // 2
        tried = wrap(text, size, family, max_width=middle)
        if len(tried.lines) <= len(lines.lines):
            high = middle
        else:
            low = middle + 1
    return wrap(text, size, family, max_width=high)
