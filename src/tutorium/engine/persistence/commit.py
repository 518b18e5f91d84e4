"""A commit as it is handed to a store, and as the commit log keeps it (E1).

A full key is the index's number as four bytes, the encoded fields, the encoded creation time and the row key; so the last
`ROW_KEY_BYTES` of a full key name the row, and full keys of one index sort like its rows.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import msgspec

Timestamp: TypeAlias = int
"""Nanoseconds since 1970, unique and strictly rising from commit to commit; 0 is before everything."""


class KeyChange(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A row's full key in one index, before and after; None where the row is not there. Both are kept even when equal (E1)."""

    old: bytes | None
    new: bytes | None


class SearchEntry(msgspec.Struct, frozen=True, gc=False):
    """What a full-text index shall hold for a row from now on: its words and filter tokens, or nothing (`words` None)."""

    index: int
    words: str | None
    filters: str = ""


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a commit: its key, its stored form before and after, its keys, and its full-text entries."""

    key: bytes
    old: bytes | None
    new: bytes | None
    keys: tuple[KeyChange, ...]
    search: tuple[SearchEntry, ...] = ()


class Commit(msgspec.Struct, frozen=True):
    """All rows of one mutation under its timestamp."""

    ts: Timestamp
    changes: Sequence[RowChange]


class LoggedChange(msgspec.Struct, frozen=True, array_like=True):
    """One row of a log entry: enough to validate, to invalidate, and to see the row as it was before."""

    key: bytes
    old: bytes | None
    keys: tuple[KeyChange, ...]


class LoggedCommit(msgspec.Struct, frozen=True):
    """An entry of the commit log."""

    ts: Timestamp
    changes: tuple[LoggedChange, ...]


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(tuple[LoggedChange, ...])


def encode_entry(commit: Commit) -> bytes:
    """Return the log's form of a commit, without its timestamp."""
    return _encoder.encode([(change.key, change.old, change.keys) for change in commit.changes])


def decode_entry(ts: Timestamp, data: bytes) -> LoggedCommit:
    """Read what `encode_entry` wrote."""
    return LoggedCommit(ts, _decoder.decode(data))
