"""Index ranges."""

import pytest

from tutorium.engine.database.query_plan import KeyRange, plan
from tutorium.engine.database.table import Index
from tutorium.engine.errors import InvalidQueryError
from tutorium.engine.values import encode_key, encode_keys, prefix_end

INDEX = Index(name="by_a_b", number=7, fields=("a", "b"))
PREFIX = (7).to_bytes(4)


@pytest.mark.rule("QU1")
def test_equalities_are_a_prefix() -> None:
    """Equalities on the first fields make the interval of everything that begins with them."""
    prefix = PREFIX + encode_key("x")
    assert plan(INDEX, {"a": "x"}, {}, reverse=False) == KeyRange(lower=prefix, upper=prefix_end(prefix))
    assert plan(INDEX, {}, {}, reverse=True) == KeyRange(lower=PREFIX, upper=prefix_end(PREFIX), reverse=True)


@pytest.mark.rule("QU1")
def test_bounds_are_on_the_next_field() -> None:
    """A lower and an upper bound narrow the field after the equalities, the creation time after the last."""
    lower, upper = PREFIX + encode_keys(["x", 2]), PREFIX + encode_keys(["x", 5])
    inclusive = plan(INDEX, {"a": "x"}, {"gte": ("b", 2), "lte": ("b", 5)}, reverse=False)
    assert inclusive == KeyRange(lower=lower, upper=prefix_end(upper))
    exclusive = plan(INDEX, {"a": "x"}, {"gt": ("b", 2), "lt": ("b", 5)}, reverse=False)
    assert exclusive == KeyRange(lower=prefix_end(lower), upper=upper)
    by_time = plan(INDEX, {"a": "x", "b": 1}, {"gt": ("creation_time", 9)}, reverse=False)
    assert by_time.lower == prefix_end(PREFIX + encode_keys(["x", 1, 9.0]))


@pytest.mark.rule("QU1")
@pytest.mark.parametrize(
    ("equalities", "bounds"),
    [
        ({"b": 1}, {}),
        ({"c": 1}, {}),
        ({}, {"gt": ("b", 1)}),
        ({"a": 1}, {"gt": ("creation_time", 1)}),
        ({"a": 1, "b": 1, "creation_time": 1}, {"gt": ("a", 1)}),
    ],
)
def test_other_ranges_are_refused(equalities: dict[str, object], bounds: dict[str, tuple[str, object]]) -> None:
    """What the index cannot serve is said, not scanned."""
    with pytest.raises(InvalidQueryError):
        plan(INDEX, equalities, bounds, reverse=False)  # type: ignore[arg-type]


@pytest.mark.rule("QU5")
def test_a_fingerprint_tells_ranges_apart() -> None:
    """Range and direction make the fingerprint, and the border between the two ends counts."""
    ranges = [
        KeyRange(lower=b"a", upper=b"bc"),
        KeyRange(lower=b"ab", upper=b"c"),
        KeyRange(lower=b"a", upper=b"bc", reverse=True),
    ]
    assert len({one.fingerprint() for one in ranges}) == 3


def test_a_range_is_cut_at_a_key() -> None:
    """`up_to` and `after` split a range in the direction in which it is read."""
    forward, backward = KeyRange(lower=b"a", upper=b"z"), KeyRange(lower=b"a", upper=b"z", reverse=True)
    assert forward.up_to(b"m") == KeyRange(lower=b"a", upper=b"m\x00")
    assert forward.after(b"m") == KeyRange(lower=b"m\x00", upper=b"z")
    assert backward.up_to(b"m") == KeyRange(lower=b"m", upper=b"z", reverse=True)
    assert backward.after(b"m") == KeyRange(lower=b"a", upper=b"m", reverse=True)
