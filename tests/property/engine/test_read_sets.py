"""One question, three ways to ask it, one answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorium.engine.database import ReadSet, ReadSetIndex, RecentWrites, Written

keys = st.binary(min_size=1, max_size=3).map(lambda key: bytes(byte & 3 for byte in key))
row_keys = st.integers(0, 5).map(lambda number: bytes([number]))


@st.composite
def read_sets(draw: st.DrawFn) -> ReadSet:
    read_set = ReadSet()
    for row in draw(st.lists(row_keys, max_size=2)):
        read_set.add_row(row)
    for lower, upper in draw(st.lists(st.tuples(keys, keys), max_size=3)):
        read_set.add_interval(lower, upper)
    return read_set


@st.composite
def histories(draw: st.DrawFn) -> list[Written]:
    commits = draw(st.lists(st.tuples(st.lists(row_keys, max_size=2), st.lists(keys, max_size=2)), max_size=6))
    return [Written(ts, tuple(rows), tuple(touched)) for ts, (rows, touched) in enumerate(commits, start=1)]


@pytest.mark.rule("TX4")
@given(read_sets(), histories(), st.integers(0, 7))
def test_recent_writes_agree_with_the_definition(read_set: ReadSet, history: list[Written], after: int) -> None:
    """Asking for all commits after a timestamp is asking for each of them."""
    recent = RecentWrites(0)
    for written in history:
        recent.add(written)
    assert recent.overlaps(read_set, after) == any(read_set.overlaps(one) for one in history if one.ts > after)


@pytest.mark.rule("LQ2")
@given(st.lists(read_sets(), max_size=6), histories(), st.sets(st.integers(0, 5)))
def test_the_index_agrees_with_the_definition(sets: list[ReadSet], history: list[Written], dropped: set[int]) -> None:
    """A commit finds exactly the kept read sets that it overlaps, also after others were added again or dropped."""
    index: ReadSetIndex[int] = ReadSetIndex()
    for handle, read_set in enumerate(sets):
        index.add(handle, ReadSet({b"\x00"}, [(b"\x00", b"\x03")]))
        index.add(handle, read_set)
    for handle in dropped:
        index.discard(handle)
    kept = {handle: read_set for handle, read_set in enumerate(sets) if handle not in dropped}
    assert len(index) == len(kept)
    for written in history:
        assert index.overlapping(written) == {handle for handle, read_set in kept.items() if read_set.overlaps(written)}
    for handle in kept:
        index.discard(handle)
    assert all(not index.overlapping(written) for written in history)


@given(st.lists(st.tuples(keys, keys), max_size=6), keys)
def test_joining_intervals_changes_nothing(intervals: list[tuple[bytes, bytes]], key: bytes) -> None:
    """A key is in the read set exactly when it is in one of the intervals that were added."""
    read_set = ReadSet()
    for lower, upper in intervals:
        read_set.add_interval(lower, upper)
    assert read_set.overlaps(Written(1, (), (key,))) == any(lower <= key < upper for lower, upper in intervals)
