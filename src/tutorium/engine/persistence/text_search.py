"""How text becomes words, the same on every store, so that the same rows are found everywhere."""

import hashlib
import re
import unicodedata
from typing import Final

from tutorium.engine.values import encode_key

MAX_QUERY_WORDS: Final = 16
"""Words of a query beyond this are dropped: they cost time and hardly change which rows come first."""

_WORD: Final = re.compile(r"[^\W_]+")


def split_words(text: str) -> list[str]:
    """Return the words of a text: lower case, without marks on letters, split at everything but letters and digits."""
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return _WORD.findall(text.lower())


def query_words(text: str) -> list[str]:
    """Return the distinct words of a query, in order, at most `MAX_QUERY_WORDS`."""
    return list(dict.fromkeys(split_words(text)))[:MAX_QUERY_WORDS]


def filter_token(field: str, value: object) -> str:
    """Return one word that stands for `field` having `value`; a hash, so that it never meets a word of a text."""
    digest = hashlib.blake2b(field.encode() + b"\x00" + encode_key(value), digest_size=12).hexdigest()
    return f"f{digest}"
