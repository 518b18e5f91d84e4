"""Fixed sentences around quotations. The rules never say the matter in their own words: what is claimed is quoted."""

import re
from collections.abc import Sequence
from typing import Final

from tutorium.app.reading.findings import Quote

_CLAUSE_ENDS: Final = re.compile(
    r"(?:,\s|;\s|\s[–—]\s|\s(?:so\s+that|until|because|which|while|when|where|and|or|but|for|with|on|in|at|to|from|that|beginning|ending)\s)"
)


def quoted(text: str) -> str:
    """Return `text` in quotation marks."""
    return f"“{text}”"


def quotations(quotes: Sequence[Quote]) -> str:
    """Return quotations one after another, each in its marks."""
    return " ".join(quoted(tidy(quote.text)) for quote in quotes)


def tidy(text: str) -> str:
    """Return a quotation with single spaces."""
    return " ".join(text.split())


def capitalised(name: str) -> str:
    """Return `name` with a capital letter in front."""
    return name[:1].upper() + name[1:]


def listed(names: Sequence[str], *, quote: bool = False, last: str = "and") -> str:
    """Return "a, b and c"."""
    shown = [quoted(name) if quote else name for name in names]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def shortened(text: str, limit: int) -> str:
    """Return `text` cut to `limit` characters, at the end of a clause if there is one in the second half, with an ellipsis."""
    text = tidy(text)
    if len(text) <= limit:
        return text
    cuts = [match.start() for match in _CLAUSE_ENDS.finditer(text) if limit * 0.5 <= match.start() <= limit - 1]
    if cuts:
        return text[: cuts[-1]].rstrip(" ,;:–—") + "…"
    space = text.rfind(" ", 0, limit - 1)
    return text[: space if space > limit * 0.4 else limit - 1].rstrip(" ,;:–—") + "…"


def counted(number: int, noun: str) -> str:
    """Return "one step", "3 steps"."""
    if number == 1:
        return f"one {noun}"
    words = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}
    return f"{words.get(number, str(number))} {noun}s"
