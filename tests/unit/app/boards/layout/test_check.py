"""The checker finds what was planted, and nothing on a clean board."""

from typing import Any

import pytest

from tutorium.app.boards.layout.check import check_step


def element(key: str, kind: str, box: tuple[float, float, float, float], *, block: str = "b1", **more: Any) -> dict[str, Any]:
    """Return an element of the tutor's."""
    meta = {"by": "tutor", "step": "s", "block": block}
    for name in ("role", "of", "part", "pageBox", "over"):
        if name in more:
            meta[name] = more.pop(name)
    x, y, w, h = box
    return {"id": key, "type": kind, "x": x, "y": y, "width": w, "height": h, "customData": {"tutorium": meta}, **more}


def text(key: str, x: float, y: float, words: str = "ok", *, width: float = 100, **more: Any) -> dict[str, Any]:
    """Return a text of one line at 20 px."""
    return element(key, "text", (x, y, width, 25), text=words, **more)


def line(key: str, *points: tuple[float, float], kind: str = "line", **more: Any) -> dict[str, Any]:
    """Return a line through scene points."""
    (x, y), *_ = points
    relative = [[px - x, py - y] for px, py in points]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return element(key, kind, (x, y, max(xs) - min(xs), max(ys) - min(ys)), points=relative, **more)


def person(found: dict[str, Any]) -> dict[str, Any]:
    """Return the element as somebody's own."""
    return {key: value for key, value in found.items() if key != "customData"}


def rules(*new: dict[str, Any], board: tuple[dict[str, Any], ...] = ()) -> list[str]:
    """Return the names of the broken rules."""
    return [fault.rule for fault in check_step(new, board)]


NODE = {"role": "node"}

PLANTED: list[tuple[str, list[dict[str, Any]]]] = [
    ("clip", [text("t", 0, 0, "far too many words for this box", width=40)]),
    ("clip", [text("t", 0, 0, "two\nlines")]),
    ("font", [text("t", 0, 0, fontSize=19)]),
    ("text-text", [text("a", 0, 0), text("b", 50, 10)]),
    ("line-text", [line("a", (0, 12), (200, 12)), text("b", 50, 0)]),
    ("line-text", [line("a", (0, -20), (100, 40), (200, -20), roundness={"type": 2}), text("b", 60, 0)]),
    ("box-text", [element("a", "rectangle", (0, 0, 60, 60)), text("b", 30, 10)]),
    ("box-text", [element("a", "ellipse", (0, 0, 110, 30)), text("b", 5, 2)]),
    ("box-text", [element("a", "diamond", (0, 0, 140, 60)), text("b", 20, 17)]),
    ("node-node", [element("a", "rectangle", (0, 0, 60, 60), **NODE), element("b", "ellipse", (50, 50, 60, 60), **NODE)]),
    ("edge-node", [line("e", (0, 30), (200, 30), role="edge"), element("n", "rectangle", (80, 0, 40, 60), **NODE)]),
    ("edge-edge", [line("e", (0, 0), (200, 0), role="edge"), line("f", (50, 1), (150, 1), role="edge")]),
    ("page", [element("a", "rectangle", (0, 0, 60, 60), pageBox=[10, 10, 500, 500])]),
    ("block", [text("a", 0, 0), text("b", 50, 10, block="b2")]),
    ("block", [line("a", (0, 0), (100, 100)), line("b", (0, 100), (100, 0), block="b2")]),
    ("block", [line("a", (0, 0), (100, 100)), element("b", "rectangle", (40, 40, 20, 20), block="b2")]),
]


@pytest.mark.parametrize(("rule", "elements"), PLANTED)
def test_a_planted_fault_is_found(rule: str, elements: list[dict[str, Any]]) -> None:
    """Each rule on its own."""
    assert rules(*elements) == [rule]


FINE: list[list[dict[str, Any]]] = [
    [],
    [text("a", 0, 0), text("b", 0, 25)],
    [line("a", (0, 12), (200, 12), role="grid"), text("b", 50, 0)],
    [line("a", (0, 12), (200, 12), kind="arrow"), text("b", 50, 0, containerId="a")],
    [element("a", "rectangle", (0, 0, 160, 60)), text("b", 30, 10)],
    [element("a", "ellipse", (0, 0, 190, 60)), text("b", 45, 17)],
    [element("a", "image", (0, 0, 60, 60), fileId="f"), text("b", 30, 10)],
    [element("n", "rectangle", (80, 0, 40, 60), **NODE),
     line("e", (0, 30), (100, 30), role="edge", endBinding={"elementId": "n"})],
    [line("e", (0, 0), (200, 100), role="edge"), line("f", (0, 100), (200, 0), role="edge")],
    [element("a", "rectangle", (10, 10, 60, 60), pageBox=[10, 10, 500, 500])],
    [element("a", "rectangle", (0, 0, 300, 100)), text("b", 20, 20, block="b2", of="b1")],
]  # fmt: skip


@pytest.mark.parametrize("elements", FINE)
def test_what_is_allowed_is_no_fault(elements: list[dict[str, Any]]) -> None:
    """Labels on their arrows, texts in their shapes, edges that end or cross, feedback on its card."""
    assert rules(*elements) == []


def test_a_step_keeps_off_earlier_ink() -> None:
    """Freehand ink is more than four times as wide as its stroke says."""
    stroke = person(line("s", (0, 0), (300, 0), kind="freedraw", strokeWidth=4))
    assert rules(text("t", 0, 8), board=(stroke,)) == ["person"]
    assert rules(text("t", 0, 10), board=(stroke,)) == []


def test_a_line_keeps_off_ink_by_both_widths() -> None:
    """Half the own width is added."""
    stroke = person(line("s", (0, 0), (300, 0), kind="freedraw", strokeWidth=2))
    assert rules(line("l", (0, 5), (300, 5), strokeWidth=2), board=(stroke,)) == ["person"]
    assert rules(line("l", (0, 6), (300, 6), strokeWidth=2), board=(stroke,)) == []


def test_a_turned_box_is_measured_by_its_corners() -> None:
    """A long box turned upright stands elsewhere."""
    box = {"id": "p", "type": "rectangle", "x": 0, "y": 100, "width": 400, "height": 10, "angle": 1.5707963}
    assert rules(text("t", 190, 250), board=(box,)) == ["person"]
    assert rules(text("t", 0, 95), board=(box,)) == []


def test_deleted_elements_do_not_count() -> None:
    """Neither old nor new."""
    assert rules(text("t", 0, 0), board=(person(text("p", 0, 0)) | {"isDeleted": True},)) == []


def test_a_highlight_may_ring_what_it_is_of_but_no_other_words() -> None:
    """Its own target, not the neighbour."""
    card, words = element("c", "rectangle", (0, 0, 300, 200)), text("w", 20, 20)
    ring = element("r", "rectangle", (10, 14, 130, 37), block="b2", of="b1.o0", role="ring")
    assert rules(ring, board=(card, words)) == []
    assert rules(ring | {"width": 60}, board=(card, words)) == ["line-text"]
    underline = line("u", (10, 30), (200, 30), block="b2", of="b1")
    assert rules(underline, board=(card, words)) == ["line-text"]


def test_a_mark_on_peoples_work_may_touch_that_work() -> None:
    """What it is drawn over is named."""
    stroke = person(line("s", (0, 0), (300, 0), kind="freedraw"))
    ring = element("r", "rectangle", (-6, -3, 312, 6), block="b2", of="s", over=["s"], role="ring")
    assert rules(ring, board=(stroke,)) == []
    assert rules(ring, board=(stroke | {"id": "other"},)) == ["person"]
