"""Row ids: what a client holds as an opaque string, and the row key that the store sorts by.

An id is base32 (alphabet without i, l, o, u) of: the table's number as a varint, 16 bytes (14 random, then the day since 1970,
big-endian), and a Fletcher-16 checksum. A row key is the table's number as four bytes and the same 16 bytes.
"""

import re
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, TypeVar

import msgspec

from tutorium.engine.errors import InvalidIdError
from tutorium.runtime import Runtime

RowT_co = TypeVar("RowT_co", covariant=True)

FIRST_USER_TABLE: Final = 10_001
MAX_TABLE_NUMBER: Final = 2**32 - 1
INTERNAL_BYTES: Final = 16
ROW_KEY_BYTES: Final = 20
_NANOSECONDS_PER_DAY: Final = 86_400 * 1_000_000_000
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = [a + b for a in _ALPHABET for b in _ALPHABET]
_TO_PYTHON_DIGITS: Final = str.maketrans(_ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_SHAPE: Final = re.compile(r"[0-9a-hjkmnp-tv-z]{31,37}").fullmatch
_WEIGHTS: Final = {size: range(size, 0, -1) for size in range(17, 22)}

if TYPE_CHECKING:

    class Id(str, Generic[RowT_co]):
        """The id of a row of one table; at run time a plain `str`. Write `Id[Folder]` or `Id["Folder"]`."""

        __slots__ = ()
else:

    class Id(str):
        """The id of a row of one table; at run time a plain `str`."""

        __slots__ = ()

        def __class_getitem__(cls, row: Any) -> Any:
            """Give a validator a `str` that names its table."""
            return Annotated[str, msgspec.Meta(extra={"id_of": row})]


def _checksum(data: bytes) -> bytes:
    low = sum(data) & 0xFF
    high = sum(map(mul, data, _WEIGHTS[len(data)])) & 0xFF
    return bytes((low, high))


def _varint(number: int) -> bytes:
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def _read_varint(data: bytes) -> tuple[int, int]:
    number = 0
    for place, group in enumerate(data[:5]):
        number |= (group & 0x7F) << (7 * place)
        if group < 0x80:
            if place and not group:
                break
            return number, place + 1
    raise InvalidIdError("This is not an id: its table number cannot be read.")


def row_key(table: int, internal: bytes) -> bytes:
    """Return the store's key of the row: the table's number, then the 16 bytes."""
    return table.to_bytes(4) + internal


def table_of_key(key: bytes) -> int:
    """Return the table's number in a row key."""
    return int.from_bytes(key[:4])


def encode_id(key: bytes) -> str:
    """Return the id, as clients see it, of the row with this key."""
    data = _varint(int.from_bytes(key[:4])) + key[4:]
    data += _checksum(data)
    bits = len(data) * 8
    length = -(-bits // 5)
    width = (length + 1) // 2 * 10
    number = int.from_bytes(data) << (width - bits)
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(width - 10, -1, -10)])[:length]


@lru_cache(maxsize=1 << 16)
def decode_id(text: str) -> bytes:
    """Return the row key of an id.

    Raises InvalidIdError when the text has another shape or its checksum is wrong.
    """
    if not _SHAPE(text):
        raise InvalidIdError(f"{text[:40]!r} is not an id.", id=text[:40])
    size = len(text) * 5 // 8
    spare = len(text) * 5 - size * 8
    number = int(text.translate(_TO_PYTHON_DIGITS), 32)
    if number & ((1 << spare) - 1):
        raise InvalidIdError(f"{text!r} is not an id: its last bits are not zero.", id=text)
    data = (number >> spare).to_bytes(size)
    table, used = _read_varint(data)
    if len(data) != used + INTERNAL_BYTES + 2 or table > MAX_TABLE_NUMBER or _checksum(data[:-2]) != data[-2:]:
        raise InvalidIdError(f"{text!r} is not an id: its checksum is wrong.", id=text)
    return table.to_bytes(4) + data[used:-2]


def new_row_key(table: int, runtime: Runtime) -> bytes:
    """Return a fresh key for a row of `table`."""
    day = runtime.now_ns() // _NANOSECONDS_PER_DAY & 0xFFFF
    return table.to_bytes(4) + runtime.random_bytes(14) + day.to_bytes(2)
