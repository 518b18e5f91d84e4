"""Defaults, groups of keys, and paint order."""

import pytest

from tutorium.realtime.whiteboard.defaults import (
    ELEMENT_TYPES,
    defaults_of,
    grouped_keys,
    same_value,
    with_defaults,
    without_defaults,
)
from tutorium.realtime.whiteboard.order import greatest_index, index_above, indices_between, is_valid_index


def test_the_table_has_every_type() -> None:
    """The nine types of schema 1 are known."""
    assert {"rectangle", "ellipse", "diamond", "line", "arrow", "freedraw", "text", "image", "frame"} == ELEMENT_TYPES


def test_sparse_and_full_are_the_same_element() -> None:
    """Filling up and thinning out are inverse, and local keys never survive thinning."""
    sparse = {"type": "text", "x": 1, "fontSize": 32, "text": "hi"}
    full = with_defaults(sparse)
    assert full["fontFamily"] == 5
    assert full["opacity"] == 100
    assert without_defaults({**full, "id": "a", "version": 3, "versionNonce": 9, "updated": 1, "boundElements": []}) == sparse


def test_unknown_types_have_the_common_defaults() -> None:
    """An element of a newer schema is read with what all elements share."""
    assert defaults_of("hologram")["strokeColor"] == "#1e1e1e"


def test_true_is_not_one() -> None:
    """Values compare as JSON: numbers by value, booleans only with themselves."""
    assert same_value(1, 1.0)
    assert not same_value(True, 1)
    assert same_value([], [])


@pytest.mark.rule("RM15")
@pytest.mark.parametrize(
    ("element_type", "changed", "written"),
    [
        ("rectangle", {"x"}, {"x", "y"}),
        ("rectangle", {"height"}, {"width", "height"}),
        ("image", {"crop"}, {"width", "height", "crop", "scale"}),
        ("text", {"fontSize"}, {"text", "originalText", "fontSize", "fontFamily", "lineHeight", "width", "height"}),
        ("freedraw", {"points"}, {"points", "pressures", "width", "height"}),
        ("arrow", {"points", "x"}, {"points", "width", "height", "x", "y"}),
        ("rectangle", {"strokeColor"}, {"strokeColor"}),
        ("hologram", {"y", "width"}, {"x", "y", "width"}),
    ],
)
def test_keys_that_belong_together(element_type: str, changed: set[str], written: set[str]) -> None:
    """Changing one key of a group writes the whole group."""
    assert grouped_keys(element_type, changed) == written


@pytest.mark.parametrize("index", ["a0", "a0V", "Zz", "b12", "a1G"])
def test_valid_indices(index: str) -> None:
    """Fractional indices of either sign and any length are valid."""
    assert is_valid_index(index)


@pytest.mark.parametrize("index", [None, 3, "", "a", "a00", "a-1", "ä0", "!", "b1", "A" + "0" * 26, "a0" + "1" * 300])
def test_malformed_indices(index: object) -> None:
    """Whatever nothing can be placed around is malformed."""
    assert not is_valid_index(index)


def test_new_indices_lie_where_asked() -> None:
    """An index above is above, indices between are ascending and between."""
    assert index_above(None) == "a0"
    assert index_above("a5") > "a5"
    between = indices_between("a0", "a1", 5)
    assert ["a0", *between, "a1"] == sorted({"a0", *between, "a1"})


def test_greatest_index_passes_over_malformed_ones() -> None:
    """A malformed index is never what others are placed above."""
    assert greatest_index(["a0", "a5", "zz", None, 7, "a2"]) == "a5"
    assert greatest_index(["a0", "a2"]) == "a2"
    assert greatest_index([]) is None
    assert greatest_index(["!"]) is None
