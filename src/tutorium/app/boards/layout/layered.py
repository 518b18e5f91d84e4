"""Layered layout of directed graphs: which layer, in which order, at which place; `routing` then draws the edges.

1. Back edges of a depth-first search are turned round, so that all edges lead down.
2. Layers by longest path; sources are pulled down to their nearest child.
3. A label is a vertex: with labels all layers are doubled, and each label has a place of its own in the middle of its edge.
   Long edges get a dummy vertex in every layer between. So nothing can lie over a label, and lines pass layers only in their
   own column.
4. Order in a layer by barycentre sweeps; the order with the fewest crossings is kept.
5. Places in a layer are the exact least squares under minimum gaps (isotonic regression by pooling neighbours).

The direction is down; for the direction right, callers swap widths and heights before and x and y afterwards.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

SWEEPS: Final = 10
NODE_GAP: Final = 30.0
DUMMY_GAP: Final = 22.0

Link = tuple[int, int]


@dataclass(slots=True)
class Vertex:
    """A node, a label or a dummy in one layer; `x` and `y` are its middle, `w` and `h` its size."""

    w: float
    h: float
    kind: str = "node"
    layer: int = 0
    x: float = 0.0
    y: float = 0.0
    above: list[int] = field(default_factory=list[int])
    below: list[int] = field(default_factory=list[int])

    @property
    def left(self) -> float:
        """The x of the left side."""
        return self.x - self.w / 2

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.x + self.w / 2


@dataclass(slots=True)
class LayeredGraph:
    """Vertices by layer, and for each edge the chain of vertices it passes from top to bottom and whether it was turned."""

    vertices: list[Vertex]
    layers: list[list[int]]
    chains: list[list[int]]
    turned: list[bool]
    labels: dict[int, int]
    has_labels: bool


@dataclass(frozen=True, slots=True)
class EdgeSize:
    """An edge between two nodes by number; `label` is the size of its label's box."""

    source: int
    target: int
    label: tuple[float, float] | None = None


def lay_out(sizes: Sequence[tuple[float, float]], edges: Sequence[EdgeSize]) -> LayeredGraph:
    """Give every node and label its layer, its order and its `x`; `y` comes with the routing, which knows its channels.

    Edges from a node to itself must have been left out. Same input, same output.
    """
    turned = _turned_edges(len(sizes), edges)
    links = [(e.target, e.source) if t else (e.source, e.target) for e, t in zip(edges, turned, strict=True)]
    layer = _layers(len(sizes), links)
    has_labels = any(e.label for e in edges)
    if has_labels:
        layer = [2 * n for n in layer]
    graph = LayeredGraph(
        [Vertex(w, h, layer=n) for (w, h), n in zip(sizes, layer, strict=True)], [], [], turned, {}, has_labels
    )
    for number, (edge, link) in enumerate(zip(edges, links, strict=True)):
        graph.chains.append(_chain(graph, number, edge, link))
    for chain in graph.chains:
        for upper, lower in pairwise(chain):
            graph.vertices[upper].below.append(lower)
            graph.vertices[lower].above.append(upper)
    graph.layers = [[] for _ in range(1 + max((v.layer for v in graph.vertices), default=-1))]
    for number, vertex in enumerate(graph.vertices):
        graph.layers[vertex.layer].append(number)
    _order(graph)
    _position(graph)
    return graph


def _turned_edges(count: int, edges: Sequence[EdgeSize]) -> list[bool]:
    out: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for number, edge in enumerate(edges):
        out[edge.source].append((number, edge.target))
    turned = [False] * len(edges)
    state = [0] * count  # 0 not seen, 1 on the path, 2 done
    for root in range(count):
        if state[root]:
            continue
        state[root] = 1
        path = [(root, iter(out[root]))]
        while path:
            node, rest = path[-1]
            step = next(rest, None)
            if step is None:
                state[node] = 2
                path.pop()
            elif state[step[1]] == 1:
                turned[step[0]] = True
            elif state[step[1]] == 0:
                state[step[1]] = 1
                path.append((step[1], iter(out[step[1]])))
    return turned


def _layers(count: int, links: Sequence[Link]) -> list[int]:
    below: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for upper, lower in links:
        below[upper].append(lower)
        waiting[lower] += 1
    is_source = [n == 0 for n in waiting]
    layer = [0] * count
    ready = [n for n in range(count) if not waiting[n]]
    for node in ready:
        for lower in below[node]:
            layer[lower] = max(layer[lower], layer[node] + 1)
            waiting[lower] -= 1
            if not waiting[lower]:
                ready.append(lower)
    for node in range(count):
        if is_source[node] and below[node]:
            layer[node] = min(layer[n] for n in below[node]) - 1
    return layer


def _chain(graph: LayeredGraph, number: int, edge: EdgeSize, link: Link) -> list[int]:
    first, last = graph.vertices[link[0]].layer, graph.vertices[link[1]].layer
    middle = (first + last) // 2
    chain = [link[0]]
    for layer in range(first + 1, last):
        if edge.label and layer == middle:
            graph.labels[number] = len(graph.vertices)
            vertex = Vertex(*edge.label, kind="label", layer=layer)
        else:
            vertex = Vertex(0.0, 0.0, kind="dummy", layer=layer)
        chain.append(len(graph.vertices))
        graph.vertices.append(vertex)
    return [*chain, link[1]]


def _order(graph: LayeredGraph) -> None:
    place = _places(graph.layers)
    best = [list(layer) for layer in graph.layers]
    fewest = _crossings(graph, place)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        numbers = range(1, len(graph.layers)) if down else range(len(graph.layers) - 2, -1, -1)
        for number in numbers:
            layer = graph.layers[number]

            def key(vertex: int) -> float:
                others = graph.vertices[vertex].above if down else graph.vertices[vertex].below  # noqa: B023
                return sum(place[o] for o in others) / len(others) if others else place[vertex]

            layer.sort(key=key)
            place.update((vertex, n) for n, vertex in enumerate(layer))
        count = _crossings(graph, place)
        if count < fewest:
            fewest, best = count, [list(layer) for layer in graph.layers]
    graph.layers = best


def _places(layers: list[list[int]]) -> dict[int, int]:
    return {vertex: n for layer in layers for n, vertex in enumerate(layer)}


def _crossings(graph: LayeredGraph, place: dict[int, int]) -> int:
    total = 0
    for layer in graph.layers[:-1]:
        ends: list[int] = []
        ordered = sorted(layer, key=lambda v: place[v])
        for vertex in ordered:
            lower = sorted(place[o] for o in graph.vertices[vertex].below)
            total += sum(len(ends) - bisect_right(ends, end) for end in lower)
            for end in lower:
                insort(ends, end)
    return total


def spread(wanted: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Return the places nearest to `wanted` (weighted least squares) whose neighbours are at least `gaps` apart, in order."""
    shifts = [0.0]
    for gap in gaps:
        shifts.append(shifts[-1] + gap)
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for want, weight, shift in zip(wanted, weights, shifts, strict=True):
        mean, total, members = want - shift, weight, 1
        while pools and pools[-1][0] >= mean:
            before = pools.pop()
            mean = (mean * total + before[0] * before[1]) / (total + before[1])
            total += before[1]
            members += before[2]
        pools.append((mean, total, members))
    flat = [mean for mean, _, members in pools for _ in range(members)]
    return [value + shift for value, shift in zip(flat, shifts, strict=True)]


_WEIGHTS: Final = {0: 1.0, 1: 3.0, 2: 8.0}
"""Pull of a link by how many of its ends are dummies: long edges become straight."""


def _position(graph: LayeredGraph) -> None:
    for layer in graph.layers:
        x = 0.0
        for before, vertex in zip([None, *layer], layer, strict=False):
            if before is not None:
                x += _gap(graph.vertices[before], graph.vertices[vertex])
            graph.vertices[vertex].x = x
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer in graph.layers if down else reversed(graph.layers):
            _position_layer(graph, layer, down=down)
    left = min((v.left for v in graph.vertices), default=0.0)
    for vertex in graph.vertices:
        vertex.x = round(vertex.x - left, 1)


def _position_layer(graph: LayeredGraph, layer: list[int], *, down: bool) -> None:
    vertices = [graph.vertices[n] for n in layer]
    wanted: list[float] = []
    weights: list[float] = []
    for vertex in vertices:
        others = [graph.vertices[n] for n in (vertex.above if down else vertex.below)]
        pulls = [_WEIGHTS[(vertex.kind != "node") + (o.kind != "node")] for o in others]
        total = sum(pulls)
        wanted.append(sum(p * o.x for p, o in zip(pulls, others, strict=True)) / total if total else vertex.x)
        weights.append(total or 0.2)
    gaps = [_gap(a, b) for a, b in pairwise(vertices)]
    for vertex, x in zip(vertices, spread(wanted, weights, gaps), strict=True):
        vertex.x = x


def _gap(a: Vertex, b: Vertex) -> float:
    apart = DUMMY_GAP if "node" not in (a.kind, b.kind) else NODE_GAP
    return (a.w + b.w) / 2 + apart
