"""Boards as files, and in words."""

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from tutorium.app.boards import encode_excalidraw, parts_of, render_svg, words_of
from tutorium.app.boards.excalidraw import full_elements
from tutorium.app.boards.layout import Box, parse_intent, place_step, prepare_formulas
from tutorium.app.boards.layout.element_meta import meta_of, place_of
from tutorium.app.boards.views import ViewsOfPeople
from tutorium.app.boards.words import describe_element
from tutorium.realtime.whiteboard import with_defaults

INTENTS: list[dict[str, Any]] = [
    {"kind": "title", "text": "Light & <more>"},
    {"kind": "concept_map", "nodes": [{"id": "a", "text": "Sun"}, {"id": "b", "text": "Leaf"}],
     "edges": [{"from": "a", "to": "b", "label": "warms"}]},
    {"kind": "flowchart", "steps": [{"id": "a", "text": "A", "role": "start"}, {"id": "b", "text": "B", "role": "decision"}]},
    {"kind": "plane", "functions": [{"expr": "x^2"}]},
    {"kind": "formula", "tex": "E = mc^2"},
]  # fmt: skip
STROKE: dict[str, Any] = {
    "id": "stroke", "type": "freedraw", "x": 900, "y": 600, "width": 50, "height": 20, "points": [[0, 0], [20, 20], [50, 5]],
    "index": "a1", "opacity": 50, "strokeStyle": "dashed", "angle": 0.5,
}  # fmt: skip


@pytest.fixture(scope="module")
def board() -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the elements and files of a small board, one of a person's strokes among them."""
    intents = [intent for one in INTENTS if (intent := parse_intent(one)) is not None]
    drawing = place_step(intents, [], step="s", views=[Box(0, 0, 1440, 810)], formulas=prepare_formulas(intents))
    elements = [{"id": key, "index": f"a{n:04}", **element} for n, (key, element) in enumerate(drawing.elements)]
    return [STROKE, *elements], drawing.files


def test_a_file_has_every_key_that_excalidraw_expects(board: tuple[list[dict[str, Any]], dict[str, Any]]) -> None:
    """All defaults are written out; bound texts and arrows are listed on what they are bound to."""
    scene = json.loads(encode_excalidraw(*board))
    assert (scene["type"], scene["version"]) == ("excalidraw", 2)
    by_id = {element["id"]: element for element in scene["elements"]}
    for element in by_id.values():
        assert with_defaults(element).keys() <= element.keys()
        assert {"versionNonce", "version", "updated", "boundElements"} <= element.keys()
    label = next(e for e in by_id.values() if e.get("text") == "warms")
    assert {"id": label["id"], "type": "text"} in by_id[label["containerId"]]["boundElements"]
    arrow = by_id[label["containerId"]]
    assert {"id": arrow["id"], "type": "arrow"} in by_id[arrow["startBinding"]["elementId"]]["boundElements"]
    image = next(e for e in by_id.values() if e["type"] == "image")
    assert list(scene["files"]) == [image["fileId"]]


def test_elements_are_in_order_of_painting(board: tuple[list[dict[str, Any]], dict[str, Any]]) -> None:
    """By index, ties by id; deleted ones are left out."""
    elements = [*board[0], {"id": "gone", "type": "rectangle", "x": 0, "y": 0, "width": 1, "height": 1, "isDeleted": True}]
    full = full_elements(elements)
    assert [e["index"] for e in full] == sorted(e["index"] for e in full)
    assert "gone" not in {e["id"] for e in full}
    same = [{"id": key, "type": "rectangle", "x": 0, "y": 0, "width": 1, "height": 1, "index": "a0"} for key in "cab"]
    assert [e["id"] for e in full_elements(same)] == ["a", "b", "c"]


def test_a_picture_is_well_formed_and_holds_everything(board: tuple[list[dict[str, Any]], dict[str, Any]]) -> None:
    """Every text can be read in it, images are inside it, and nothing is fetched from elsewhere."""
    svg = render_svg(*board)
    root = ET.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    words = {"".join(t.itertext()) for t in root.iter(f"{space}text")}
    assert {"Light & <more>", "warms", "Sun"} <= words
    assert [e.get("href", "")[:19] for e in root.iter(f"{space}image")] == ["data:image/svg+xml;"]
    assert len(list(root.iter(f"{space}ellipse"))) == 1
    assert len(list(root.iter(f"{space}polygon"))) == 1
    assert any("rotate" in g.get("transform", "") and g.get("opacity") == "0.5" for g in root.iter(f"{space}g"))
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_an_image_without_its_file_is_a_frame() -> None:
    """Uploaded files are not inside the document."""
    image = {"id": "i", "type": "image", "x": 0, "y": 0, "width": 9, "height": 9, "fileId": "f"}
    assert "stroke-dasharray" in render_svg([image], {"f": {"id": "f", "url": "/x"}})
    assert json.loads(encode_excalidraw([image], {"f": {"id": "f", "url": "/x"}}))["files"] == {}


def test_an_empty_board_is_an_empty_picture() -> None:
    """No elements, but a valid file."""
    ET.fromstring(render_svg([]))
    assert parts_of([]) == []
    assert words_of([]) == ""


def test_arrows_have_heads_at_the_end_they_say() -> None:
    """At either, drawn as lines; text is anchored as it is aligned."""
    arrow = {"id": "a", "type": "arrow", "x": 0, "y": 0, "width": 90, "height": 0, "points": [[0, 0], [90, 0]]}
    assert render_svg([arrow]).count("<polyline") == 0
    assert render_svg([{**arrow, "startArrowhead": "arrow", "endArrowhead": "arrow"}]).count("<polyline") == 2
    text = {"id": "t", "type": "text", "x": 0, "y": 0, "width": 90, "height": 50, "text": "a\n", "textAlign": "right"}
    assert 'text-anchor="end"' in render_svg([text])
    assert 'text-anchor="middle"' in render_svg([{**text, "textAlign": "center"}])


def test_what_people_drew_has_words_too(board: tuple[list[dict[str, Any]], dict[str, Any]]) -> None:
    """Texts as they are, shapes as a sign with what stands in them."""
    box = {"id": "box", "type": "rectangle", "x": 0, "y": 900, "width": 90, "height": 40}
    inner = {"id": "in", "type": "text", "x": 5, "y": 905, "width": 80, "height": 25, "text": "my\nbox", "containerId": "box",
             "originalText": "my box"}  # fmt: skip
    elements = [*board[0], box, inner]
    assert words_of(elements).split("\n")[-2:] == ["✎", "□ my box"]
    assert describe_element(elements, "box") == "my box"
    assert describe_element(elements, "stroke") == "✎"
    assert describe_element(elements, "nobody") is None
    node = next(e for e in elements if e.get("text") == "Sun")
    assert describe_element(elements, node["containerId"]) == "Sun"
    curve = next(e for e in elements if e["type"] == "line" and e.get("roundness"))
    assert describe_element(elements, curve["id"]) == "x^2"


def test_what_an_element_says_of_itself_is_read_with_care() -> None:
    """Anything malformed counts as nothing said; a page too large to be ours is passed over."""
    for custom in (None, 5, {}, {"tutorium": 3}, {"tutorium": {"by": 4}}, {"tutorium": {"page": "x"}}):
        assert meta_of({"customData": custom}).is_tutors is False
    said = {"by": "tutor", "block": "b1", "page": 2.0, "pageBox": [0, 0, 1e5, 800]}
    meta = meta_of({"customData": {"tutorium": said}})
    assert (meta.is_tutors, meta.page, meta.page_box) == (True, 2, None)
    assert meta_of({"customData": {"tutorium": {**said, "pageBox": [0.0, 0, 900, 800]}}}).page_box == (0, 0, 900, 800)


def test_elements_without_a_place_are_passed_over() -> None:
    """Negative sizes are turned round."""
    box = {"id": "a", "type": "rectangle", "x": 10, "y": 10, "width": -5, "height": 5}
    assert place_of(box) == ({**box, "x": 5, "width": 5}, (5, 10, 5, 5))
    for wrong in ({"x": None}, {"y": float("nan")}, {"width": "3"}, {"points": [1]}, {"type": 3}, {"angle": "x"}, {"x": True},
                  {"type": "text"}, {"type": "line"}, {"points": [[0, 0], [1]]}, {"points": [["0", "0"]]}):  # fmt: skip
        assert place_of({**box, **wrong}) is None


@pytest.mark.parametrize("count", [5, 50])
def test_points_are_measured_few_or_many(count: int) -> None:
    """The box of a stroke is that of its points; one that is malformed has no place."""
    points: list[Any] = [[n, -2.0 * n] for n in range(count)]
    stroke = {"id": "s", "type": "freedraw", "x": 100, "y": 100, "width": 1, "height": 1, "points": points}
    place = place_of(stroke)
    assert place is not None
    assert place[1] == (100, 100 - 2 * (count - 1), count - 1, 2 * (count - 1))
    for bad in ([1], "x", [0, None], ["1", "2"], [float("nan"), 0], [1e9, 0], [[1], 2]):
        assert place_of({**stroke, "points": [*points, bad]}) is None


class Rooms:
    """One open room."""

    def __init__(self, *presence: dict[str, Any]) -> None:
        self.name = "here"
        self.presence = list(presence)

    @property
    def rooms(self) -> list["Rooms"]:
        """The room itself."""
        return [self]


def test_views_come_from_what_pages_show() -> None:
    """Malformed and missing views are passed over; a board that is not open has none."""
    view = {"x": 1, "y": 2, "w": 900, "h": 600}
    bad = [{}, {"view": None}, {"view": {**view, "w": "9"}}, {"view": {**view, "h": 0}}, {"view": {**view, "x": 1e9}}]
    seen = ViewsOfPeople(Rooms({"view": view}, *bad))
    assert seen("here") == [Box(1, 2, 900, 600)]
    assert seen("elsewhere") == []
