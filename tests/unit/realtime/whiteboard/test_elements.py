"""Reading the elements of a live document."""

from typing import Any

from pycrdt import Doc, Map

from tutorium.realtime.whiteboard.elements import BoardElements


def _board() -> tuple[Map[Any], BoardElements]:
    doc: Doc[Any] = Doc()
    elements = BoardElements(doc)
    return doc.get("elements", type=Map), elements


def test_live_elements_come_in_paint_order() -> None:
    """Ascending index, ids breaking ties, deleted ones left out."""
    shared, elements = _board()
    for element_id, index in (("d", "a2"), ("b", "a1"), ("a", "a1"), ("c", "a0")):
        shared[element_id] = Map({"type": "diamond", "index": index})
    shared["d"]["isDeleted"] = True
    assert [e["id"] for e in elements.live()] == ["c", "a", "b"]


def test_reads_follow_changes() -> None:
    """A change of a property, of the order and of deletion is seen by the next read."""
    shared, elements = _board()
    shared["a"] = Map({"type": "line", "index": "a0", "x": 1})
    shared["b"] = Map({"type": "line", "index": "a1"})
    assert len(elements.live()) == 2
    shared["a"]["x"] = 5
    assert elements.find("a") == {"id": "a", "type": "line", "index": "a0", "x": 5}
    shared["a"]["index"] = "a2"
    assert [e["id"] for e in elements.live()] == ["b", "a"]
    shared["b"]["isDeleted"] = True
    assert [e["id"] for e in elements.live()] == ["a"]
    assert len(elements) == 2


def test_unchanged_elements_are_not_decoded_again() -> None:
    """After one edit all other elements are the very objects they were."""
    shared, elements = _board()
    for element_id in "abc":
        shared[element_id] = Map({"type": "line", "index": "a0"})
    before = {e["id"]: e for e in elements.live()}
    shared["b"]["x"] = 1
    after = {e["id"]: e for e in elements.live()}
    assert after["a"] is before["a"]
    assert after["b"] is not before["b"]


def test_touched_ids_are_told_once() -> None:
    """Changed elements and files are collected until somebody takes them."""
    doc: Doc[Any] = Doc()
    elements = BoardElements(doc)
    shared: Map[Any] = doc.get("elements", type=Map)
    files: Map[Any] = doc.get("files", type=Map)
    shared["a"] = Map({"type": "line"})
    shared["a"]["x"] = 1
    files["f"] = {"id": "f"}
    assert elements.has_touched
    assert elements.take_touched() == ({"a"}, {"f"})
    assert elements.take_touched() == (set(), set())
    assert elements.files() == {"f": {"id": "f"}}
    assert elements.has_file("f")


def test_entries_that_are_no_map_are_no_elements() -> None:
    """A plain value under an element id is passed over, even where an element was."""
    shared, elements = _board()
    shared["a"] = Map({"type": "line", "index": "a0"})
    shared["b"] = 5
    assert [e["id"] for e in elements.live()] == ["a"]
    shared["a"] = "gone"
    assert elements.live() == []
    assert elements.find("b") is None


def test_closed_readers_stop_watching() -> None:
    """After close a change is not noticed."""
    shared, elements = _board()
    elements.close()
    shared["a"] = Map({"type": "line"})
    assert not elements.has_touched
