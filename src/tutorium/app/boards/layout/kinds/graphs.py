"""Flowcharts, graphs, trees and concept maps: nodes round their words, laid out in layers, edges bound to their nodes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.boxes import Box, Fragment, union
from tutorium.app.boards.layout.intents import ConceptMap, Edge, Flowchart, FlowStep, Graph, Tree
from tutorium.app.boards.layout.layered import EdgeSize, lay_out
from tutorium.app.boards.layout.marks import Position, line, shape, text_mark
from tutorium.app.boards.layout.routing import PORT_GAP, route
from tutorium.app.boards.layout.text import Lines, balanced

NODE_WIDTH = 150
DIAMOND_TEXT_WIDTH = 90
WIDEST_WORD = 260
NODE_PAD = 12
LABEL_WIDTH = 130

Outline = Literal["rectangle", "ellipse", "diamond"]


@dataclass(frozen=True, slots=True)
class _Node:
    text: str
    outline: Outline
    fill: str
    stroke: str


@dataclass(frozen=True, slots=True)
class _Link:
    source: int
    target: int
    label: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A graph laid out at one text size and direction: boxes of nodes, points of edges, boxes of labels."""

    texts: list[Lines]
    boxes: list[Box]
    routes: list[list[Position]]
    labels: list[tuple[Lines, Box] | None]

    @property
    def extent(self) -> Box:
        """The box round everything."""
        points = [Box(x, y, 0.0, 0.0) for points in self.routes for x, y in points]
        return union([*self.boxes, *points, *(box for label in self.labels if label for box in label[1:])])


def draw_graph(intent: Flowchart | Graph | Tree | ConceptMap, room: Room) -> Fragment:
    """Return the drawing at the largest text and in the direction that fits `room`; parts are `n0`, `n1`, ...

    What fits nowhere comes out at the smallest text, as little over `room` as can be.
    """
    nodes, links = _read(intent)
    straight = isinstance(intent, ConceptMap)
    across_first = getattr(intent, "direction", None) == "right"
    best: Drawn | None = None
    for size in (palette.BODY_PX, palette.CELL_PX, palette.SMALL_PX):
        for across in (across_first, not across_first):
            drawn = arrange(nodes, links, size=size, across=across, straight=straight)
            if _overflow(drawn, room) == 0:
                return _fragment(nodes, links, drawn, straight=straight)
            best = drawn if best is None or _overflow(drawn, room) < _overflow(best, room) else best
        if _is_chain(len(nodes), links):
            drawn = snake(nodes, links, size=size, width=room.width)
            if _overflow(drawn, room) == 0 or size == palette.SMALL_PX:
                return _fragment(nodes, links, drawn, straight=straight)
    assert best is not None
    return _fragment(nodes, links, best, straight=straight)


def _overflow(drawn: Drawn, room: Room) -> float:
    # Over the side is worse than over the lower edge: a page can be taller more easily than wider.
    extent = drawn.extent
    return 4 * max(0.0, extent.w - room.width) + max(0.0, extent.h - room.height)


def _read(intent: Flowchart | Graph | Tree | ConceptMap) -> tuple[list[_Node], list[_Link]]:
    members = intent.steps if isinstance(intent, Flowchart) else intent.nodes
    number: dict[str, int] = {}
    for place, member in enumerate(members):
        number.setdefault(member.id, place)
    edges: Sequence[Edge] = intent.edges
    if isinstance(intent, Flowchart) and not edges:
        edges = [Edge(source=a.id, target=b.id) for a, b in pairwise(intent.steps)]
    links: dict[tuple[int, int], _Link] = {}
    for edge in edges:
        ends = (number.get(edge.source), number.get(edge.target))
        if ends[0] is None or ends[1] is None or ends[0] == ends[1] or (ends[0], ends[1]) in links:
            continue
        links[ends[0], ends[1]] = _Link(ends[0], ends[1], edge.label or "")
    targets = {link.target for link in links.values()}
    nodes = [
        _flow_node(m) if isinstance(m, FlowStep) else _node(m.text, is_root=n not in targets and bool(targets))
        for n, m in enumerate(members)
    ]
    return nodes, list(links.values())


def _flow_node(step: FlowStep) -> _Node:
    match step.role:
        case "decision":
            return _Node(step.text, "diamond", palette.FILL_YELLOW, palette.INK)
        case "start" | "end":
            return _Node(step.text, "ellipse", palette.FILL_GREEN, palette.INK)
        case "step":
            return _Node(step.text, "rectangle", palette.FILL_BLUE, palette.INK)


def _node(text: str, *, is_root: bool) -> _Node:
    return _Node(text, "rectangle", palette.FILL_VIOLET if is_root else palette.FILL_BLUE, palette.INK)


def _node_size(node: _Node, text: Lines, ports: int) -> tuple[float, float]:
    """Return the size at which the words are inside the outline and `ports` edges have room on a side.

    The 10 and 20 are what Excalidraw keeps free itself when it wraps a bound text anew.
    """
    match node.outline:
        case "rectangle":
            width, height, usable = text.width + 2 * NODE_PAD, text.height + 2 * NODE_PAD, 0.76
        case "ellipse":
            width, height, usable = 1.42 * (text.width + 10) + 4, 1.42 * (text.height + 6) + 4, 0.6
        case "diamond":
            width, height, usable = 2 * text.width + 28, 2 * text.height + 20, 0.4
    return max(width, (ports - 1) * PORT_GAP / usable + 1, 48.0), height


def _texts(nodes: Sequence[_Node], size: int) -> list[Lines]:
    return [
        balanced(n.text, size, max_width=WIDEST_WORD, prefer=DIAMOND_TEXT_WIDTH if n.outline == "diamond" else NODE_WIDTH)
        for n in nodes
    ]


def arrange(nodes: Sequence[_Node], links: Sequence[_Link], *, size: int, across: bool, straight: bool) -> Drawn:
    """Return the layered layout with text at `size`; `across` lets the layers follow each other to the right."""
    texts = _texts(nodes, size)
    degree = [0] * len(nodes)
    for link in links:
        degree[link.source] += 1
        degree[link.target] += 1
    sizes = [_node_size(n, t, 1 if across else d) for n, t, d in zip(nodes, texts, degree, strict=True)]
    if across:
        sizes = [(max(h, (d - 1) * PORT_GAP / 0.4 + 1), w) for (w, h), d in zip(sizes, degree, strict=True)]
    words = [balanced(link.label, palette.SMALL_PX, max_width=LABEL_WIDTH) if link.label else None for link in links]
    label_sizes = [None if w is None else (w.width + 10.0, w.height + 6.0) for w in words]
    if across:
        label_sizes = [None if s is None else (s[1], s[0]) for s in label_sizes]
    edges = [EdgeSize(link.source, link.target, s) for link, s in zip(links, label_sizes, strict=True)]
    graph = lay_out(sizes, edges)
    routes = route(graph, [n.outline for n in nodes], straight=straight)
    if across:
        for vertex in graph.vertices:
            vertex.x, vertex.y, vertex.w, vertex.h = vertex.y, vertex.x, vertex.h, vertex.w
        routes = [[(y, x) for x, y in points] for points in routes]
    boxes = [Box(v.left, v.y - v.h / 2, v.w, v.h) for v in graph.vertices[: len(nodes)]]
    labels: list[tuple[Lines, Box] | None] = []
    for number, lines in enumerate(words):
        vertex = graph.vertices[graph.labels[number]] if lines is not None else None
        labels.append(
            None
            if lines is None or vertex is None
            else (lines, Box(vertex.x - lines.width / 2, vertex.y - lines.height / 2, lines.width, lines.height))
        )
    return Drawn(texts, boxes, routes, labels)


def _is_chain(count: int, links: Sequence[_Link]) -> bool:
    return (
        count > 2 and [(k.source, k.target) for k in links] == list(pairwise(range(count))) and not any(k.label for k in links)
    )


SNAKE_GAP_X, SNAKE_GAP_Y = 44.0, 44.0


def snake(nodes: Sequence[_Node], links: Sequence[_Link], *, size: int, width: float) -> Drawn:
    """Return a chain of nodes in rows that are read to the right, then to the left, and so on, as wide as `width`."""
    texts = _texts(nodes, size)
    sizes = [_node_size(n, t, 1) for n, t in zip(nodes, texts, strict=True)]
    column = max(w for w, _ in sizes)
    per_row = max(1, int((width + SNAKE_GAP_X) // (column + SNAKE_GAP_X)))
    boxes: list[Box] = []
    y = 0.0
    for start in range(0, len(nodes), per_row):
        members = sizes[start : start + per_row]
        height = max(h for _, h in members)
        for place, (w, h) in enumerate(members):
            slot = place if (start // per_row) % 2 == 0 else per_row - 1 - place
            middle = slot * (column + SNAKE_GAP_X) + column / 2
            boxes.append(Box(middle - w / 2, y + (height - h) / 2, w, h))
        y += height + SNAKE_GAP_Y
    routes = [_between(boxes[k.source], boxes[k.target]) for k in links]
    return Drawn(texts, boxes, routes, [None] * len(links))


def _between(a: Box, b: Box) -> list[Position]:
    ax, ay, bx, by = a.x + a.w / 2, a.y + a.h / 2, b.x + b.w / 2, b.y + b.h / 2
    if abs(ax - bx) < 1:
        return [(ax, a.bottom), (bx, b.y)]
    return [(a.right, ay), (b.x, by)] if bx > ax else [(a.x, ay), (b.right, by)]


def _fragment(nodes: Sequence[_Node], links: Sequence[_Link], drawn: Drawn, *, straight: bool) -> Fragment:
    extent = drawn.extent
    result = Fragment(extent.w, extent.h)
    for number, (link, points, label) in enumerate(zip(links, drawn.routes, drawn.labels, strict=True)):
        arrow = line(
            points,
            stroke=palette.QUIET,
            head="arrow",
            roughness=1 if straight and len(points) == 2 else 0,
            key=f"e{number}",
            part=f"e{number}",
            role="edge",
        )
        arrow.fields["startBinding"] = {"elementId": f"#n{link.source}", "focus": 0, "gap": 1}
        arrow.fields["endBinding"] = {"elementId": f"#n{link.target}", "focus": 0, "gap": 1}
        result.marks.append(arrow)
        if label is not None:
            lines, box = label
            result.marks.append(
                text_mark(lines, box.x, box.y, color=palette.QUIET, align="center", container=f"#e{number}",
                          part=f"e{number}", role="label")
            )  # fmt: skip
    for number, (node, text, box) in enumerate(zip(nodes, drawn.texts, drawn.boxes, strict=True)):
        name = f"n{number}"
        rounded = node.outline == "rectangle"
        result.marks.append(
            shape(node.outline, box, stroke=node.stroke, fill=node.fill, rounded=rounded, part=name, key=name, role="node")
        )
        x, y = box.x + (box.w - text.width) / 2, box.y + (box.h - text.height) / 2
        result.marks.append(text_mark(text, x, y, align="center", container=f"#{name}", part=name))
        result.parts[name] = box
    shifted = Fragment(extent.w, extent.h)
    shifted.put(result, -extent.x, -extent.y)
    return shifted
