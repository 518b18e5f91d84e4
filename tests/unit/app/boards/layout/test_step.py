"""Where drawings go: pages, reading order, relations, feedback, highlights."""

from typing import Any

import pytest

from tutorium.app.boards.layout import Box, StepDrawing, elements_of_step, parse_intent, place_step
from tutorium.app.boards.layout.boxes import box_of
from tutorium.app.boards.layout.pages import page_size

VIEW = Box(0, 0, 1440, 810)


class Board:
    """A board that steps are drawn on one after another."""

    def __init__(self, *elements: dict[str, Any], views: tuple[Box, ...] = (VIEW,)) -> None:
        self.elements = list(elements)
        self.views = views
        self.steps = 0

    def draw(self, *intents: dict[str, Any]) -> StepDrawing:
        """Draw a step, add it to the board and return it."""
        parsed = [intent for one in intents if (intent := parse_intent(one)) is not None]
        drawing = place_step(parsed, self.elements, step=f"s{self.steps}", views=self.views)
        assert drawing.faults == []
        self.steps += 1
        gone = set(drawing.removed)
        self.elements = [e for e in self.elements if e["id"] not in gone]
        self.elements += [{"id": key, **element} for key, element in drawing.elements]
        return drawing


TITLE = {"kind": "title", "text": "Title"}
TEXT = {"kind": "text", "text": "A paragraph that is long enough to take two lines on the board, at the very least."}
CARD = {"kind": "callout", "text": "card"}
QUESTION = {"kind": "question", "prompt": "Which?", "options": ["a", "b"]}


def stroke(x: float, y: float, *more: tuple[float, float], key: str = "p") -> dict[str, Any]:
    """Return a freehand stroke of somebody."""
    points = [[0, 0], *[[px - x, py - y] for px, py in more]]
    box = box_of({"x": 0, "y": 0, "points": points})
    return {"id": key, "type": "freedraw", "x": x, "y": y, "width": box.w, "height": box.h, "points": points}


def test_the_first_page_is_what_people_see() -> None:
    """Its title stands at the upper left of the view."""
    board = Board(views=(Box(500, 300, 1440, 810),))
    placed = board.draw(TITLE).results[0]
    assert (placed.page, placed.got) == (1, "flow")
    assert placed.box is not None
    assert (placed.box.x, placed.box.y) == (496 + 32, 296 + 32)


def test_reading_goes_down_and_then_to_the_next_column() -> None:
    """Left edges are aligned; a full column is followed by one at its right, below the title."""
    board = Board()
    boxes = [board.draw(one).results[0].box for one in (TITLE, *[QUESTION] * 4)]
    assert all(box is not None for box in boxes)
    title, first, second, third, fourth = (box for box in boxes if box is not None)
    assert title.x == first.x == second.x
    assert title.bottom < first.y < second.y
    assert second.y - first.bottom >= 20
    assert third.x >= first.right + 28
    assert third.y == first.y
    assert fourth.x == third.x


def test_a_full_page_is_followed_by_a_fresh_one_at_its_right() -> None:
    """160 px apart, and the result says so."""
    board = Board()
    placed = [board.draw(QUESTION).results[0] for _ in range(8)]
    turned = next(p for p in placed if p.page == 2)
    assert turned.got == "page"
    assert turned.box is not None
    assert turned.box.x == 1440 + 160 + 32


def test_a_title_begins_a_page() -> None:
    """Unless the page is empty."""
    board = Board()
    assert board.draw(TITLE).results[0].page == 1
    assert board.draw(TEXT).results[0].page == 1
    assert board.draw(TITLE).results[0].page == 2


def test_a_page_can_be_asked_for() -> None:
    """With a title, or without: then what comes next begins it."""
    board = Board()
    board.draw(TITLE, TEXT)
    assert board.draw({"kind": "page", "title": "More"}).results[0].page == 2
    assert [p.page for p in board.draw({"kind": "page"}, CARD, CARD).results] == [3, 3]


def test_a_title_is_not_left_alone() -> None:
    """What is too high for the page makes it taller."""
    long_table = {"kind": "table", "header": ["a"] * 5, "rows": [["some words that need many lines " * 2] * 5] * 6}
    board = Board(views=(Box(0, 0, 960, 560),))
    placed = board.draw(TITLE, long_table).results
    assert [p.page for p in placed] == [1, 1]
    assert placed[1].box is not None
    assert placed[1].box.h > 560 - 64


def test_a_crowded_view_is_passed_over() -> None:
    """More than a quarter covered, the first page is the next slot."""
    wall = {"id": "w", "type": "rectangle", "x": 0, "y": 0, "width": 1440, "height": 300}
    placed = Board(wall).draw(TITLE).results[0]
    assert placed.box is not None
    assert placed.box.x == 1440 + 160 + 32


def test_where_every_slot_is_covered_the_page_is_beyond_everything() -> None:
    """There is always a page."""
    wall = {"id": "w", "type": "rectangle", "x": -100, "y": -100, "width": 60_000, "height": 2_000}
    placed = Board(wall).draw(TITLE).results[0]
    assert placed.box is not None
    assert placed.box.x >= 59_900 + 160


def test_drawings_keep_off_strokes() -> None:
    """The next free place below is taken."""
    board = Board(stroke(30, 90, (600, 110)))
    board.draw(TITLE)
    box = board.draw(TEXT).results[0].box
    assert box is not None
    assert box.y > 110


@pytest.mark.parametrize("relation", ["below", "above", "right_of", "left_of"])
def test_relations_are_kept_where_there_is_room(relation: str) -> None:
    """Beside a block in the middle of the page, at least 20 px off."""
    anchor = stroke(700, 400, (760, 440))
    board = Board(anchor)
    board.draw(TITLE)
    placed = board.draw({**CARD, "relation": relation, "to": "p"}).results[0]
    assert (placed.asked, placed.got) == (relation, relation)
    box = placed.box
    assert box is not None
    apart = {"below": box.y - 440, "above": 400 - box.bottom, "right_of": box.x - 760, "left_of": 700 - box.right}
    assert 20 <= apart[relation] < 60


def test_a_side_without_room_becomes_another() -> None:
    """At the page's left edge nothing can stand to the left."""
    board = Board()
    board.draw(TITLE, CARD)
    placed = board.draw({**CARD, "relation": "left_of", "to": "b2"}).results[0]
    assert placed.got == "near"


def test_an_anchor_that_is_not_there_means_reading_order() -> None:
    """And "last" on an empty board, too."""
    assert Board().draw({**CARD, "relation": "below", "to": "b9"}).results[0].got == "flow"
    assert Board().draw({**CARD, "relation": "near", "to": "last"}).results[0].got == "flow"


def test_side_notes_do_not_move_the_reading_order() -> None:
    """The next paragraph follows the last one, not the note beside it."""
    board = Board()
    first = board.draw(TITLE, TEXT).results[1].box
    board.draw({**CARD, "relation": "right_of", "to": "b2"})
    second = board.draw(TEXT).results[0].box
    assert first is not None
    assert second is not None
    assert second.x == first.x


def test_strokes_near_each_other_are_one_thing() -> None:
    """A note about one of them stands beside all."""
    strokes = [stroke(600 + 30 * n, 300, (620 + 30 * n, 340), key=f"p{n}") for n in range(4)]
    board = Board(*strokes)
    board.draw(TITLE)
    box = board.draw({**CARD, "relation": "right_of", "to": "p0"}).results[0].box
    assert box is not None
    assert box.x >= 710 + 20


def test_feedback_goes_into_the_questions_slot() -> None:
    """Nothing moves; a later verdict takes the place of the earlier."""
    board = Board()
    card = board.draw(QUESTION).results[0].box
    first = board.draw({"kind": "feedback", "of": "b1", "verdict": "wrong", "text": "Look again."})
    assert first.results[0].got == "inside"
    assert first.results[0].box is not None
    assert card is not None
    assert card.holds(first.results[0].box)
    second = board.draw({"kind": "feedback", "of": "b1", "verdict": "right"})
    assert second.removed == sorted(key for key, _ in first.elements)


def test_a_moved_question_takes_its_slot_along() -> None:
    """The slot is kept relative to the card."""
    board = Board()
    board.draw(QUESTION)
    for element in board.elements:
        element["x"] += 200
    box = board.draw({"kind": "feedback", "of": "b1", "verdict": "partly", "text": "Nearly."}).results[0].box
    assert box is not None
    assert box.x > 232


def test_feedback_that_has_no_room_becomes_a_card_beside() -> None:
    """Too long for the slot, scribbled over, or of no question."""
    long_text = "This is a very long explanation of why that is so. " * 4
    board = Board()
    board.draw(QUESTION)
    placed = board.draw({"kind": "feedback", "of": "b1", "verdict": "wrong", "text": long_text}).results[0]
    assert (placed.kind, placed.got) == ("callout", "near")
    scribbled = Board()
    card = scribbled.draw(QUESTION).results[0].box
    assert card is not None
    scribbled.elements.append(stroke(card.x + 20, card.bottom - 70, (card.x + 200, card.bottom - 80)))
    assert scribbled.draw({"kind": "feedback", "of": "b1", "verdict": "right", "text": "Yes."}).results[0].kind == "callout"
    assert Board().draw({"kind": "feedback", "of": "b1", "verdict": "right", "text": "Yes."}).results[0].got == "flow"


def test_a_highlight_rings_a_part() -> None:
    """6 px outside of it."""
    board = Board()
    question = board.draw(QUESTION).results[0]
    ring = board.draw({"kind": "highlight", "of": "b1.o1"}).results[0]
    assert ring.box == question.parts["o1"].grown(6)
    assert board.draw({"kind": "highlight", "of": "b9"}).results == []


def test_a_highlight_without_room_is_left_to_the_pointer() -> None:
    """Where every style would cross words or ink, nothing is drawn."""
    board = Board()
    box = board.draw({"kind": "title", "text": "T"}).results[0].box
    assert box is not None
    frame = [(box.x - 9, box.y - 5), (box.right + 5, box.y - 5), (box.right + 5, box.bottom + 5), (box.x - 9, box.bottom + 5)]
    board.elements.append(stroke(*frame[0], *frame[1:], frame[0]))
    board.elements.append(stroke(box.x - 22, box.y, (box.x - 22, box.bottom), key="q"))
    placed = board.draw({"kind": "highlight", "of": "b1", "style": "underline"}).results[0]
    assert (placed.got, placed.elements, placed.box) == ("pointer", (), box)


def test_a_removed_block_takes_its_marks_along() -> None:
    """Feedback and highlights on it go, too; people's elements and unknown blocks stay."""
    board = Board(stroke(900, 500, (950, 520)))
    board.draw(QUESTION)
    board.draw({"kind": "feedback", "of": "b1", "verdict": "right"})
    removal = board.draw({"kind": "remove", "of": "b1"})
    assert [e["id"] for e in board.elements] == ["p"]
    assert removal.results[0].box is None
    assert board.draw({"kind": "remove", "of": "p"}).removed == []


def test_what_a_step_removes_of_itself_is_never_written() -> None:
    """Drawn and taken off again in one step, it does not reach the board."""
    drawing = Board().draw(CARD, {"kind": "remove", "of": "b1"})
    assert (drawing.elements, drawing.removed) == ([], [])


def test_numbers_go_on_after_a_restart() -> None:
    """Blocks and pages are read back from the elements alone."""
    board = Board()
    board.draw(TITLE, TEXT)
    placed = Board(*board.elements).draw(CARD).results[0]
    assert (placed.block, placed.page) == ("b3", 1)


def test_a_drawn_step_is_recognised() -> None:
    """By the ids of its elements."""
    board = Board()
    drawing = board.draw(TITLE)
    assert elements_of_step(board.elements, "s0") == [key for key, _ in drawing.elements]
    assert elements_of_step(board.elements, "s1") == []


def test_every_element_says_where_it_belongs() -> None:
    """Block, page and citation on all; words, kind and page box on the first."""
    cite = [{"document": "d", "block": 1, "start": 0, "end": 5}]
    drawing = Board().draw({**QUESTION, "cite": cite})
    metas = [element["customData"]["tutorium"] for _, element in drawing.elements]
    assert {(m["block"], m["page"], m["by"], m["step"]) for m in metas} == {("b1", 1, "tutor", "s0")}
    assert all(m["cite"] == cite for m in metas)
    assert metas[0]["alt"] == "Which? A) a B) b"
    assert metas[0]["pageBox"] == [0, 0, 1440, 808]
    assert not any("alt" in m for m in metas[1:])
    assert len({tuple(element["groupIds"]) for _, element in drawing.elements}) == 1


def test_arrows_and_labels_name_their_elements() -> None:
    """Bindings carry the ids of this board."""
    nodes = [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]
    drawing = Board().draw({"kind": "graph", "nodes": nodes, "edges": [{"from": "a", "to": "b", "label": "x"}]})
    elements = dict(drawing.elements)
    arrow = next(e for e in elements.values() if e["type"] == "arrow")
    assert elements[arrow["startBinding"]["elementId"]]["type"] == "rectangle"
    label = next(e for e in elements.values() if e.get("text") == "x")
    assert elements[label["containerId"]] is arrow


def test_pages_are_as_large_as_the_smallest_view() -> None:
    """Within bounds; when views differ a lot, the last one counts."""
    assert page_size([]) == (1440, 808)
    assert page_size([Box(0, 0, 1200, 700), Box(0, 0, 1440, 810)]) == (1200, 696)
    assert page_size([Box(0, 0, 700, 400), Box(0, 0, 1440, 810)]) == (1440, 808)
    assert page_size([Box(0, 0, 300, 300)]) == (960, 560)
    assert page_size([Box(0, 0, 9000, 9000)]) == (1600, 1000)
