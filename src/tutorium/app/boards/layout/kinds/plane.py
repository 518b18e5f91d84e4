"""The plane: axes, grid, curves of functions and marked points, with every name where it is free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.boxes import Box, Fragment, Mark
from tutorium.app.boards.layout.cover import Cover
from tutorium.app.boards.layout.curves import pieces_in_frame, sample, value_range
from tutorium.app.boards.layout.expressions import ExpressionError, Tree, parse_expression
from tutorium.app.boards.layout.intents import Function, Plane
from tutorium.app.boards.layout.marks import Position, line, paragraph, shape, text_mark
from tutorium.app.boards.layout.scales import nice_range, number_text, ticks
from tutorium.app.boards.layout.text import Lines, measure, wrap

if TYPE_CHECKING:
    from tutorium.app.boards.layout.cover import Grid

FRAME = (440.0, 308.0)
LEAST_WIDTH = 320.0
NAME_CELL = 6.0
LEADER_FROM, KEY_FROM = 24.0, 70.0
POINT = 10.0


@dataclass(slots=True)
class _Frame:
    """The drawing area and the two scales."""

    box: Box
    x: tuple[float, float]
    y: tuple[float, float]
    cover: Cover = field(init=False)

    def __post_init__(self) -> None:
        self.cover = Cover(self.box, NAME_CELL)

    def at(self, x: float, y: float) -> Position:
        left = self.box.x + (x - self.x[0]) / (self.x[1] - self.x[0]) * self.box.w
        top = self.box.bottom - (y - self.y[0]) / (self.y[1] - self.y[0]) * self.box.h
        return left, top


@dataclass(slots=True)
class _Curve:
    function: Function
    color: str
    pieces: list[list[Position]]


def draw_plane(intent: Plane, room: Room) -> Fragment | None:
    """Return the plane, or None if it has neither a readable function nor a point. Parts are `f0`, ... and `p0`, ..."""
    trees = [(f, tree) for f in intent.functions if (tree := _tree_of(f)) is not None]
    if not trees and not intent.points:
        return None
    x_range = _x_range(intent)
    samples = [sample(tree, *x_range) for _, tree in trees]
    in_x = [p for p in intent.points if x_range[0] <= p.x <= x_range[1]]
    y_range = intent.y if intent.y and intent.y[0] < intent.y[1] else value_range([y for _, y in samples], [p.y for p in in_x])
    y_range = nice_range(*y_range)
    scale = min(1.0, max(LEAST_WIDTH / FRAME[0], min((room.width - 90) / FRAME[0], (room.height - 110) / FRAME[1])))
    y_names = [(v, number_text(v)) for v in ticks(*y_range, most=6)]
    left = max((measure(t, palette.SMALL_PX) for _, t in y_names), default=0) + 8.0
    top = 28.0 if intent.ylabel else 4.0
    frame = _Frame(Box(left, top, round(FRAME[0] * scale), round(FRAME[1] * scale)), x_range, y_range)
    result = Fragment()
    _draw_axes(result, frame, y_names)
    curves: list[_Curve] = []
    for number, ((function, tree), (x, y)) in enumerate(zip(trees, samples, strict=True)):
        pieces = [[frame.at(*p) for p in piece] for piece in pieces_in_frame(tree, x, y, *y_range)]
        curves.append(_Curve(function, palette.CURVES[number % 3], pieces))
    bottom = _axis_names(result, frame, intent)
    for number, curve in enumerate(curves):
        _draw_curve(result, frame, number, curve)
    key: list[tuple[str, str]] = _place_names(result, frame, intent, curves)
    result.width = max(m.box.right for m in result.marks)
    result.height = bottom
    if key:
        _draw_key(result, key, frame)
    return result


def _tree_of(function: Function) -> Tree | None:
    try:
        return parse_expression(function.expr)
    except ExpressionError:
        # Not a function that can be drawn (a model wrote prose, or used another variable): the others still are.
        return None


def _x_range(intent: Plane) -> tuple[float, float]:
    if intent.x and intent.x[0] < intent.x[1]:
        return intent.x
    places = [p.x for p in intent.points]
    if not places:
        return -5.0, 5.0
    low, high = min(places), max(places)
    air = max(1.0, (high - low) * 0.25)
    return low - air, high + air


def _draw_axes(result: Fragment, frame: _Frame, y_names: Sequence[tuple[float, str]]) -> None:
    box = frame.box
    result.marks.append(shape("rectangle", box, stroke=palette.RULE, width=palette.THIN, roughness=0, role="grid"))
    right = -1e9
    for value in ticks(*frame.x, most=8):
        x = frame.at(value, frame.y[0])[0]
        _grid_line(result, (x, box.y), (x, box.bottom))
        lines = wrap(number_text(value), palette.SMALL_PX, max_width=400)
        # The first one stays right of the names of the other axis.
        left = max(x - lines.width / 2, box.x - 4)
        if left > right + 8:
            result.marks.append(text_mark(lines, left, box.bottom + 5, color=palette.QUIET))
            right = left + lines.width
    for value, text in y_names:
        y = frame.at(frame.x[0], value)[1]
        _grid_line(result, (box.x, y), (box.right, y))
        lines = wrap(text, palette.SMALL_PX, max_width=400)
        result.marks.append(text_mark(lines, box.x - 6 - lines.width, y - lines.height / 2, color=palette.QUIET))
    for low, high, start, end in (
        (*frame.y, frame.at(frame.x[0], 0.0), frame.at(frame.x[1], 0.0)),
        (*frame.x, frame.at(0.0, frame.y[0]), frame.at(0.0, frame.y[1])),
    ):
        if low <= 0 <= high:
            result.marks.append(line([start, end], head="arrow", roughness=0))
            frame.cover.add_line([start, end], 3)


def _grid_line(result: Fragment, start: Position, end: Position) -> None:
    result.marks.append(line([start, end], stroke=palette.GRID, width=palette.THIN, role="grid"))


def _axis_names(result: Fragment, frame: _Frame, intent: Plane) -> float:
    bottom = frame.box.bottom + 5 + palette.SMALL_PX * 1.25
    if intent.ylabel:
        lines = wrap(intent.ylabel, palette.SMALL_PX, max_width=frame.box.w)
        result.marks.append(text_mark(lines, frame.box.x, 0, color=palette.QUIET))
    if intent.xlabel:
        lines = wrap(intent.xlabel, palette.SMALL_PX, max_width=frame.box.w)
        result.marks.append(text_mark(lines, frame.box.right - lines.width, bottom + 2, color=palette.QUIET))
        bottom += 2 + lines.height
    return bottom


def _draw_curve(result: Fragment, frame: _Frame, number: int, curve: _Curve) -> None:
    for piece in curve.pieces:
        frame.cover.add_line(piece, 5)
        result.marks.append(line(piece, stroke=curve.color, width=palette.THICK, curved=len(piece) > 2, part=f"f{number}"))
    points = [p for piece in curve.pieces for p in piece]
    if points:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        result.parts[f"f{number}"] = Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _place_names(result: Fragment, frame: _Frame, intent: Plane, curves: Sequence[_Curve]) -> list[tuple[str, str]]:
    """Mark the points and put all names; return what has no free place (text, colour; none for a point) for a key."""
    key: list[tuple[str, str]] = []
    shown = [(n, p, frame.at(p.x, p.y)) for n, p in enumerate(intent.points)]
    shown = [(n, p, at) for n, p, at in shown if frame.box.grown(0.5).holds(Box(*at, 0, 0))]
    for number, _, (x, y) in shown:
        dot = Box(x - POINT / 2, y - POINT / 2, POINT, POINT)
        frame.cover.add_box(dot, 2)
        result.marks.append(shape("ellipse", dot, stroke=palette.INK, fill=palette.INK, roughness=0, part=f"p{number}"))
        result.parts[f"p{number}"] = dot
    for number, point, at in shown:
        if point.text and not _name(result, frame, point.text, at, palette.INK, f"p{number}"):
            key.append((f"({number_text(point.x)}, {number_text(point.y)}): {point.text}", ""))
    for number, curve in enumerate(curves):
        text = curve.function.label or curve.function.expr
        if not curve.pieces:
            continue
        end = _name_end(frame, curve)
        if not _name(result, frame, text, end, curve.color, f"f{number}"):
            key.append((text, curve.color))
    return key


def _name_end(frame: _Frame, curve: _Curve) -> Position:
    # The last point well inside the frame: near its own curve and away from where several curves start.
    points = curve.pieces[-1]
    inside = [p for p in points if frame.box.grown(-20).holds(Box(*p, 0, 0))]
    return inside[-1] if inside else points[len(points) // 2]


def _name(result: Fragment, frame: _Frame, text: str, at: Position, color: str, part: str) -> bool:
    """Put `text` on the nearest free place to `at` and return True, or return False if that is too far."""
    lines = wrap(text, palette.SMALL_PX, max_width=min(240.0, frame.box.w * 0.6))
    x0, y0 = at

    def distance(x: Grid, y: Grid) -> Grid:
        import numpy as np

        beside = np.maximum(np.maximum(x - x0, x0 - (x + lines.width)), 0.0)
        above = np.maximum(np.maximum(y - y0, y0 - (y + lines.height)), 0.0)
        return np.hypot(beside, above) + 0.02 * np.abs(x + lines.width / 2 - x0)

    place = frame.cover.best(lines.width, lines.height, 2.0, distance)
    if place is None or place.cost > KEY_FROM:
        return False
    box = Box(place.x, place.y, lines.width, lines.height)
    near = _nearest(box, at)
    leader = [at, near]
    if math.dist(at, near) > LEADER_FROM:
        if not _leader_is_free(frame, at, near):
            return False
        result.marks.append(line(leader, stroke=palette.QUIET, width=palette.THIN, part=part))
        frame.cover.add_line(leader, 2)
    frame.cover.add_box(box, 2)
    result.marks.append(_named_text(lines, box, color, part))
    return True


def _named_text(lines: Lines, box: Box, color: str, part: str) -> Mark:
    return text_mark(lines, box.x, box.y, color=color if color != palette.GREEN else palette.INK, part=part)


def _nearest(box: Box, at: Position) -> Position:
    return min(max(at[0], box.x), box.right), min(max(at[1], box.y), box.bottom)


def _leader_is_free(frame: _Frame, start: Position, end: Position) -> bool:
    # Its first pixels are on the curve or point it names; the rest must not run through another name.
    far = math.dist(start, end)
    inner = [(start[0] + (end[0] - start[0]) * s, start[1] + (end[1] - start[1]) * s) for s in (16 / far, 0.7, 0.95)]
    return all(frame.cover.is_free(Box(x - 1, y - 1, 2, 2)) for x, y in inner)


def _draw_key(result: Fragment, key: Sequence[tuple[str, str]], frame: _Frame) -> None:
    for text, color in key:
        y = result.height + 6
        words = paragraph(text, palette.SMALL_PX, max_width=frame.box.w - 34)
        if color:
            swatch = line([(frame.box.x, y + 10), (frame.box.x + 24, y + 10)], stroke=color, width=palette.THICK)
        else:
            dot = Box(frame.box.x + 7, y + 5, POINT, POINT)
            swatch = shape("ellipse", dot, stroke=palette.INK, fill=palette.INK, roughness=0)
        result.marks.append(swatch)
        result.put(words, frame.box.x + 34, y)
        result.height = y + words.height
        result.width = max(result.width, frame.box.x + 34 + words.width)
