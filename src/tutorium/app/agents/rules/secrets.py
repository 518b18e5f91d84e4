"""What may not be said while an item is open: its key, and the sentence it was made from."""

import re
from collections.abc import Iterable, Sequence

from tutorium.app.agents.handovers import PreparedItem
from tutorium.app.agents.rules.catalog import mention_pattern
from tutorium.app.reading.findings import Quote


def keys_of(item: PreparedItem) -> tuple[str, ...]:
    """Return the spellings of an item's key."""
    if item.kind == "choice":
        return (item.choices[item.correct],) if item.correct is not None else ()
    return item.accept


def reveals(text: str, item: PreparedItem) -> bool:
    """Whether `text` holds the key of an item, also in the plural; a number counts only as a number of its own."""
    for key in keys_of(item):
        if re.fullmatch(r"[\d.,−-]+", key):
            if re.search(rf"(?<![\d.,]){re.escape(key)}(?![\d]|[.,]\d)", text):
                return True
        elif mention_pattern([key]).search(text) or key.casefold() in text.casefold():
            return True
    return False


def is_safe(text: str, closed_to: Iterable[PreparedItem], *, quote: Quote | None = None) -> bool:
    """Whether `text` gives no item away; `quote` is where it comes from."""
    for item in closed_to:
        if reveals(text, item):
            return False
        if quote is not None and quote.document == item.quote.document and quote.span.block == item.quote.span.block:
            overlaps = quote.span.start < item.quote.span.end and item.quote.span.start < quote.span.end
            if overlaps:
                return False
    return True


def safe_only(quotes: Iterable[Quote], closed_to: Sequence[PreparedItem]) -> list[Quote]:
    """Return those quotations that give no item away."""
    return [quote for quote in quotes if is_safe(quote.text, closed_to, quote=quote)]
