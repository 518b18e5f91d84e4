"""Where sentences begin and end, by one pattern for candidate stops and a short list of reasons not to split there."""

import re
from collections.abc import Iterator
from typing import Final

from tutorium.app.reading.extract.abbreviations import ENDINGS, OPENERS, REFERENCES, TITLES

_STOP: Final = re.compile(
    r"""
    (?P<wide>[。！？]+[」』”’）]*\s*)                       # East Asian stops need no space after them
    | (?P<blank>[^\S\n]*\n[^\S\n]*\n\s*)                    # an empty line ends whatever came before
    | (?P<dots>\.(?:[^\S\n]\.){2,})(?P<after_dots>["'”’)\]]*\s+)   # a spaced ellipsis
    | (?P<mark>[.!?…]+)(?P<closers>["'”’»)\]*_]*)(?P<note>\^?\[?\d{0,3}\]?)(?P<space>\s+)
    """,
    re.VERBOSE,
)
_WORD_BEFORE: Final = re.compile(r"[^\W\d_](?:[\w-]|\.(?=\w))*$")
_NUMBER_BEFORE: Final = re.compile(r"(?<![\w.,])\d{1,3}$")
_ROMAN_BEFORE: Final = re.compile(r"(?<![\w.])[IVXLC]{1,6}$")
_LIST_MARK: Final = re.compile(r"\s*(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{1,5})[.)]|[-–•*])\Z")
_NEXT_WORD: Final = re.compile(r"[\"'“‘«„(\[¿¡*_]*([^\W\d_]+)")
# The second half of a spaced short form: "z. B.", "i. e."
_LETTER_AND_STOP: Final = re.compile(r"[^\W\d_]\.")
_OPENING: Final = "\"'“‘«„([¿¡*_"
# A bracket left open longer than this is a slip of the author, not a remark.
_BRACKET_REACH: Final = 300
_ORDINAL_LANGUAGES: Final = frozenset({"de", "da", "nb", "no", "fi", "cs", "pl", "hu"})
# Initials of names are looked for in this many characters before a stop.
_LOOK_BACK: Final = 40


def split_sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Return the (start, end) of each sentence of `text`, in order, with no white space at either end.

    `language` is an ISO 639-1 code; unknown ones are split with the English word lists. Together the spans hold every character
    that is not white space. Quotations of several sentences are split like other text.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end, resume in _boundaries(text, language):
        if end > start:
            spans.append((start, end))
        start = resume
    spans.append((start, len(text)))
    trimmed = (_trim(text, start, end) for start, end in spans)
    return [(start, end) for start, end in trimmed if end > start]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _boundaries(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield (end of a sentence, where the next one may start)."""
    start = 0
    for stop in _STOP.finditer(text):
        if stop.end() >= len(text):
            return
        if stop["blank"] is not None:
            boundary = stop.start(), stop.end()
        elif stop["wide"] is not None:
            boundary = stop.end(), stop.end()
        elif stop["dots"] is not None:
            if not _opens_with_capital(text, stop.end()):
                continue
            boundary = stop.start("after_dots"), stop.end()
        else:
            if not _ends_sentence(text, start, stop, language):
                continue
            boundary = stop.start("space"), stop.end()
        yield boundary
        start = boundary[1]


def _ends_sentence(text: str, start: int, stop: re.Match[str], language: str) -> bool:
    following = _first_letter(text, stop.end())
    if following is None or following.islower():
        return False
    if stop["note"].isdigit() and not stop["closers"] and stop["mark"] == "." and _is_number_part(text, stop):
        return False
    if _inside_bracket(text, start, stop.start("mark"), stop.end("closers")):
        return False
    if stop["mark"] != "." or stop["closers"]:
        return True
    return not _is_abbreviation(text, start, stop, language)


def _is_number_part(text: str, stop: re.Match[str]) -> bool:
    """Whether the stop is a decimal point: "3.5 The" has its stop inside the number."""
    return stop.start() > 0 and text[stop.start() - 1].isdigit()


def _is_abbreviation(text: str, start: int, stop: re.Match[str], language: str) -> bool:
    at = stop.start("mark")
    before = text[max(start, at - _LOOK_BACK) : at]
    if _LIST_MARK.match(text[start : at + 1]):
        return True
    if language in _ORDINAL_LANGUAGES and (_NUMBER_BEFORE.search(before) or _ROMAN_BEFORE.search(before)):
        return text[stop.end()].isalpha()
    word_match = _WORD_BEFORE.search(before)
    if word_match is None:
        return False
    word = word_match.group()
    lower = word.lower()
    opens = _opener_follows(text, stop.end(), language)
    if lower in TITLES.get(language, TITLES["en"]) or (len(word) == 1 and _LETTER_AND_STOP.match(text, stop.end())):
        return True
    if lower in ENDINGS:
        return not (opens or stop.end() == len(text))
    if lower in REFERENCES:
        return text[stop.end()].isdigit() or (len(word) < 4 and lower not in {"no", "art", "par", "mar"} and not opens)
    if len(word) == 1 and word.isupper():
        return not opens and _looks_like_initial(before, word_match.start())
    return "." in word and not opens


def _looks_like_initial(before: str, at: int) -> bool:
    """A lone capital is an initial after a capitalised word, another initial, or at the start; "vitamin C." is not."""
    preceding = before[:at].split()
    return not preceding or preceding[-1][0].isupper() or not preceding[-1][-1].isalnum()


def _opener_follows(text: str, at: int, language: str) -> bool:
    match = _NEXT_WORD.match(text, at)
    if match is None:
        return False
    word = match.group(1)
    return word[0].isupper() and word.lower() in OPENERS.get(language, OPENERS["en"])


def _first_letter(text: str, at: int) -> str | None:
    """The first character of what follows, past quotes and brackets; None when nothing follows."""
    while at < len(text) and text[at] in _OPENING:
        at += 1
    return text[at] if at < len(text) else None


def _opens_with_capital(text: str, at: int) -> bool:
    first = _first_letter(text, at)
    return first is not None and first.isupper()


def _inside_bracket(text: str, start: int, at: int, end: int) -> bool:
    """Whether the stop at `at` lies in a bracket that opened in this sentence and closes soon after the stop."""
    depth = 0
    for index in range(max(start, at - _BRACKET_REACH), end):
        if text[index] in "([":
            depth += 1
        elif text[index] in ")]" and depth:
            depth -= 1
    if not depth:
        return False
    closing = text.find(")", end, end + _BRACKET_REACH)
    opening = text.find("(", end, end + _BRACKET_REACH)
    return closing != -1 and (opening == -1 or closing < opening)
