"""The `Range` header (RFC 9110, section 14): one range of bytes is served, several are not."""

import re
from typing import Final

from tutorium.errors import BadRequestError

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class RangeNotSatisfiableError(BadRequestError):
    """No byte of the file lies in this range, or it is more than one. Ask for one range within the size in Content-Range."""

    code = "range_not_satisfiable"
    http_status = 416


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return which bytes of a file of `size` are wanted, as start and end (not included); None for the whole file.

    A header that is no range of bytes is passed over, as the standard has it. Raises RangeNotSatisfiableError.
    """
    if header is None or not header.startswith("bytes="):
        return None
    if "," in header:
        raise RangeNotSatisfiableError
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.group(1), match.group(2)
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise RangeNotSatisfiableError
    return start, end
