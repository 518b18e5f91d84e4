"""Layered graphs: layers, order, places and routes."""

import random
from itertools import combinations
from typing import Any

import pytest

from tutorium.app.boards.layout import parse_intent
from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.boxes import Box
from tutorium.app.boards.layout.geometry import enters, segments_of
from tutorium.app.boards.layout.intents import Flowchart
from tutorium.app.boards.layout.kinds.graphs import draw_graph
from tutorium.app.boards.layout.layered import EdgeSize, lay_out, spread
from tutorium.app.boards.layout.routing import route

WIDE = Room(1400, 800)


def graph(kind: str = "graph", **fields: Any) -> Any:
    """Return a graph intent."""
    intent = parse_intent({"kind": kind, **fields})
    assert intent is not None
    return intent


def nodes(*texts: str) -> list[dict[str, str]]:
    """Return nodes whose ids are their numbers."""
    return [{"id": str(n), "text": text} for n, text in enumerate(texts)]


def edges(*pairs: str, label: str | None = None) -> list[dict[str, Any]]:
    """Return edges like "0-1"."""
    ends = [pair.split("-") for pair in pairs]
    return [{"from": a, "to": b, **({"label": label} if label else {})} for a, b in ends]


def test_layers_follow_the_longest_path() -> None:
    """A node stands below all that lead to it, a source just above its nearest child."""
    laid = lay_out([(60, 40)] * 4, [EdgeSize(0, 1), EdgeSize(1, 2), EdgeSize(0, 2), EdgeSize(3, 2)])
    assert [vertex.layer for vertex in laid.vertices[:4]] == [0, 1, 2, 1]


def test_a_back_edge_is_turned_round() -> None:
    """A cycle is opened where the search comes back; all chains lead down."""
    laid = lay_out([(60, 40)] * 3, [EdgeSize(0, 1), EdgeSize(1, 2), EdgeSize(2, 0)])
    assert laid.turned == [False, False, True]
    for chain in laid.chains:
        layers = [laid.vertices[n].layer for n in chain]
        assert layers == list(range(layers[0], layers[-1] + 1))


def test_a_turned_edge_is_drawn_in_its_own_direction() -> None:
    """From its source below to its target above."""
    laid = lay_out([(60, 40)] * 2, [EdgeSize(0, 1), EdgeSize(1, 0)])
    down, up = route(laid, ["rectangle"] * 2, straight=False)
    assert down[0][1] < down[-1][1]
    assert up[0][1] > up[-1][1]


def test_the_fewest_crossings_are_kept() -> None:
    """Two crossing pairs are untangled."""
    laid = lay_out([(60, 40)] * 4, [EdgeSize(0, 3), EdgeSize(1, 2)])
    upper, lower = laid.layers
    assert [{0: 3, 1: 2}[n] for n in upper] == lower


def test_a_parent_stands_over_the_middle_of_its_children() -> None:
    """The last sweep comes from below."""
    laid = lay_out([(60, 40)] * 4, [EdgeSize(0, 1), EdgeSize(0, 2), EdgeSize(0, 3)])
    assert laid.vertices[0].x == pytest.approx(laid.vertices[2].x, abs=0.2)


def test_places_are_least_squares_under_gaps() -> None:
    """Neighbours that want the same place share the way; others stay where they want to be."""
    assert spread([0, 0, 100], [1, 1, 1], [10, 10]) == [-5, 5, 100]
    assert spread([0, 0], [3, 1], [8]) == [-2, 6]


def test_an_edges_label_is_the_middle_of_its_points() -> None:
    """Excalidraw holds a bound label on the middle point of an odd list."""
    drawn = draw_graph(graph("concept_map", nodes=nodes("A", "B", "C"), edges=edges("0-1", "0-2", "1-2", label="makes")), WIDE)
    arrows = {mark.key: mark for mark in drawn.marks if mark.fields["type"] == "arrow"}
    labels = [mark for mark in drawn.marks if mark.role == "label"]
    assert len(labels) == 3
    for label in labels:
        arrow = arrows[label.fields["containerId"][1:]]
        points = arrow.fields["points"]
        assert len(points) % 2 == 1
        x, y = points[len(points) // 2]
        assert arrow.fields["x"] + x == pytest.approx(label.box.x + label.box.w / 2, abs=1)
        assert arrow.fields["y"] + y == pytest.approx(label.box.y + label.box.h / 2, abs=1)


@pytest.mark.parametrize("kind", ["graph", "concept_map"])
@pytest.mark.parametrize("seed", range(8))
def test_edges_pass_no_node_and_nodes_do_not_meet(kind: str, seed: int) -> None:
    """On random graphs, straight and orthogonal, with and without labels."""
    chance = random.Random(seed)
    count = chance.randint(4, 12)
    pairs = {f"{chance.randrange(count)}-{chance.randrange(count)}" for _ in range(count * 2)}
    texts = [" ".join(["light", "energy"][: chance.randint(1, 2)]) for _ in range(count)]
    intent = graph(kind, nodes=nodes(*texts), edges=edges(*sorted(pairs), label="is" if seed % 2 else None))
    drawn = draw_graph(intent, WIDE)
    boxes = {mark.key: mark.box for mark in drawn.marks if mark.role == "node"}
    assert not any(a.meets(b) for a, b in combinations(boxes.values(), 2))
    for mark in drawn.marks:
        if mark.role != "edge":
            continue
        ends = {mark.fields[name]["elementId"][1:] for name in ("startBinding", "endBinding")}
        points = [(mark.fields["x"] + x, mark.fields["y"] + y) for x, y in mark.fields["points"]]
        for key, box in boxes.items():
            if key not in ends:
                assert not any(enters(segment, box.grown(-1)) for segment in segments_of(points))


def test_edges_end_on_the_outline() -> None:
    """Of a diamond, not of the box round it."""
    steps = [{"id": "a", "text": "Is it?", "role": "decision"}, {"id": "b", "text": "yes"}, {"id": "c", "text": "no"}]
    drawn = draw_graph(graph("flowchart", steps=steps, edges=[{"from": "a", "to": "b"}, {"from": "a", "to": "c"}]), WIDE)
    diamond = next(mark.box for mark in drawn.marks if mark.fields["type"] == "diamond")
    for mark in drawn.marks:
        if mark.fields["type"] == "arrow":
            u = abs(mark.fields["x"] - diamond.x - diamond.w / 2) / (diamond.w / 2)
            v = abs(mark.fields["y"] - diamond.y - diamond.h / 2) / (diamond.h / 2)
            assert u + v == pytest.approx(1, abs=0.01)


def test_a_flowchart_without_edges_goes_in_order() -> None:
    """Each step leads to the next."""
    intent = graph("flowchart", steps=nodes("one", "two", "three"))
    assert isinstance(intent, Flowchart)
    arrows = [mark for mark in draw_graph(intent, WIDE).marks if mark.role == "edge"]
    assert [arrow.fields["endBinding"]["elementId"] for arrow in arrows] == ["#n1", "#n2"]


def test_a_long_procedure_turns_at_the_end_of_a_row() -> None:
    """Twelve steps do not fit one row or column of a small page, so they go on in rows."""
    intent = graph("flowchart", steps=nodes(*[f"the step number {n} of them" for n in range(12)]))
    room = Room(900, 420)
    drawn = draw_graph(intent, room)
    assert drawn.width <= room.width
    assert drawn.height <= room.height
    rows = {box.y + box.h / 2 for box in drawn.parts.values()}
    assert 2 <= len(rows) < 12


def test_too_much_for_the_page_comes_out_smallest() -> None:
    """A graph that fits nowhere is set at the smallest size and rather too high than too wide."""
    intent = graph("graph", nodes=nodes(*["electromagnetic induction"] * 12), edges=edges(*[f"0-{n}" for n in range(1, 12)]))
    drawn = draw_graph(intent, Room(500, 300))
    assert drawn.width <= 520 < 300 + drawn.height
    assert all(mark.fields.get("fontSize", 20) == 16 for mark in drawn.marks if mark.fields["type"] == "text")


def test_edges_to_nowhere_are_passed_over() -> None:
    """Unknown ends, loops and repetitions are not drawn."""
    drawn = draw_graph(graph(nodes=nodes("A", "B"), edges=edges("0-1", "0-1", "0-0", "0-7")), WIDE)
    assert sum(mark.role == "edge" for mark in drawn.marks) == 1


def test_a_word_too_long_for_a_node_widens_it() -> None:
    """Words are not broken."""
    drawn = draw_graph(graph(nodes=nodes("thermodynamically")), WIDE)
    text = next(mark for mark in drawn.marks if mark.fields["type"] == "text")
    assert text.fields["text"] == "thermodynamically"
    assert drawn.parts["n0"].holds(Box(*text.box), 3)
