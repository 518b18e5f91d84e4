"""Each kind of drawing as a block."""

from typing import Any

import pytest

from tutorium.app.boards.layout import parse_intent
from tutorium.app.boards.layout.block import Block, FormulaImage, Room
from tutorium.app.boards.layout.intents import Code, Formula, Plane
from tutorium.app.boards.layout.kinds import code_parts, element_kind, make_block, prepare_formulas
from tutorium.app.boards.layout.kinds.formula import render_formula
from tutorium.app.boards.layout.kinds.table import column_widths

ROOM = Room(1300, 700)


def block(kind: str, room: Room = ROOM, formulas: dict[str, FormulaImage] | None = None, **fields: Any) -> Block:
    """Return the block of an intent."""
    intent = parse_intent({"kind": kind, **fields})
    assert intent is not None
    return make_block(intent, room, formulas or {})


def texts(found: Block) -> list[str]:
    """Return the texts in it, in order, with line breaks as spaces."""
    return [mark.fields["text"].replace("\n", " ") for mark in found.drawing.marks if mark.fields["type"] == "text"]


def test_everything_is_inside_the_block() -> None:
    """The block's size holds every mark, from (0, 0) on."""
    for found in (
        block("timeline", events=[{"at": 1, "text": "a"}, {"at": 1.01, "text": "b"}]),
        block("chart", labels=list("abcdefghi"), series=[{"values": [-5, 3, 1, 1, 1, 1, 1, 1, 1]}], unit="m"),
        block("plane", functions=[{"expr": "x^2"}], xlabel="time", ylabel="way"),
    ):
        for mark in found.drawing.marks:
            assert mark.box.x >= -0.01
            assert mark.box.y >= -0.01
            assert mark.box.right <= found.drawing.width + 0.01
            assert mark.box.bottom <= found.drawing.height + 0.01


def test_list_items_hang_beside_their_bullets() -> None:
    """Numbers when ordered; on the right for a script that runs to the left."""
    ordered = block("list", items=["one", "two"], ordered=True, heading="H")
    assert texts(ordered) == ["H", "1.", "one", "2.", "two"]
    assert set(ordered.drawing.parts) == {"heading", "i0", "i1"}
    hebrew = block("list", items=["שלום"])
    bullet, words = (mark.box for mark in hebrew.drawing.marks)
    assert bullet.x >= words.right


def test_a_callout_says_its_tone_by_fill_and_border() -> None:
    """Body text stays ink."""
    found = block("callout", text="t", heading="H", tone="mistake")
    card = found.drawing.marks[0].fields
    assert (card["backgroundColor"], card["strokeColor"]) == ("#ffe3e3", "#c92a2a")
    assert all("strokeColor" not in mark.fields for mark in found.drawing.marks[1:])


def test_a_table_has_parts_for_rows_and_cells() -> None:
    """Short rows are filled up; header and cells can be named."""
    found = block("table", header=["a", "b"], rows=[["1"], ["2", "3"]])
    assert {"h", "r0", "r1", "hc0", "r1c1", "r0c1"} <= set(found.drawing.parts)
    assert texts(found) == ["a", "b", "1", "2", "3"]


def test_columns_share_what_is_there() -> None:
    """Widest cells if they fit, else at least the longest word, never more than the width."""
    rows = [("a", "b"), ("short", "a very long cell that could be broken over several lines")]
    assert sum(column_widths(rows, 2000)) < 700
    narrow = column_widths(rows, 300)
    assert sum(narrow) <= 300
    assert narrow[1] > narrow[0] >= 60
    tight = column_widths([("internationalization", "internationalization")], 150)
    assert tight == [75, 75]


def test_a_question_keeps_room_for_the_verdict() -> None:
    """Three lines below its options, empty."""
    found = block("question", prompt="Why?", options=["a", "b", "c"])
    slot = found.drawing.slots["verdict"]
    assert slot.h >= 60
    assert not any(mark.box.meets(slot) for mark in found.drawing.marks[1:])
    assert texts(found) == ["Why?", "A", "a", "B", "b", "C", "c"]
    assert {"prompt", "o0", "o2"} <= set(found.drawing.parts)


def test_code_keeps_its_lines() -> None:
    """Set in the code font, in the hand font when it has Chinese."""
    plain = block("code", code="a = 1\n\nb = 2", language="python")
    assert plain.drawing.marks[-1].fields["text"] == "a = 1\n\nb = 2"
    assert plain.drawing.marks[-1].fields["fontFamily"] == 8
    assert "fontFamily" not in block("code", code="光").drawing.marks[-1].fields


def test_long_code_is_cut_between_lines() -> None:
    """Every piece fits the page, the first keeps the relation, nothing is lost."""
    code = "\n".join(f"line {n}" for n in range(100))
    intent = Code(code=code, relation="near", to="b1")
    parts = code_parts(intent, Room(600, 300))
    assert "\n".join(part.code for part in parts) == code
    assert [part.relation for part in parts] == ["near"] + ["flow"] * (len(parts) - 1)
    assert all(make_block(part, Room(600, 300), {}).drawing.height <= 300 for part in parts)


def test_a_formula_is_an_image_with_its_file() -> None:
    """Its source is kept beside it; delimiters are taken off."""
    tex = r"$$\frac{a}{b}$$"
    formulas = prepare_formulas([Formula(tex=tex)])
    found = block("formula", tex=tex, caption="ratio", formulas=formulas)
    picture = found.drawing.marks[0].fields
    assert picture["type"] == "image"
    entry = found.files[picture["fileId"]]
    assert entry["dataURL"].startswith("data:image/svg+xml;base64,")
    assert found.src == {"tex": tex}
    assert b"<text" not in formulas[tex].svg
    assert block("formula", room=Room(20, 700), tex=tex, formulas=formulas).drawing.width <= 20


@pytest.mark.parametrize("tex", [r"\frac{", "$", "^"])
def test_what_cannot_be_rendered_is_shown_as_source(tex: str) -> None:
    """Bad LaTeX is drawn as code, not lost."""
    assert prepare_formulas([Formula(tex=r"\frac{")]) == {}
    found = block("formula", tex=tex)
    assert texts(found) == [tex]


@pytest.mark.parametrize("tex", [r"\(x\)", r"\[x\]", "$x$", "x"])
def test_delimiters_do_not_matter(tex: str) -> None:
    """The same picture comes of each."""
    assert render_formula(tex) == render_formula("x")


def test_labels_of_a_timeline_meet_nothing() -> None:
    """Neither each other nor the leaders of others, however dense the events."""
    events = [{"at": 1900 + n, "text": "something happened here"} for n in range(9)]
    found = block("timeline", events=events, **{"from": 1800, "to": 2000})
    labels = [mark.box for mark in found.drawing.marks if mark.part and mark.fields["type"] == "text"]
    leaders = [mark.box for mark in found.drawing.marks if mark.part and mark.fields["type"] == "line"]
    assert len(labels) == 9
    for n, label in enumerate(labels):
        assert not any(label.meets(other) for other in labels[:n])
        assert not any(label.x < leader.x < label.right and leader.y < label.bottom for leader in leaders)


def test_a_single_event_has_an_axis_too() -> None:
    """There is room on both sides of it; years have no signs of thousands."""
    assert any(text.startswith("1905: ") for text in texts(block("timeline", events=[{"at": 1905, "text": "x"}])))


def test_a_plane_without_anything_readable_shows_its_source() -> None:
    """A model wrote prose instead of a function."""
    assert texts(block("plane", functions=[{"expr": "the speed of light"}])) == ["the speed of light"]
    assert isinstance(parse_intent({"kind": "plane"}), Plane)
    assert texts(block("plane")) == ["?"]


def test_a_curve_with_a_pole_has_two_pieces() -> None:
    """It is cut where it leaves the frame."""
    found = block("plane", functions=[{"expr": "1/x"}], x=[-4, 4])
    assert sum(mark.part == "f0" and mark.fields["type"] == "line" for mark in found.drawing.marks) == 2


def test_names_that_find_no_room_go_to_a_key() -> None:
    """Below the frame, with the point's place."""
    points = [{"x": 1 + n / 100, "y": 1, "text": f"a long name of point {n}"} for n in range(8)]
    found = block("plane", points=points, x=[0, 20], room=Room(420, 330))
    assert len(texts(found)) >= 8
    assert any(text.startswith("(1.0") for text in texts(found))


def test_points_outside_the_range_are_left_out() -> None:
    """The range that was asked for counts."""
    found = block("plane", points=[{"x": 1, "y": 1, "text": "in"}, {"x": 99, "y": 1, "text": "out"}], x=[0, 2], y=[0, 2])
    assert "in" in texts(found)
    assert "out" not in texts(found)


def test_many_bars_lie_down() -> None:
    """Over seven categories, names stand beside their bars with the values."""
    many = block("chart", labels=[f"name {n}" for n in range(9)], series=[{"values": list(range(9))}])
    assert {"8", "name 8"} <= set(texts(many))
    few = block(
        "chart", labels=["a", "b"], series=[{"name": "s", "values": [1, -2]}, {"name": "t", "values": [3]}], heading="H"
    )
    assert {"H", "s", "t", "a", "0"} <= set(texts(few))


def test_a_line_chart_has_a_line_and_dots() -> None:
    """One of each for every series; a single value is only a dot."""
    found = block("chart", style="line", labels=["a", "b", "c"], series=[{"values": [1, 2, 3]}, {"values": [2]}])
    types = [mark.fields["type"] for mark in found.drawing.marks if mark.part or mark.fields.get("strokeWidth") == 3]
    assert types.count("ellipse") == 4
    assert sum(mark.fields.get("strokeWidth") == 3 for mark in found.drawing.marks) == 1


def test_kinds_are_told_as_the_document_knows_them() -> None:
    """Coarse kinds for whoever only knows those."""
    assert [element_kind(kind) for kind in ("formula", "plane", "text", "flowchart", "highlight")] == [
        "formula", "plot", "note", "diagram", "highlight",
    ]  # fmt: skip
