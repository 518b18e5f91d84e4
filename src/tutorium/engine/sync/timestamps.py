"""Commit timestamps on the wire: padded standard base64 of 8 little-endian bytes."""

import struct
from base64 import b64decode, b64encode

_U64 = struct.Struct("<Q")


class MalformedTimestampError(ValueError):
    """This is not the base64 of 8 bytes."""


def encode_ts(ts: int) -> str:
    """Return a timestamp (nanoseconds) as text; 0 is `AAAAAAAAAAA=`."""
    return b64encode(_U64.pack(ts)).decode("ascii")


def decode_ts(text: str) -> int:
    """Return the timestamp in `text`. Raises MalformedTimestampError."""
    try:
        data = b64decode(text, validate=True)
    except ValueError as error:
        raise MalformedTimestampError(f"{text!r} is not base64") from error
    if len(data) != 8:
        raise MalformedTimestampError(f"a timestamp has 8 bytes, not {len(data)}")
    return _U64.unpack(data)[0]
