"""Which cells of a window are taken, and the best of all free places in it.

Boxes take the cells they touch, lines the cells they pass through with their reserve. Every position of a box is tested at once
with a summed-area table, so if there is a place it is found, and ties go to the first in row order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tutorium.app.boards.layout.boxes import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grid = NDArray[np.float64]
    Cost = Callable[[Grid, Grid], Grid]


class Place(NamedTuple):
    """A free position (its upper left corner) and what it costs."""

    x: float
    y: float
    cost: float


class Cover:
    """The occupancy of `window` in square cells of `cell` pixels. What is outside the window is ignored."""

    def __init__(self, window: Box, cell: float) -> None:
        """Begin with all cells free."""
        import numpy as np

        self._np = np
        self.window = window
        self.cell = cell
        self.columns = max(1, math.ceil(window.w / cell))
        self.rows = max(1, math.ceil(window.h / cell))
        self._taken = np.zeros((self.rows, self.columns), dtype=bool)
        self._sums: NDArray[np.int32] | None = None

    def copy(self) -> Cover:
        """Return an equal cover that can be changed on its own."""
        other = Cover(self.window, self.cell)
        other._taken = self._taken.copy()
        return other

    def add_box(self, box: Box, reserve: float = 0.0) -> None:
        """Take every cell that `box` with `reserve` round it touches."""
        grown = box.grown(reserve)
        left = max(0, math.floor((grown.x - self.window.x) / self.cell))
        top = max(0, math.floor((grown.y - self.window.y) / self.cell))
        right = min(self.columns, math.ceil((grown.right - self.window.x) / self.cell))
        bottom = min(self.rows, math.ceil((grown.bottom - self.window.y) / self.cell))
        if left < right and top < bottom:
            self._taken[top:bottom, left:right] = True
            self._sums = None

    def add_line(self, points: Sequence[Sequence[float]], reserve: float = 0.0) -> None:
        """Take the cells within `reserve` of the line through `points` (scene coordinates)."""
        self.add_lines([points], reserve)

    def add_lines(self, paths: Sequence[Sequence[Sequence[float]]], reserve: float = 0.0) -> None:
        """Take the cells within `reserve` of several lines at once, which is faster than one by one."""
        np = self._np
        arrays = [np.asarray(path, dtype=np.float64)[:, :2] for path in paths if len(path)]
        if not arrays:
            return
        starts = np.concatenate([a[:-1] if len(a) > 1 else a for a in arrays])
        ends = np.concatenate([a[1:] if len(a) > 1 else a for a in arrays])
        steps = ends - starts
        counts = np.maximum(1, np.ceil(np.hypot(steps[:, 0], steps[:, 1]) / (self.cell / 2))).astype(np.int64) + 1
        number = np.repeat(np.arange(len(counts)), counts)
        first = np.repeat(np.cumsum(counts) - counts, counts)
        share = (np.arange(len(number)) - first) / (counts[number] - 1)
        self._take_round(starts[number] + steps[number] * share[:, None], reserve)

    def _take_round(self, path: Grid, reserve: float) -> None:
        np = self._np
        x, y = path[:, 0] - self.window.x, path[:, 1] - self.window.y
        near = (x > -reserve) & (y > -reserve) & (x < self.window.w + reserve) & (y < self.window.h + reserve)
        if not near.any():
            return
        x, y = x[near], y[near]
        reach = math.ceil(2 * reserve / self.cell) + 1
        lowest_x, highest_x = np.floor((x - reserve) / self.cell), np.floor((x + reserve) / self.cell)
        lowest_y, highest_y = np.floor((y - reserve) / self.cell), np.floor((y + reserve) / self.cell)
        for dx in range(reach):
            column = np.clip(np.minimum(lowest_x + dx, highest_x), 0, self.columns - 1).astype(np.int64)
            for dy in range(reach):
                row = np.clip(np.minimum(lowest_y + dy, highest_y), 0, self.rows - 1).astype(np.int64)
                self._taken[row, column] = True
        self._sums = None

    def share_taken(self) -> float:
        """Return how much of the window is taken, 0 to 1."""
        return float(self._taken.mean())

    def is_free(self, box: Box) -> bool:
        """Return whether no cell that `box` touches is taken; `box` must be inside the window."""
        left = max(0, math.floor((box.x - self.window.x) / self.cell))
        top = max(0, math.floor((box.y - self.window.y) / self.cell))
        right = math.ceil((box.right - self.window.x) / self.cell)
        bottom = math.ceil((box.bottom - self.window.y) / self.cell)
        return not self._taken[top:bottom, left:right].any()

    def best(self, width: float, height: float, margin: float, cost: Cost) -> Place | None:
        """Return the cheapest place on the grid for a box with `margin` kept free round it, or None if there is none.

        `cost` gets the x of all columns (one row) and the y of all rows (one column) as the box's upper left corner, and
        returns their costs; infinity refuses a place. The box with its margin must fit the window.
        """
        np = self._np
        pad = math.ceil(margin / self.cell)
        wide, high = math.ceil(width / self.cell) + 2 * pad, math.ceil(height / self.cell) + 2 * pad
        if wide > self.columns or high > self.rows:
            return None
        sums = self._summed()
        inside = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
        rows, columns = inside.shape
        x: Grid = self.window.x + (np.arange(columns, dtype=np.float64) + pad) * self.cell
        y: Grid = self.window.y + (np.arange(rows, dtype=np.float64) + pad) * self.cell
        costs = np.where(inside == 0, cost(x[None, :], y[:, None]), np.inf)
        row, column = divmod(int(np.argmin(costs)), columns)
        if not np.isfinite(costs[row, column]):
            return None
        return Place(float(x[column]), float(y[row]), float(costs[row, column]))

    def _summed(self) -> NDArray[np.int32]:
        if self._sums is None:
            np = self._np
            self._sums = np.zeros((self.rows + 1, self.columns + 1), dtype=np.int32)
            np.cumsum(np.cumsum(self._taken, axis=0, dtype=np.int32), axis=1, out=self._sums[1:, 1:])
        return self._sums
