"""From equalities and bounds on an index's fields to one interval of full keys. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tutorium.engine.database.table import Index
from tutorium.engine.errors import InvalidQueryError
from tutorium.engine.values.key_encoding import encode_key, prefix_end

Operator: TypeAlias = Literal["gt", "gte", "lt", "lte"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRange:
    """A half-open interval of full keys, read forwards or backwards."""

    lower: bytes
    upper: bytes
    reverse: bool = False

    def after(self, key: bytes) -> "KeyRange":
        """Return what is left when everything up to and including `key` has been read."""
        if self.reverse:
            return KeyRange(lower=self.lower, upper=min(self.upper, key), reverse=True)
        return KeyRange(lower=max(self.lower, key + b"\x00"), upper=self.upper)

    def up_to(self, key: bytes) -> "KeyRange":
        """Return the part that ends with `key`, including it."""
        if self.reverse:
            return KeyRange(lower=max(self.lower, key), upper=self.upper, reverse=True)
        return KeyRange(lower=self.lower, upper=min(self.upper, key + b"\x00"))

    def fingerprint(self) -> bytes:
        """Return eight bytes that tell this range and direction from any other: what a cursor is bound to."""
        text = len(self.lower).to_bytes(4) + self.lower + self.upper + (b"-" if self.reverse else b"+")
        return hashlib.blake2b(text, digest_size=8).digest()


def plan(
    index: Index, equalities: Mapping[str, object], bounds: Mapping[Operator, tuple[str, object]], *, reverse: bool
) -> KeyRange:
    """Return the interval of an index.

    `equalities` must name a prefix of the index's fields; all bounds must be on the field that follows, which may be the
    creation time after the last field. Raises InvalidQueryError otherwise.
    """
    fields = (*index.fields, "creation_time")
    used = fields[: len(equalities)]
    if set(used) != set(equalities):
        raise InvalidQueryError(
            f"Index {index.name} is over {', '.join(fields)}; equalities on {', '.join(equalities)} are not its first fields."
        )
    prefix = index.prefix + b"".join([_encode(name, equalities[name]) for name in used])
    lower, upper = prefix, prefix_end(prefix)
    if bounds and len(equalities) == len(fields):
        raise InvalidQueryError(f"Index {index.name} has no field left for a bound.")
    for operator, (name, value) in bounds.items():
        if name != fields[len(equalities)]:
            raise InvalidQueryError(f"Index {index.name}: the bound must be on {fields[len(equalities)]}, not on {name}.")
        edge = prefix + _encode(name, value)
        match operator:
            case "gt":
                lower = prefix_end(edge)
            case "gte":
                lower = edge
            case "lt":
                upper = edge
            case "lte":
                upper = prefix_end(edge)
    return KeyRange(lower=lower, upper=upper, reverse=reverse)


def _encode(name: str, value: object) -> bytes:
    return encode_key(float(value) if name == "creation_time" and isinstance(value, int) else value)
