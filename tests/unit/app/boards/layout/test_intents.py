"""The vocabulary and its lenient reading."""

from typing import Any

import msgspec
import pytest

from tutorium.app.boards.layout import intent_as_dict, parse_intent
from tutorium.app.boards.layout.alt import describe
from tutorium.app.boards.layout.intents import KINDS, Citation, Intent, ItemList, Plane, Table, Timeline
from tutorium.app.boards.layout.lenient import convert_leniently, cut_text


def test_unknown_kinds_are_no_intents() -> None:
    """A kind that is not there, or no kind at all."""
    assert parse_intent({"kind": "hologram"}) is None
    assert parse_intent({"text": "x"}) is None
    assert parse_intent({"kind": ["title"]}) is None


def test_what_is_too_long_is_cut() -> None:
    """Texts at a space near the limit, lists at their length; unknown fields and bad members fall away."""
    intent = parse_intent({"kind": "list", "items": ["word " * 40, None, "", 7, *"abcdef"], "ordered": "yes", "zap": 1})
    assert isinstance(intent, ItemList)
    assert len(intent.items) == 6
    assert intent.items[0].endswith("word…")
    assert len(intent.items[0]) <= 90
    assert intent.items[1] == "7"
    assert intent.ordered is False


def test_without_its_content_there_is_no_intent() -> None:
    """What a kind cannot do without must be there."""
    for obj in (
        {"kind": "title"},
        {"kind": "title", "text": "  "},
        {"kind": "list", "items": [{}]},
        {"kind": "table", "rows": []},
    ):
        assert parse_intent(obj) is None


def test_bounds_of_a_timeline_may_be_called_from_and_to() -> None:
    """A numeric `to` is a bound, any other is an anchor."""
    events = [{"at": "1905", "text": "x"}]
    bounded = parse_intent({"kind": "timeline", "events": events, "from": 1900, "to": 2000})
    assert isinstance(bounded, Timeline)
    assert (bounded.since, bounded.until, bounded.to) == (1900, 2000, None)
    anchored = parse_intent({"kind": "timeline", "events": events, "to": "last", "relation": "below"})
    assert isinstance(anchored, Timeline)
    assert (anchored.until, anchored.to) == (None, "last")


def test_citations_come_through() -> None:
    """Documents with characters of a block, and passages with pages."""
    cite = [{"document": "d", "block": 2, "start": 0, "end": 9}, {"chunk": "p", "page": 3}]
    intent = parse_intent({"kind": "text", "text": "x", "cite": cite})
    assert intent is not None
    assert intent.cite == (Citation(document="d", block=2, start=0, end=9), Citation(chunk="p", page=3))
    assert intent_as_dict(intent)["cite"] == cite or list(intent_as_dict(intent)["cite"]) == cite


def test_numbers_must_be_finite() -> None:
    """Infinity, not-a-number and truth values are no numbers."""
    bad = [float("inf"), float("nan"), True, "x", 1e300]
    intent = parse_intent({"kind": "plane", "points": [{"x": b, "y": 1} for b in bad] + [{"x": 1, "y": "2"}]})
    assert isinstance(intent, Plane)
    assert [(p.x, p.y) for p in intent.points] == [(1.0, 2.0)]


def test_a_range_has_two_numbers() -> None:
    """Anything else counts as not given."""
    for given in ([1], [1, 2, 3], ["a", 2], 5):
        intent = parse_intent({"kind": "plane", "x": given})
        assert isinstance(intent, Plane)
        assert intent.x is None


def test_direction_controls_are_taken_out() -> None:
    """They would turn a measured line round; joiners of emoji stay."""
    intent = parse_intent({"kind": "text", "text": "a\u202eb\x00 👩‍🔬"})
    assert intent is not None
    assert describe(intent) == "ab 👩‍🔬"


def test_intents_survive_their_plain_form() -> None:
    """What is written is read back equal."""
    for obj in EXAMPLES:
        intent = parse_intent(obj)
        assert intent is not None, obj
        assert parse_intent(intent_as_dict(intent)) == intent


def test_every_kind_has_a_schema() -> None:
    """A grammar for a model can be made of the whole vocabulary."""
    schema = msgspec.json.schema(Intent)
    assert len(schema["anyOf"]) == len(KINDS)


def test_cutting_keeps_words() -> None:
    """At a space if one is near, else hard."""
    assert cut_text("one two three", 8) == "one two…"
    assert cut_text("abcdefghij", 5) == "abcd…"
    assert cut_text("short", 5) == "short"


class Odd(msgspec.Struct):
    """Has a field that the lenient reading does not know."""

    field: dict[str, int]


def test_unforeseen_fields_are_an_error_of_the_code() -> None:
    """Not of what was sent."""
    with pytest.raises(TypeError, match="lenient"):
        convert_leniently({}, Odd)


EXAMPLES: list[dict[str, Any]] = [
    {"kind": "title", "text": "T"},
    {"kind": "table", "header": ["a", "b"], "rows": [["1"], ["1", "2", "3"]], "heading": "h"},
    {
        "kind": "graph",
        "nodes": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}],
        "edges": [{"from": "a", "to": "b", "label": "l"}],
    },
    {"kind": "flowchart", "steps": [{"id": "a", "text": "A", "role": "start"}]},
    {"kind": "plane", "functions": [{"expr": "x^2"}], "x": [0, 5], "relation": "right_of", "to": "last", "grows": True},
    {"kind": "chart", "labels": ["a"], "series": [{"values": [1]}], "style": "line", "unit": "m"},
    {"kind": "feedback", "of": "b1", "verdict": "right", "text": "y"},
    {"kind": "page"},
]

SAYS: list[tuple[dict[str, Any], str]] = [
    (EXAMPLES[1], "h: a | b. 1; 1 | 2 | 3"),
    (EXAMPLES[2], "A (l) → B"),
    ({"kind": "tree", "nodes": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}, "A → B"),
    ({"kind": "flowchart", "steps": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}, "A → B"),
    ({"kind": "concept_map", "nodes": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}, {"id": "c", "text": "C"}],
      "edges": [{"from": "a", "to": "b"}, {"from": "a", "to": "?"}]}, "A → B; C"),
    ({"kind": "number_line", "marks": [{"at": -2, "text": "x"}]}, "−2: x"),
    ({"kind": "plane", "functions": [{"expr": "x"}], "points": [{"x": 1, "y": 2, "text": "P"}]}, "x; (1, 2) P"),
    ({"kind": "chart", "labels": ["a", "b"], "series": [{"name": "s", "values": [1, 2]}], "unit": "m"}, "s: a 1, b 2 (m)"),
    ({"kind": "formula", "tex": "x", "caption": "c"}, "c: x"),
    ({"kind": "code", "code": "a\nb"}, "a b"),
    ({"kind": "question", "prompt": "Q?", "options": ["x", "y"]}, "Q? A) x B) y"),
    (EXAMPLES[6], "✓ y"),
    ({"kind": "page", "title": "t"}, "t"),
    ({"kind": "callout", "text": "t", "alt": "own words"}, "own words"),
    ({"kind": "highlight", "of": "b1"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("obj", "words"), SAYS)
def test_every_kind_has_words(obj: dict[str, Any], words: str) -> None:
    """For screen readers and for a model."""
    intent = parse_intent(obj)
    assert intent is not None
    assert describe(intent) == words


def test_long_rows_are_kept_within_the_header() -> None:
    """Cells beyond five fall away."""
    intent = parse_intent({"kind": "table", "header": list("abcdef"), "rows": [list("123456")] * 9})
    assert isinstance(intent, Table)
    assert (len(intent.header), len(intent.rows), len(intent.rows[0])) == (5, 6, 5)
