"""Bytes of a text file to characters: UTF-8, UTF-16 with or without a mark, else the Western 8-bit encoding."""

import codecs
from typing import Final

_ZERO_SHARE: Final = 0.3
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode_text(data: bytes) -> str:
    """Return the text of `data`, line ends as "\\n". A character cut off at the end is left out; nothing is refused."""
    text = _decode(data)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    sample = data[:4096]
    if sample[1::2].count(0) > _ZERO_SHARE * len(sample[1::2]) and not sample[0::2].count(0):
        return data.decode("utf-16-le", "replace")
    if sample[0::2].count(0) > _ZERO_SHARE * len(sample[0::2]) and not sample[1::2].count(0):
        return data.decode("utf-16-be", "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        # A few bytes of Windows-1252 are undefined; Latin-1 has a character for each.
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            return data.decode("latin-1")
