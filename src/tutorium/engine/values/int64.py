"""Convex's 64-bit integer. A plain Python `int` means an integral Float64; this is the explicit other kind (E17)."""

from typing import Final, Self

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
MAX_SAFE_INTEGER: Final = 2**53
"""Beyond this a Float64 no longer tells neighbouring integers apart, so a plain `int` may not exceed it."""


class Int64(int):
    """A signed 64-bit integer: JavaScript's `bigint`, `$integer` on the wire. Raises ValueError outside 64 bits."""

    __slots__ = ()

    def __new__(cls, value: int = 0) -> Self:
        """Check the range; arithmetic on the result gives plain integers."""
        number = super().__new__(cls, value)
        if not INT64_MIN <= number <= INT64_MAX:
            raise ValueError(f"{value} does not fit in 64 bits")
        return number

    def __repr__(self) -> str:
        """Show the kind, so that logs tell it from a Float64."""
        return f"Int64({int(self)})"
