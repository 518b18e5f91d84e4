"""Planning edits of the application."""

from typing import Any

import pytest
from pycrdt import Doc, Map

from tests.unit.realtime.doubles import VirtualClock
from tutorium.realtime.whiteboard.editor import BoardEditor, ElementExistsError, UnknownElementError
from tutorium.realtime.whiteboard.elements import BoardElements
from tutorium.realtime.whiteboard.files import file_id_of, inline_file
from tutorium.realtime.whiteboard.validation import InvalidElementError
from tutorium.realtime.whiteboard.writes import apply_writes

BOX = {"type": "rectangle", "x": 1, "y": 2, "width": 3, "height": 4}


class Drawing:
    """A document and editors of it."""

    def __init__(self, **elements: dict[str, Any]) -> None:
        self.doc: Doc[Any] = Doc()
        self.board = BoardElements(self.doc)
        self.shared: Map[Any] = self.doc.get("elements", type=Map)
        for element_id, keys in elements.items():
            self.shared[element_id] = Map({**BOX, "seed": 1, **keys})

    def editor(self, by: str = "tutor") -> BoardEditor:
        """A new edit."""
        return BoardEditor(self.board, by=by, runtime=VirtualClock())

    def write(self, editor: BoardEditor) -> dict[str, Any]:
        """Apply an edit and return the elements."""
        with self.doc.transaction():
            apply_writes(self.doc, editor.writes)
        return self.shared.to_py() or {}


@pytest.mark.rule("RM41")
def test_new_elements_are_on_top_and_signed() -> None:
    """Index above everything that ever was, a seed, and the author; defaults and local keys are left out."""
    drawing = Drawing(a={"index": "a3", "isDeleted": True}, b={"index": "a1"}, c={"index": "!bad"})
    editor = drawing.editor()
    editor.add("new1", {**BOX, "opacity": 100, "version": 4, "customData": {"tutorium": {"step": "s1"}}})
    editor.add("new2", BOX)
    written = drawing.write(editor)
    assert written["new1"]["index"] > "a3"
    assert written["new2"]["index"] > written["new1"]["index"]
    assert written["new1"]["customData"] == {"tutorium": {"by": "tutor", "step": "s1"}}
    assert not {"opacity", "version", "id"} & written["new1"].keys()
    assert 0 <= written["new1"]["seed"] < 2**31


def test_an_edit_reads_its_own_plan() -> None:
    """What is planned is part of `elements` and `find`, before anything is written."""
    drawing = Drawing(a={"index": "a0"}, b={"index": "a1"})
    editor = drawing.editor()
    editor.add("c", BOX)
    editor.patch("a", {"x": 50})
    editor.delete("b")
    assert [(e["id"], e["x"]) for e in editor.elements] == [("a", 50), ("c", 1)]
    assert (editor.find("b") or {})["isDeleted"] is True
    assert editor.find("nobody") is None
    assert set(drawing.shared.keys()) == {"a", "b"}


def test_own_elements_can_be_changed_and_deleted() -> None:
    """A later step of an edit may change what an earlier one added."""
    drawing = Drawing()
    editor = drawing.editor()
    editor.add("a", BOX)
    editor.patch("a", {"x": 9})
    editor.add("b", BOX)
    editor.delete("b")
    editor.delete("b")
    written = drawing.write(editor)
    assert written["a"]["x"] == 9
    assert written["b"]["isDeleted"] is True


@pytest.mark.rule("RM15")
def test_patches_write_whole_groups() -> None:
    """Moving along x writes y too; what is equal is not written."""
    drawing = Drawing(a={"index": "a0"})
    editor = drawing.editor()
    editor.patch("a", {"x": 7, "strokeColor": "#f00", "id": "other"})
    assert editor.writes.patched == {"a": {"x": 7, "y": 2, "strokeColor": "#f00"}}
    same = drawing.editor()
    same.patch("a", {"x": 1.0})
    assert not same.writes


@pytest.mark.rule("RM42")
def test_wrong_edits_are_refused() -> None:
    """Unknown ids, used ids, changed types and invalid values raise and plan nothing."""
    drawing = Drawing(a={"index": "a0"}, gone={"index": "a1", "isDeleted": True})
    editor = drawing.editor()
    with pytest.raises(ElementExistsError):
        editor.add("gone", BOX)
    with pytest.raises(UnknownElementError):
        editor.patch("nobody", {"x": 1})
    with pytest.raises(UnknownElementError):
        editor.delete("nobody")
    with pytest.raises(InvalidElementError, match="type"):
        editor.patch("a", {"type": "ellipse"})
    with pytest.raises(InvalidElementError, match="x"):
        editor.patch("a", {"x": float("nan")})
    with pytest.raises(InvalidElementError, match="iframe"):
        editor.add("new", {**BOX, "type": "iframe"})
    assert not editor.writes


def test_what_peers_left_wrong_does_not_stop_the_tutor() -> None:
    """Only the keys that are set are checked; an element that must go can still be deleted."""
    drawing = Drawing(a={"index": "a0", "height": 5e9}, b={"index": "a1", "type": "iframe"})
    editor = drawing.editor()
    editor.patch("a", {"x": 9})
    with pytest.raises(InvalidElementError):
        editor.patch("b", {"x": 9})
    editor.delete("b")
    assert editor.writes.patched == {"a": {"x": 9, "y": 2}, "b": {"isDeleted": True}}


def test_images_need_their_file() -> None:
    """An image element is refused until its file is on the board or in the same edit."""
    drawing = Drawing()
    content = b"<svg/>"
    file_id = file_id_of(content)
    image = {**BOX, "type": "image", "fileId": file_id}
    editor = drawing.editor()
    with pytest.raises(InvalidElementError, match="add it first"):
        editor.add("i", image)
    with pytest.raises(InvalidElementError, match="not an image entry"):
        editor.add_file(file_id, {"id": file_id})
    editor.add_file(file_id, inline_file(content, "image/svg+xml", created_ms=1))
    editor.add("i", image)
    assert file_id in editor.files
    drawing.write(editor)
    again = drawing.editor()
    again.add_file(file_id, inline_file(content, "image/svg+xml", created_ms=2))
    assert not again.writes
    again.add("i2", image)
