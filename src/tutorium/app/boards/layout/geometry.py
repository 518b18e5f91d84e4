"""Exact questions about lines and boxes: does a segment enter a box, how far apart are two segments, do they overlap."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tutorium.app.boards.layout.boxes import Box

Point = tuple[float, float]
Segment = tuple[Point, Point]

SPLINE_PIECES = 6
"""How many straight pieces stand for one span of a curved line at most."""
MOST_PIECES = 240
"""Pieces of a whole curved line: one that is sampled densely is straight enough between its own points."""


def path_of(x: float, y: float, points: Sequence[Sequence[float]], *, curved: bool) -> list[Point]:
    """Return a line's points in scene coordinates; a curved one as Catmull-Rom pieces through its points."""
    own = [(x + p[0], y + p[1]) for p in points]
    if not curved or len(own) < 3:
        return own
    path = [own[0]]
    padded = [own[0], *own, own[-1]]
    pieces = max(1, min(SPLINE_PIECES, MOST_PIECES // len(own)))
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        path.extend(_catmull_rom(a, b, c, d, n / pieces) for n in range(1, pieces + 1))
    return path


def _catmull_rom(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    def one(p: float, q: float, r: float, s: float) -> float:
        return 0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t * t * t)

    return one(a[0], b[0], c[0], d[0]), one(a[1], b[1], c[1], d[1])


def segments_of(path: Sequence[Point]) -> Iterator[Segment]:
    """Yield the straight pieces of a path; a single point is a piece of no length."""
    if len(path) == 1:
        yield path[0], path[0]
    yield from pairwise(path)


def enters(segment: Segment, box: Box) -> bool:
    """Return whether any point of `segment` lies strictly inside `box`."""
    if box.w <= 0 or box.h <= 0:
        return False
    (x1, y1), (x2, y2) = segment
    low, high = 0.0, 1.0
    for start, step, near, far in ((x1, x2 - x1, box.x, box.right), (y1, y2 - y1, box.y, box.bottom)):
        if step == 0:
            if start <= near or start >= far:
                return False
            continue
        a, b = sorted(((near - start) / step, (far - start) / step))
        low, high = max(low, a), min(high, b)
        if low >= high:
            return False
    return True


def distance(a: Segment, b: Segment) -> float:
    """Return the least distance between two segments; 0 when they cross."""
    if _cross(a, b):
        return 0.0
    return min(_to_point(a, b[0]), _to_point(a, b[1]), _to_point(b, a[0]), _to_point(b, a[1]))


def _to_point(segment: Segment, point: Point) -> float:
    (x1, y1), (x2, y2) = segment
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else max(0.0, min(1.0, ((point[0] - x1) * dx + (point[1] - y1) * dy) / length))
    return math.hypot(point[0] - x1 - share * dx, point[1] - y1 - share * dy)


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _cross(a: Segment, b: Segment) -> bool:
    return (_side(*a, b[0]) * _side(*a, b[1]) < 0) and (_side(*b, a[0]) * _side(*b, a[1]) < 0)


def shared_length(a: Segment, b: Segment, within: float) -> float:
    """Return how many pixels of two nearly parallel segments run within `within` of each other; 0 if they are not parallel."""
    (x1, y1), (x2, y2) = a
    length = math.hypot(x2 - x1, y2 - y1)
    if length == 0:
        return 0.0
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    along = [(p[0] - x1) * ux + (p[1] - y1) * uy for p in b]
    aside = [abs((p[1] - y1) * ux - (p[0] - x1) * uy) for p in b]
    if max(aside) > within:
        return 0.0
    return max(0.0, min(length, max(along)) - max(0.0, min(along)))
