"""Edges of a layered graph as lines: ports on the nodes, tracks in the channels between layers, points from end to end.

A line is inside a layer only in the column of its own dummy or label, so it cannot cross a node or another's label. In a
channel it is either slanted (`straight`) or bends twice, on a track that no other line of the channel uses at the same place.
Edges may cross edges; they never run on top of each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tutorium.app.boards.layout.layered import LayeredGraph, Vertex, spread

LAYER_GAP: Final = 48.0
LABEL_LAYER_GAP: Final = 30.0
TRACK: Final = 14.0
PORT_GAP: Final = 14.0
HEAD_ROOM: Final = 22.0
TAIL_ROOM: Final = 12.0
"""Straight way before the first bend; where a turned edge has its head here, it is `HEAD_ROOM` too."""
SMALL_JOG: Final = 26.0
CORNER: Final = 10.0
"""What a port keeps from the rounded corner of its node."""
COLUMN: Final = 10.0
"""Two upright pieces nearer than this count as one column."""

Point = tuple[float, float]
Outline = str
"""`rectangle`, `ellipse` or `diamond`."""


@dataclass(slots=True)
class _Piece:
    """The part of an edge in one channel: from `x1` at its upper end to `x2` at its lower."""

    edge: int
    step: int
    x1: float
    x2: float
    track: int = 0
    slanted: bool = False

    @property
    def is_straight(self) -> bool:
        return abs(self.x1 - self.x2) < 0.5


def route(graph: LayeredGraph, outlines: Sequence[Outline], *, straight: bool) -> list[list[Point]]:
    """Set every vertex's `y` and return the points of each edge from its source to its target.

    `outlines` are the shapes of the nodes, by number. The number of points of a labelled edge is odd and its middle point is
    the middle of its label, which is where Excalidraw holds the label of an arrow.
    """
    _smooth_jogs(graph, _ports(graph, outlines))
    ports = _ports(graph, outlines)
    _straighten(graph, outlines, ports)
    channels = _pieces(graph, ports)
    levels = _heights(graph, channels, straight=straight)
    routes: list[list[Point]] = []
    by_edge: dict[int, list[_Piece]] = {n: [] for n in range(len(graph.chains))}
    for channel in channels:
        for piece in channel:
            by_edge[piece.edge].append(piece)
    for number, chain in enumerate(graph.chains):
        pieces = sorted(by_edge[number], key=lambda p: p.step)
        points = _points(graph, chain, pieces, levels, outlines, straight=straight)
        label = graph.labels.get(number)
        if label is not None:
            points = _centre_label(points, (graph.vertices[label].x, graph.vertices[label].y))
        routes.append(points[::-1] if graph.turned[number] else points)
    return routes


def _ports(graph: LayeredGraph, outlines: Sequence[Outline]) -> dict[tuple[int, int, bool], float]:
    """Return the x of each edge's end at a node, by (node, edge, is lower side)."""
    sides: dict[tuple[int, bool], list[tuple[int, int]]] = {}
    ports: dict[tuple[int, int, bool], float] = {}
    for edge, chain in enumerate(graph.chains):
        sides.setdefault((chain[0], True), []).append((edge, chain[1]))
        sides.setdefault((chain[-1], False), []).append((edge, chain[-2]))
    for lower in (True, False, True):
        for (node, is_lower), ends in sides.items():
            if is_lower != lower:
                continue
            vertex = graph.vertices[node]
            wanted = [(ports.get((other, edge, not lower), graph.vertices[other].x), edge) for edge, other in ends]
            wanted.sort()
            for (_, edge), x in zip(wanted, _port_places([w for w, _ in wanted], vertex, outlines[node]), strict=True):
                ports[node, edge, lower] = x
    _centre_lone_ports(graph, sides, ports)
    return ports


def _port_places(wanted: Sequence[float], vertex: Vertex, outline: Outline) -> list[float]:
    half = vertex.w * {"rectangle": 0.38, "ellipse": 0.3, "diamond": 0.2}[outline]
    low, high = vertex.x - half, vertex.x + half
    count = len(wanted)
    gap = min(PORT_GAP, (high - low) / max(1, count - 1))
    places = spread([min(max(w, low), high) for w in wanted], [1.0] * count, [gap] * (count - 1))
    for n in range(count):
        places[n] = max(places[n], low + n * gap)
    return [min(place, high - (count - 1 - n) * gap) for n, place in enumerate(places)]


def _centre_lone_ports(
    graph: LayeredGraph, sides: dict[tuple[int, bool], list[tuple[int, int]]], ports: dict[tuple[int, int, bool], float]
) -> None:
    # A lone edge that has to bend anyway leaves from the middle, unless that would make the bend a mere jog.
    for (node, lower), ends in sides.items():
        if len(ends) > 1:
            continue
        edge, other = ends[0]
        far = ports.get((other, edge, not lower), graph.vertices[other].x)
        if abs(far - ports[node, edge, lower]) > 1 and abs(far - graph.vertices[node].x) >= SMALL_JOG:
            ports[node, edge, lower] = graph.vertices[node].x


def _straighten(graph: LayeredGraph, outlines: Sequence[Outline], ports: dict[tuple[int, int, bool], float]) -> None:
    """Slide a port, a little nearer to the corner if need be, where that turns a small jog into a straight line."""
    for edge, chain in enumerate(graph.chains):
        for upper, lower in pairwise(chain):
            top, bottom = (upper, edge, True), (lower, edge, False)
            x1, x2 = ports.get(top, graph.vertices[upper].x), ports.get(bottom, graph.vertices[lower].x)
            if not 0.5 <= abs(x1 - x2) < SMALL_JOG:
                continue
            for port, vertex, x in ((bottom, lower, x1), (top, upper, x2)):
                is_end = port in ports and vertex == (chain[-1] if port is bottom else chain[0])
                if is_end and _can_slide(graph.vertices[vertex], outlines[vertex], ports, port, x):
                    ports[port] = x
                    break


def _can_slide(
    vertex: Vertex, outline: Outline, ports: dict[tuple[int, int, bool], float], port: tuple[int, int, bool], x: float
) -> bool:
    node, edge, lower = port
    if outline != "rectangle" or abs(x - vertex.x) > vertex.w / 2 - CORNER:
        return False
    return all(
        abs(other - x) >= PORT_GAP - 1 and (other - x) * (other - ports[port]) > 0
        for (n, e, low), other in ports.items()
        if n == node and low == lower and e != edge
    )


def _smooth_jogs(graph: LayeredGraph, ports: dict[tuple[int, int, bool], float]) -> None:
    """Move the dummies of a long edge, or a label, straight below or above the edge's end where that saves a small jog."""
    for edge, chain in enumerate(graph.chains):
        inner = [graph.vertices[n] for n in chain[1:-1]]
        if not inner or max(v.x for v in inner) - min(v.x for v in inner) > SMALL_JOG:
            continue
        for port in (ports[chain[0], edge, True], ports[chain[-1], edge, False]):
            near = all(abs(port - v.x) < SMALL_JOG for v in inner)
            if near and all(_has_room(graph, n, port) for n in chain[1:-1]):
                for vertex in inner:
                    vertex.x = port
                break


def _has_room(graph: LayeredGraph, number: int, x: float) -> bool:
    vertex = graph.vertices[number]
    for other in graph.layers[vertex.layer]:
        if other == number:
            continue
        neighbour = graph.vertices[other]
        if abs(neighbour.x - x) < (neighbour.w + vertex.w) / 2 + PORT_GAP or (neighbour.x - x) * (neighbour.x - vertex.x) <= 0:
            return False
    return True


def _pieces(graph: LayeredGraph, ports: dict[tuple[int, int, bool], float]) -> list[list[_Piece]]:
    channels: list[list[_Piece]] = [[] for _ in graph.layers[:-1]]
    for edge, chain in enumerate(graph.chains):
        for step, (upper, lower) in enumerate(pairwise(chain)):
            x1 = ports.get((upper, edge, True), graph.vertices[upper].x)
            x2 = ports.get((lower, edge, False), graph.vertices[lower].x)
            channels[graph.vertices[upper].layer].append(_Piece(edge, step, x1, x2))
    return channels


def _assign_tracks(pieces: list[_Piece]) -> int:
    """Give each bending piece a track, counted from above; return how many there are.

    Where the upper end of one piece stands over the lower end of another, the first must bend above the second. Pieces in a
    circle of such wishes are slanted instead.
    """
    bending = sorted((p for p in pieces if not p.is_straight), key=lambda p: (min(p.x1, p.x2), p.edge))
    over = {id(b): [a for a in bending if a is not b and abs(a.x1 - b.x2) < COLUMN] for b in bending}
    tracks: list[list[_Piece]] = []
    waiting = list(bending)
    placed: set[int] = set()
    while waiting:
        ready = [p for p in waiting if all(id(a) in placed for a in over[id(p)])]
        if not ready:
            victim = waiting.pop(0)
            victim.slanted = True
            placed.add(id(victim))
            continue
        for piece in ready:
            least = 1 + max((a.track for a in over[id(piece)] if not a.slanted), default=-1)
            track = next(
                (n for n in range(least, len(tracks)) if not any(_share(piece, o) for o in tracks[n])), max(least, len(tracks))
            )
            while len(tracks) <= track:
                tracks.append([])
            tracks[track].append(piece)
            piece.track = track
            placed.add(id(piece))
            waiting.remove(piece)
    return len(tracks)


def _share(a: _Piece, b: _Piece) -> bool:
    return min(max(a.x1, a.x2), max(b.x1, b.x2)) + COLUMN > max(min(a.x1, a.x2), min(b.x1, b.x2))


@dataclass(slots=True)
class _Levels:
    """The y of each layer's upper and lower side and of the first track in the channel below it."""

    tops: list[float]
    bottoms: list[float]
    tracks: list[float]


def _heights(graph: LayeredGraph, channels: list[list[_Piece]], *, straight: bool) -> _Levels:
    levels = _Levels([], [], [])
    y = 0.0
    for number, layer in enumerate(graph.layers):
        height = max(graph.vertices[n].h for n in layer)
        levels.tops.append(y)
        levels.bottoms.append(y + height)
        for n in layer:
            graph.vertices[n].y = round(y + height / 2, 1)
        y += height
        if number < len(channels):
            has_head = any(graph.turned[p.edge] and not p.step for p in channels[number])
            height, first_track = _channel(
                channels[number], labelled=graph.has_labels, straight=straight, tail=HEAD_ROOM if has_head else TAIL_ROOM
            )
            levels.tracks.append(y + first_track)
            y += height
    return levels


def _channel(pieces: list[_Piece], *, labelled: bool, straight: bool, tail: float) -> tuple[float, float]:
    """Return the height of the channel that `pieces` cross and how far down its first track is."""
    least = LABEL_LAYER_GAP if labelled else LAYER_GAP
    if straight:
        widest = max((abs(p.x1 - p.x2) for p in pieces), default=0.0)
        return max(least, min(90.0, widest * 0.22)), 0.0
    band = max(0, _assign_tracks(pieces) - 1) * TRACK
    height = max(least, tail + HEAD_ROOM + band)
    # What is left over goes to both ends, so that a single bend is near the middle but the arrow's head keeps its room.
    return height, tail + (height - tail - HEAD_ROOM - band) / 2


def outline_offset(vertex: Vertex, outline: Outline, dx: float) -> float:
    """Return how far the outline is from the middle, up or down, at `dx` beside the middle."""
    half_w, half_h = vertex.w / 2, vertex.h / 2
    share = min(1.0, abs(dx) / half_w) if half_w else 0.0
    if outline == "ellipse":
        return half_h * (1 - share * share) ** 0.5
    return half_h * (1 - share) if outline == "diamond" else half_h


def _points(
    graph: LayeredGraph,
    chain: list[int],
    pieces: list[_Piece],
    levels: _Levels,
    outlines: Sequence[Outline],
    *,
    straight: bool,
) -> list[Point]:
    first, last = graph.vertices[chain[0]], graph.vertices[chain[-1]]
    x1, x2 = pieces[0].x1, pieces[-1].x2
    points: list[Point] = [(x1, first.y + outline_offset(first, outlines[chain[0]], x1 - first.x))]
    for piece, lower in zip(pieces, chain[1:], strict=True):
        layer = graph.vertices[lower].layer
        if straight or piece.slanted:
            points += [(piece.x1, levels.bottoms[layer - 1]), (piece.x2, levels.tops[layer])]
        elif not piece.is_straight:
            y = levels.tracks[layer - 1] + piece.track * TRACK
            points += [(piece.x1, y), (piece.x2, y)]
    points.append((x2, last.y - outline_offset(last, outlines[chain[-1]], x2 - last.x)))
    return _without_needless(points)


def _without_needless(points: list[Point]) -> list[Point]:
    kept = [points[0]]
    for number in range(1, len(points) - 1):
        (ax, ay), (bx, by), (cx, cy) = kept[-1], points[number], points[number + 1]
        if (bx, by) == (ax, ay):
            continue
        cross = (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
        if abs(cross) > 0.5:
            kept.append(points[number])
    kept.append(points[-1])
    return kept


def _centre_label(points: list[Point], middle: Point) -> list[Point]:
    """Return the route with `middle` as a point that has as many points before it as after it."""
    at = next((n for n in range(1, len(points)) if _is_between(points[n - 1], middle, points[n])), len(points) - 1)
    before, after = points[:at], points[at:]
    if before and before[-1] == middle:
        before = before[:-1]
    while len(before) < len(after):
        before = [*before[:-1], *_halved(before[-1], middle)]
    while len(after) < len(before):
        after = [*_halved(middle, after[0])[1:], *after] if len(after) else after
    return [*before, middle, *after]


def _halved(a: Point, b: Point) -> list[Point]:
    return [a, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)]


def _is_between(a: Point, b: Point, c: Point) -> bool:
    on_line = abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) < 1.0 + abs(c[1] - a[1]) * 0.5
    return (
        on_line
        and min(a[1], c[1]) - 0.1 <= b[1] <= max(a[1], c[1]) + 0.1
        and min(a[0], c[0]) - 1 <= b[0] <= max(a[0], c[0]) + 1
    )
