"""What the server corrects after others' changes."""

import math
from typing import Any

import pytest
from pycrdt import Doc, Map

from tutorium.realtime.whiteboard.elements import BoardElements
from tutorium.realtime.whiteboard.files import file_id_of, inline_file
from tutorium.realtime.whiteboard.repair import plan_board_repairs, plan_element_repairs
from tutorium.realtime.whiteboard.writes import BoardWrites, apply_writes


class Sketch:
    """A document that a peer wrote, and repair passes over it."""

    def __init__(self) -> None:
        self.doc: Doc[Any] = Doc()
        self.board = BoardElements(self.doc)
        self.shared: Map[Any] = self.doc.get("elements", type=Map)
        self.files: Map[Any] = self.doc.get("files", type=Map)

    def draw(self, element_id: str, element_type: str = "rectangle", index: Any = "a0", **keys: Any) -> None:
        """Write as a careless peer."""
        base = {"type": element_type, "x": 0, "y": 0, "width": 1, "height": 1, "seed": 1, "index": index}
        self.shared[element_id] = Map({**base, **keys})

    def repair(self, *, max_live: int = 100) -> bool:
        """One pass over everything that changed; False when there was nothing to write."""
        touched, files = self.board.take_touched()
        one = self._write(plan_element_repairs(self.board, touched, files))
        other = self._write(plan_board_repairs(self.board, touched, max_live=max_live))
        self.board.take_touched()
        return one or other

    def _write(self, writes: BoardWrites) -> bool:
        with self.doc.transaction():
            apply_writes(self.doc, writes)
        return bool(writes)

    def order(self) -> list[str]:
        """Live ids in paint order."""
        return [e["id"] for e in self.board.live()]

    def settled(self) -> bool:
        """True when a pass over the whole board changes nothing."""
        everything = set(self.board.all())
        return not (
            plan_element_repairs(self.board, everything, self.files.keys()) or plan_board_repairs(self.board, everything)
        )


@pytest.mark.rule("RM27")
def test_duplicate_indices_are_spread_in_place() -> None:
    """Equal indices get fresh ones between their neighbours, and the order stays."""
    sketch = Sketch()
    for element_id, index in (("a", "a0"), ("c", "a1"), ("b", "a1"), ("d", "a1"), ("e", "a2")):
        sketch.draw(element_id, index=index)
    before = sketch.order()
    assert sketch.repair()
    assert sketch.order() == before == ["a", "b", "c", "d", "e"]
    indices = [e["index"] for e in sketch.board.live()]
    assert len(set(indices)) == 5
    assert indices[1] == "a1"
    assert sketch.settled()


@pytest.mark.rule("RM27")
def test_malformed_indices_go_on_top() -> None:
    """Elements without a usable index are placed above everything that ever was."""
    sketch = Sketch()
    sketch.draw("a", index="a5", isDeleted=True)
    sketch.draw("b", index="a1")
    sketch.draw("c", index="nonsense!")
    sketch.draw("d", index=None)
    sketch.repair()
    assert sketch.order()[0] == "b"
    assert all(e["index"] > "a5" for e in sketch.board.live() if e["id"] != "b")
    assert sketch.settled()


@pytest.mark.rule("RM28")
def test_bound_text_is_painted_above_its_container() -> None:
    """Texts below their container move just above it, also when the container moved."""
    sketch = Sketch()
    sketch.draw("text", "text", "a0", text="t", containerId="box")
    sketch.draw("text2", "text", "a05", text="t", containerId="box")
    sketch.draw("box", index="a1")
    sketch.draw("top", index="a2")
    sketch.repair()
    assert sketch.order()[0] == "box"
    assert sketch.order()[3] == "top"
    sketch.shared["box"]["index"] = "a3"
    sketch.repair()
    assert sketch.order()[:2] == ["top", "box"]
    assert sketch.settled()


@pytest.mark.rule("RM28")
def test_references_to_nothing_become_null() -> None:
    """Containers and bindings that never existed are cleared; those that were deleted are kept for an undo."""
    sketch = Sketch()
    sketch.draw("gone", index="Zz", isDeleted=True)
    sketch.draw("t", "text", "a0", text="x", containerId="nobody")
    sketch.draw("t2", "text", "a1", text="x", containerId="gone")
    sketch.draw(
        "l", "arrow", "a2", points=[[0, 0], [1, 1]], startBinding={"elementId": "nobody"}, endBinding={"elementId": "t"}
    )
    sketch.draw("m", "arrow", "a3", points=[[0, 0], [1, 1]], startBinding="junk")
    sketch.repair()
    read = sketch.board.all()
    assert read["t"]["containerId"] is None
    assert read["t2"]["containerId"] == "gone"
    assert read["l"]["startBinding"] is None
    assert read["l"]["endBinding"] == {"elementId": "t"}
    assert read["m"]["startBinding"] is None
    assert sketch.settled()


@pytest.mark.rule("RM28")
def test_images_without_file_are_deleted() -> None:
    """An image that points to no entry is deleted; one that has not been given a file yet stays."""
    sketch = Sketch()
    sketch.draw("i", "image", "a0", fileId="0" * 64)
    sketch.draw("j", "image", "a1", fileId=7)
    sketch.draw("k", "image", "a2", fileId=None)
    sketch.repair()
    assert sketch.order() == ["k"]


@pytest.mark.rule("RM29")
def test_bad_files_are_removed_with_their_images() -> None:
    """An entry that is refused goes, and every image that shows it; good ones stay."""
    sketch = Sketch()
    good = b"good"
    sketch.files[file_id_of(good)] = inline_file(good, "image/png", created_ms=1)
    sketch.files["0" * 64] = {"id": "0" * 64, "mimeType": "image/png", "dataURL": "data:image/png;base64,AAAA"}
    sketch.draw("i", "image", "a0", fileId="0" * 64)
    sketch.draw("j", "image", "a1", fileId=file_id_of(good))
    sketch.repair()
    assert sketch.order() == ["j"]
    assert set(sketch.files.keys()) == {file_id_of(good)}


@pytest.mark.rule("RM26")
@pytest.mark.rule("RM15")
def test_clamped_numbers_are_written_with_their_group() -> None:
    """Mending x writes y too, so that no peer's y outlives its x."""
    sketch = Sketch()
    sketch.draw("a", x=math.inf, y=7)
    writes = plan_element_repairs(sketch.board, {"a"}, set())
    assert writes.patched == {"a": {"x": 1e6, "y": 7}}


@pytest.mark.rule("RM30")
def test_the_newest_elements_over_the_limit_are_deleted() -> None:
    """Only what was just drawn goes, from the top."""
    sketch = Sketch()
    for number in range(3):
        sketch.draw(f"old{number}", index=f"a{number}")
    sketch.board.take_touched()
    for number in range(4, 8):
        sketch.draw(f"new{number}", index=f"a{number}")
    sketch.repair(max_live=5)
    assert sketch.order() == ["old0", "old1", "old2", "new4", "new5"]


@pytest.mark.rule("RM31")
def test_a_proper_board_is_left_alone() -> None:
    """Repair writes nothing where nothing is wrong, and nothing for ids that never were."""
    sketch = Sketch()
    sketch.draw("a", index="a0")
    sketch.draw("b", "hologram", "a1")
    assert not sketch.repair()
    assert not plan_element_repairs(sketch.board, {"nobody"}, {"nofile"})
    assert not plan_board_repairs(sketch.board, {"nobody"})


@pytest.mark.rule("RM31")
def test_repair_comes_to_rest() -> None:
    """A second pass over whatever a first one wrote changes nothing."""
    sketch = Sketch()
    for number in range(30):
        kind = "text" if number % 3 else "ellipse"
        sketch.draw(f"e{number:02}", kind, f"a{number % 4}", text="x", containerId=f"e{(number * 7) % 30:02}", x=math.nan)
    sketch.draw("f", "iframe", None)
    sketch.repair()
    sketch.repair()
    assert sketch.settled()
