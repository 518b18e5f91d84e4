"""Curves of functions: sampled, cut where they leave the frame or jump, and the range of y that shows them best."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tutorium.app.boards.layout.expressions import Tree, evaluate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

SAMPLES = 121
REFINEMENTS = 14
"""Halvings of a step that looks like a jump: what is still one after a 16,000th of the step is a jump."""

STEEP = 0.02
"""Share of the frame's height that a curve may rise in one step without being looked at more closely."""

Point = tuple[float, float]


def sample(tree: Tree, low: float, high: float) -> tuple[Values, Values]:
    """Return x and y at `SAMPLES` even places; y is not a number where the function is not defined."""
    import numpy as np

    x = np.linspace(low, high, SAMPLES)
    y = evaluate(tree, x)
    y[~np.isfinite(y) | (np.abs(y) > 1e12)] = np.nan
    return x, y


def value_range(ys: list[Values], must_hold: list[float]) -> tuple[float, float]:
    """Return the range of y: 4th to 96th percentile of the values, widened to hold `must_hold`, with a little air."""
    import numpy as np

    values = np.concatenate([y[~np.isnan(y)] for y in ys]) if ys else np.empty(0)
    ends: list[float] = [*must_hold]
    if len(values):
        low, high = float(np.percentile(values, 4)), float(np.percentile(values, 96))
        whole = float(values.max() - values.min())
        # A curve without poles is shown whole: cutting the ends of a parabola would gain nothing.
        if whole <= 4 * (high - low):
            low, high = float(values.min()), float(values.max())
        ends += [low, high]
    if not ends:
        return -5.0, 5.0
    low, high = min(ends), max(ends)
    air = (high - low) * 0.08 or max(1.0, abs(low) * 0.2)
    return low - air, high + air


def pieces_in_frame(tree: Tree, x: Values, y: Values, low: float, high: float) -> list[list[Point]]:
    """Return the curve as pieces that lie within [low, high], cut exactly at the frame and at jumps."""
    pieces: list[list[Point]] = [[]]
    points: list[Any] = list(zip(x.tolist(), y.tolist(), strict=True))
    jumps = _jumps(tree, points, high - low)
    for n, (a, b) in enumerate(pairwise(points)):
        if a[1] != a[1] or b[1] != b[1] or n in jumps:
            pieces.append([])
            continue
        clipped = _clip(a, b, low, high)
        if clipped is None:
            pieces.append([])
            continue
        start, end = clipped
        if pieces[-1] and pieces[-1][-1] != start:
            pieces.append([])
        if not pieces[-1]:
            pieces[-1].append(start)
        pieces[-1].append(end)
    return [_thinned(piece) for piece in pieces if len(piece) > 1]


def _jumps(tree: Tree, points: list[Point], height: float) -> set[int]:
    """Return the steps in which the curve jumps: halving the steep side again and again does not make it less steep."""
    import numpy as np

    steep = [n for n, (a, b) in enumerate(pairwise(points)) if abs(b[1] - a[1]) > STEEP * height]
    if not steep:
        return set()
    ax: Values = np.array([points[n][0] for n in steep])
    ay: Values = np.array([points[n][1] for n in steep])
    bx: Values = np.array([points[n + 1][0] for n in steep])
    by: Values = np.array([points[n + 1][1] for n in steep])
    for _ in range(REFINEMENTS):
        middle: Values = (ax + bx) / 2
        value = evaluate(tree, middle)
        left = np.abs(value - ay) > np.abs(by - value)
        # Where it is not defined in between, both comparisons are false and the right half is looked at: still a jump.
        ax, ay = np.where(left, ax, middle), np.where(left | np.isnan(value), ay, value)
        bx, by = np.where(left, middle, bx), np.where(left, value, by)
    return {n for n, apart in zip(steep, np.abs(by - ay).tolist(), strict=True) if apart > STEEP / 2 * height}


def _clip(a: Point, b: Point, low: float, high: float) -> tuple[Point, Point] | None:
    """Return the part of the segment whose y is within [low, high], or None."""
    (ax, ay), (bx, by) = a, b
    if max(ay, by) < low or min(ay, by) > high or (ay == by and not low <= ay <= high):
        return None

    def at(y: float) -> Point:
        return ax + (bx - ax) * (y - ay) / (by - ay), y

    start = a if low <= ay <= high else at(low if ay < low else high)
    end = b if low <= by <= high else at(low if by < low else high)
    return None if start == end else (start, end)


def _thinned(piece: list[Point]) -> list[Point]:
    """Return two points for a straight piece; a curved one keeps its even spacing, which the spline needs."""
    (x0, y0), (x1, y1) = piece[0], piece[-1]
    height = max(p[1] for p in piece) - min(p[1] for p in piece)
    slope = (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0
    if all(abs(y0 + slope * (x - x0) - y) <= 1e-6 * (height or 1.0) for x, y in piece):
        return [piece[0], piece[-1]]
    return piece
