"""The parts of the sync protocol that only compute."""

import contextlib
import hashlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorium.engine.sync.byte_ranges import RangeNotSatisfiableError, parse_range
from tutorium.engine.sync.client_version import NPM, Release, client_version
from tutorium.engine.sync.encoding import cut
from tutorium.engine.sync.messages import (
    ClientMessage,
    ProtocolViolation,
    ServerMessage,
    arguments_of,
    decode_client_message,
    path_of,
)
from tutorium.engine.sync.query_set import QuerySet
from tutorium.engine.sync.rate import MessageRate
from tutorium.engine.sync.timestamps import MalformedTimestampError, decode_ts, encode_ts

SCHEMA_HASH = "4e6331a02184d47f55dca2b6dfb27c157b5bd92c5db5c317787efc4f1cfa8862"


def test_the_messages_are_frozen() -> None:
    """Clients in the field rely on these messages: whoever changes them must mean it, and change this hash."""
    schemas, components = msgspec.json.schema_components([ClientMessage, ServerMessage])
    for component in components.values():
        component.pop("description", None)
    text = json.dumps([schemas, components], sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest() == SCHEMA_HASH


@given(st.integers(0, 2**63 - 1))
def test_timestamps_come_back(ts: int) -> None:
    """Every timestamp is 12 characters of padded base64 and decodes to itself."""
    text = encode_ts(ts)
    assert len(text) == 12
    assert decode_ts(text) == ts


@pytest.mark.parametrize("text", ["", "?", "AAAA", "AAAAAAAAAAA", "AAAAAAAAAAAAAAAA", "ä"])
def test_what_is_no_timestamp(text: str) -> None:
    """Anything but base64 of 8 bytes is refused."""
    with pytest.raises(MalformedTimestampError):
        decode_ts(text)


def test_who_speaks() -> None:
    """The header wins over the path; a path without a header is the npm client's."""
    assert client_version({"convex-client": "python-0.8.1"}, "1.48.0").name == "python"
    assert client_version({"convex-client": "my-own-client-1.2.3-beta.1"}).name == "my-own-client"
    assert client_version({}, "1.48.0").release == Release(1, 48, 0)
    assert client_version({}, "1.48.0").name == NPM
    assert client_version({}, "nonsense").release is None
    assert client_version({}).name == "unknown"
    assert client_version({"convex-client": "nonsense"}, "1.0.0").name == NPM


def test_who_takes_chunks() -> None:
    """The npm client from 1.28.0 on; a pre-release of it does not count."""
    for version, expected in (("1.28.0", True), ("1.28.0-alpha.1", False), ("1.27.9", False), ("2.0.0", True), ("x", False)):
        assert client_version({}, version).takes_chunks is expected
    assert not client_version({"convex-client": "python-9.0.0"}).takes_chunks


@given(st.text(max_size=200), st.integers(4, 50))
def test_cut_text_is_whole_again(text: str, size: int) -> None:
    """Pieces join to the text, and none is larger than allowed."""
    pieces = cut(text.encode(), size)
    assert "".join(pieces) == text
    assert all(0 < len(piece.encode()) <= size for piece in pieces)


@given(st.text())
def test_any_text_is_a_message_or_a_violation(text: str) -> None:
    """Nothing else is raised for what a client says."""
    with contextlib.suppress(ProtocolViolation):
        decode_client_message(text)


def test_arguments() -> None:
    """One object, nothing, or whatever else fits no function."""
    raw = [msgspec.Raw(b'{"a":1}')]
    assert arguments_of(raw) == b'{"a":1}'
    assert arguments_of([]) == b"{}"
    assert arguments_of(raw * 2) == b'[{"a":1},{"a":1}]'


def test_paths_into_components() -> None:
    """They lead nowhere: no function has such a name."""
    assert path_of("a:b", None) == path_of("a:b", "") == "a:b"
    assert path_of("a:b", "c") == "c/a:b"


def modify(base: int, new: int, *changes: dict[str, object]) -> object:
    """A change of the query set."""
    text = json.dumps({"type": "ModifyQuerySet", "baseVersion": base, "newVersion": new, "modifications": list(changes)})
    return decode_client_message(text)


def add(query_id: int) -> dict[str, object]:
    """Watch a query."""
    return {"type": "Add", "queryId": query_id, "udfPath": "a:b", "args": [{}]}


def test_the_query_set_hands_changes_out_once() -> None:
    """In order, across several messages."""
    queries = QuerySet(10)
    queries.modify(modify(0, 1, add(1), add(2)))  # type: ignore[arg-type]
    queries.modify(modify(1, 5, {"type": "Remove", "queryId": 1}, add(1)))  # type: ignore[arg-type]
    assert [change.query_id for change in queries.take_changes()] == [1, 2, 1, 1]
    assert queries.take_changes() == []
    assert (queries.version, len(queries)) == (5, 2)


@pytest.mark.parametrize(
    "message",
    [
        modify(1, 2),
        modify(0, 0),
        modify(0, 1, add(1), add(1)),
        modify(0, 1, {"type": "Remove", "queryId": 1}),
        modify(0, 1, *[add(number) for number in range(4)]),
    ],
)
def test_a_query_set_refuses_and_keeps_nothing(message: object) -> None:
    """Whatever does not follow from what was before leaves the set as it was."""
    queries = QuerySet(3)
    with pytest.raises(ProtocolViolation):
        queries.modify(message)  # type: ignore[arg-type]
    assert (queries.version, len(queries), queries.take_changes()) == (0, 0, [])


@given(st.integers(1, 1_000), st.integers(0, 1_100), st.integers(0, 1_100))
def test_a_range_lies_in_the_file(size: int, first: int, last: int) -> None:
    """A range that is served is not empty and ends within the file."""
    try:
        wanted = parse_range(f"bytes={first}-{last}", size)
    except RangeNotSatisfiableError:
        assert first >= size
    else:
        if wanted is None:
            assert last < first
        else:
            assert wanted == (first, min(last + 1, size))


def test_the_rate_fills_again() -> None:
    """A burst is spent, then as many pass as time allows, and no more than a burst is saved up."""
    rate = MessageRate(10, 5, now=0.0)
    assert [rate.take(0.0) for _ in range(6)] == [True] * 5 + [False]
    assert rate.take(0.1)
    assert not rate.take(0.1)
    assert [rate.take(1_000.0) for _ in range(6)] == [True] * 5 + [False]
