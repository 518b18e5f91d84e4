"""Paint order: fractional indices (whiteboard model, section 6)."""

import re
from collections.abc import Iterable

from fractional_indexing import generate_key_between, generate_n_keys_between

# Longer keys come only from somebody inserting at one place thousands of times, or from malice.
MAX_INDEX_LENGTH = 200

# Nothing can be placed before it.
_SMALLEST = "A" + "0" * 26
_DIGITS = re.compile(r"[0-9A-Za-z]+")


def is_valid_index(index: object) -> bool:
    """Say whether `index` is a fractional index that others can be placed before and after."""
    if not isinstance(index, str) or len(index) > MAX_INDEX_LENGTH or not _DIGITS.fullmatch(index):
        return False
    head = index[0]
    if "a" <= head <= "z":
        integer_length = ord(head) - ord("a") + 2
    elif "A" <= head <= "Z":
        integer_length = ord("Z") - ord(head) + 2
    else:
        return False
    if len(index) < integer_length or index == _SMALLEST:
        return False
    return len(index) == integer_length or index[-1] != "0"


def index_above(greatest: str | None) -> str:
    """Return an index above `greatest` (None: of an empty board)."""
    return generate_key_between(greatest, None)


def indices_between(below: str | None, above: str | None, count: int) -> list[str]:
    """Return `count` ascending indices strictly between two others; None means the end of the board."""
    return list(generate_n_keys_between(below, above, count))


def greatest_index(indices: Iterable[object]) -> str | None:
    """Return the greatest valid index, None when there is none."""
    texts = [index for index in indices if isinstance(index, str)]
    greatest = max(texts, default=None)
    # Checking each key costs far more than comparing them, and nearly all boards have no malformed one.
    if greatest is None or is_valid_index(greatest):
        return greatest
    return max(filter(is_valid_index, texts), default=None)
