"""What always holds of the board's layout, whatever is drawn, in whichever order, beside whatever people drew."""

import copy
import hashlib
import json
import os
import subprocess
import sys
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.property.app.boards.strategies import intents, strokes, views
from tutorium.app.boards.layout import Box, Intent, StepDrawing, check_step, parse_intent, place_step, prepare_formulas
from tutorium.app.boards.layout.boxes import box_of, union
from tutorium.app.boards.layout.expressions import ExpressionError, evaluate, parse_expression
from tutorium.app.boards.layout.text import clusters, measure, wrap
from tutorium.realtime.whiteboard.validation import check_new_element, is_valid_file

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def drawn(drawing: StepDrawing) -> list[dict[str, Any]]:
    """Return a drawing's elements with their ids, as a board has them."""
    return [{"id": key, **element} for key, element in drawing.elements]


@SLOW
@given(st.data(), st.lists(intents(), min_size=1, max_size=7), st.lists(views, max_size=2))
def test_no_rule_is_ever_broken(data: st.DataObject, steps: list[Intent], seen: list[Box]) -> None:
    """No overlap, no clipped text, nothing over a person's earlier ink; what is on the board stays as it is."""
    board: list[dict[str, Any]] = []
    formulas = prepare_formulas(steps)
    for number, intent in enumerate(steps):
        if data.draw(st.booleans()):
            board.append(data.draw(strokes(number)))
        before = copy.deepcopy(board)
        drawing = place_step([intent], board, step=f"s{number}", views=seen, formulas=formulas)
        assert board == before
        assert drawing.faults == []
        gone = set(drawing.removed)
        kept = [e for e in board if e["id"] not in gone]
        assert check_step(drawn(drawing), kept) == []
        for key, element in drawing.elements:
            check_new_element(key, {**element, "index": "a0"})
        assert all(is_valid_file(key, entry) for key, entry in drawing.files.items())
        _check_relations(drawing, kept, intent)
        board = kept + drawn(drawing)


def _check_relations(drawing: StepDrawing, board: list[dict[str, Any]], intent: Intent) -> None:
    """Hold the layout to what it says about the relations it has kept."""
    for placed in drawing.results:
        if placed.got not in ("below", "above", "right_of", "left_of") or placed.box is None:
            continue
        anchor = _box_named(board, intent.to)
        if anchor is None:
            continue
        apart = {
            "below": placed.box.y - anchor.bottom,
            "above": anchor.y - placed.box.bottom,
            "right_of": placed.box.x - anchor.right,
            "left_of": anchor.x - placed.box.right,
        }[placed.got]
        assert apart >= 19.9


def _box_named(board: list[dict[str, Any]], name: str | None) -> Box | None:
    members = [box_of(e) for e in board if e.get("customData", {}).get("tutorium", {}).get("block") == name]
    return union(members) if members else None


@SLOW
@given(st.lists(intents(), min_size=1, max_size=4), st.lists(views, max_size=1))
def test_a_whole_step_is_drawn_alike_twice(steps: list[Intent], seen: list[Box]) -> None:
    """The same step on the same board gives the same elements with the same ids, and no id twice."""
    formulas = prepare_formulas(steps)
    first = place_step(steps, [], step="s", views=seen, formulas=formulas)
    assert first == place_step(steps, [], step="s", views=seen, formulas=formulas)
    ids = [key for key, _ in first.elements]
    assert len(ids) == len(set(ids))
    assert all(len(key) == 20 for key in ids)


SAMPLE = [
    {"kind": "title", "text": "Light"},
    {"kind": "concept_map", "nodes": [{"id": str(n), "text": f"node {n}"} for n in range(9)],
     "edges": [{"from": str(n), "to": str((n * 5 + 3) % 9), "label": f"is {n}"} for n in range(9)]},
    {"kind": "plane", "functions": [{"expr": "1/x"}, {"expr": "tan(x)"}], "points": [{"x": 1, "y": 1, "text": "P"}]},
    {"kind": "table", "header": ["a", "b"], "rows": [["光合作用", "2"]], "relation": "near", "to": "b2"},
]  # fmt: skip


def digest_of_sample() -> str:
    """Return a digest of all coordinates of a small board."""
    parsed = [intent for one in SAMPLE if (intent := parse_intent(one)) is not None]
    drawing = place_step(parsed, [], step="s", views=[Box(0, 0, 1440, 810)])
    return hashlib.sha256(json.dumps(drawing.elements, sort_keys=True).encode()).hexdigest()


def test_another_process_draws_the_same() -> None:
    """Coordinates do not depend on the order of sets or the seed of hashes."""
    code = "from tests.property.app.boards.test_layout import digest_of_sample; print(digest_of_sample())"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert result.stdout.strip() == digest_of_sample()


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(10**20), 10**20) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    "text",
    "items",
    "rows",
    "header",
    "nodes",
    "edges",
    "steps",
    "events",
    "marks",
    "functions",
    "points",
    "series",
    "x",
    "of",
]
KINDS = [
    "title",
    "list",
    "table",
    "flowchart",
    "graph",
    "timeline",
    "plane",
    "chart",
    "question",
    "feedback",
    "highlight",
    "code",
]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from([*FIELDS, "relation", "to", "cite", "alt"]), json_values, max_size=5),
)
def test_any_object_is_read_or_refused(kind: str, fields: dict[str, Any]) -> None:
    """Whatever a mind writes becomes an intent that can be drawn, or None; nothing raises."""
    intent = parse_intent({"kind": kind, **fields})
    if intent is not None:
        assert place_step([intent], [], step="s").faults == []


junk_elements = st.fixed_dictionaries(
    {"id": st.text(min_size=1, max_size=5)},
    optional={
        "type": st.sampled_from(["text", "freedraw", "rectangle", "image", "hologram"]) | json_values,
        "x": st.floats() | json_values,
        "y": st.floats(-100, 100),
        "width": st.floats(-200, 200) | json_values,
        "height": st.floats(-200, 200),
        "points": json_values | st.lists(st.lists(st.floats(-50, 50), min_size=2, max_size=2), max_size=4),
        "text": json_values,
        "angle": st.floats() | json_values,
        "strokeWidth": json_values,
        "roundness": json_values,
        "isDeleted": st.booleans(),
        "customData": json_values
        | st.fixed_dictionaries(
            {
                "tutorium": st.fixed_dictionaries(
                    {"by": st.just("tutor"), "block": st.sampled_from(["b1", "x", "b99999999999"])},
                    optional={"page": json_values, "pageBox": json_values | st.lists(st.floats(), min_size=4, max_size=4),
                              "slots": json_values, "of": json_values, "part": json_values},
                )
            }
        ),
    },
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(junk_elements, max_size=6), intents())
def test_a_malformed_board_does_not_stop_the_tutor(board: list[dict[str, Any]], intent: Intent) -> None:
    """Elements that a browser left broken, or that say they are the tutor's, are passed over or measured, never fatal."""
    place_step([intent], board, step="s", views=[])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80), st.sampled_from([16, 18, 20, 28]), st.sampled_from([5, 6, 8]), st.integers(30, 500))
def test_wrapped_lines_fit_and_lose_nothing(text: str, size: int, family: int, width: int) -> None:
    """No line is wider than asked, unless a single character is; only spaces at breaks are dropped."""
    lines = wrap(text, size, family, max_width=width)
    for line in lines.lines:
        assert measure(line, size, family) <= max(width, size + 6) or len(list(clusters(line))) == 1
        assert measure(line, size, family) <= lines.width
    squeezed = "".join(lines.lines).replace(" ", "")
    assert squeezed == text.replace("\t", "").replace(" ", "").replace("\n", "")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="x0123456789+-*/^()|. sincotaqrexpln√π²=_'\"[]", max_size=40))
def test_any_expression_is_evaluated_or_refused(text: str) -> None:
    """No text does anything but give numbers or an ExpressionError."""
    import numpy as np

    try:
        tree = parse_expression(text)
    except ExpressionError:
        return
    assert evaluate(tree, np.linspace(-2, 2, 9)).shape == (9,)
