"""Expressions, curves, scales, and which cells are free."""

import math
from itertools import pairwise

import numpy as np
import pytest

from tutorium.app.boards.layout.boxes import Box, Fragment, flow, row, stack
from tutorium.app.boards.layout.cover import Cover
from tutorium.app.boards.layout.curves import pieces_in_frame, sample, value_range
from tutorium.app.boards.layout.expressions import ExpressionError, evaluate, parse_expression
from tutorium.app.boards.layout.scales import lanes, nice_range, number_text, ticks


@pytest.mark.parametrize(
    ("text", "x", "value"),
    [
        ("x^2 - 5*x + 6", 2, 0),
        ("y = 2x(x−1)", 3, 12),
        ("f(x) = -x^2", 2, -4),
        ("2^-x", 1, 0.5),
        ("2^3^2", 0, 512),
        ("sin^2(x) + cos^2(x)", 0.7, 1),
        ("|x-3| + 2|x|", 1, 4),
        ("√x", 9, 3),
        ("√(x+7)", 9, 4),
        ("3 sin x", math.pi / 2, 3),
        ("e^x", 1, math.e),
        ("ln(x)", math.e, 1),
        ("lg x", 1000, 3),
        ("x^(1/3)", -8, -2),
        ("1/2 x", 4, 2),
        ("π·x²", 1, math.pi),
        ("x : 4", 8, 2),
        ("5t", 2, 10),
        (".5x", 2, 1),
        ("1e3 x", 2, 2000),
        ("--x", 2, 2),
        ("xsin(x)", math.pi / 2, math.pi / 2),
    ],
)
def test_notation_is_understood(text: str, x: float, value: float) -> None:
    """Implied products, powers from right to left, bars, roots, and the usual signs."""
    assert evaluate(parse_expression(text), np.array([float(x)]))[0] == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a*x",
        "x +",
        "(x",
        "x)",
        "|x",
        "__import__('os')",
        "x.real",
        "x" + "+x" * 80,
        "(" * 40 + "x" + ")" * 40,
        "2^" * 40 + "x",
        "foo(x)",
        "x;x",
        "sin",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Nothing is guessed and nothing is run."""
    with pytest.raises(ExpressionError):
        parse_expression(text)


def test_outside_its_domain_a_function_has_no_value() -> None:
    """Not a number, without a warning."""
    values = evaluate(parse_expression("ln(x)"), np.array([-1.0, 1.0]))
    assert math.isnan(values[0])
    assert values[1] == 0
    assert list(evaluate(parse_expression("7"), np.array([1.0, 2.0]))) == [7, 7]


@pytest.mark.parametrize(
    ("text", "low", "high", "count"),
    [
        ("x^2", -3, 3, 1),
        ("1/x", -4, 4, 2),
        ("tan(x)", -3, 3, 3),
        ("floor(x)", -2.5, 2.5, 6),
        ("√x", -4, 4, 1),
        ("2x+1", 0, 1, 1),
    ],
)
def test_curves_are_cut_where_they_jump(text: str, low: float, high: float, count: int) -> None:
    """At poles and steps, and where they are not defined."""
    tree = parse_expression(text)
    x, y = sample(tree, low, high)
    bottom, top = value_range([y], [])
    pieces = pieces_in_frame(tree, x, y, bottom, top)
    assert len(pieces) == count
    assert all(bottom - 1e-9 <= py <= top + 1e-9 for piece in pieces for _, py in piece)


def test_a_straight_curve_has_two_points() -> None:
    """More would only be a burden."""
    tree = parse_expression("2x")
    x, y = sample(tree, 0, 1)
    assert pieces_in_frame(tree, x, y, -1, 3) == [[(0.0, 0.0), (1.0, 2.0)]]


def test_the_range_holds_what_it_must() -> None:
    """Poles are left out, marked points are in; with nothing there is still a range."""
    _, y = sample(parse_expression("1/x"), -4, 4)
    low, high = value_range([y], [9.0])
    assert low < -1 < 9 < high < 60
    assert value_range([], []) == (-5, 5)
    low, high = value_range([np.array([2.0, 2.0])], [])
    assert low < 2 < high


@pytest.mark.parametrize(("low", "high"), [(0, 10), (-3, 3), (0.001, 0.0017), (1789, 1804), (-1e9, 1e9), (0, 7)])
def test_ticks_are_round_and_within(low: float, high: float) -> None:
    """Steps of 1, 2, 2.5 or 5 times a power of ten, at most nine of them, at least two."""
    values = ticks(low, high)
    assert 2 <= len(values) <= 9
    assert all(low - 1e-9 * abs(low) <= v <= high + 1e-9 * abs(high) for v in values)
    steps = {float(f"{b - a:.6g}") for a, b in pairwise(values)}
    assert len(steps) == 1
    mantissa = float(f"{steps.pop():e}".split("e")[0])
    assert mantissa in (1, 2, 2.5, 5)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-2.5, "−2.5"),
        (1e6, "1000000"),
        (1e9, "1e9"),
        (-1.5e-7, "−1.5e−7"),
        (0.1 + 0.2, "0.3"),
        (5e14, "5e14"),
        (123456, "123456"),
    ],
)
def test_numbers_are_short(value: float, text: str) -> None:
    """With a real minus sign."""
    assert number_text(value) == text


def test_a_range_is_never_empty() -> None:
    """A single value gets room."""
    assert nice_range(5, 5) == (4.5, 5.5)
    assert nice_range(0, 0) == (-1, 1)
    assert nice_range(1, 2) == (1, 2)


def test_lanes_keep_labels_off_later_leaders() -> None:
    """From right to left, one lane above every later label that begins inside."""
    assert lanes([0, 10, 200], [50, 50, 50], 5) == [2, 1, 1]
    assert lanes([0, 10, 20], [100, 100, 100], 5) == [3, 2, 1]


def test_the_cheapest_free_place_is_found() -> None:
    """Every place of the window is looked at; ties go to the first row."""
    cover = Cover(Box(0, 0, 400, 400), 8)
    cover.add_box(Box(0, 0, 400, 100))
    cover.add_box(Box(0, 100, 200, 300))
    place = cover.best(100, 50, 8, lambda x, y: x + y)
    assert place is not None
    assert (place.x, place.y) == (208 + 0, 104 + 8)
    assert cover.best(300, 50, 0, lambda x, y: x + y) is None
    assert cover.best(500, 10, 0, lambda x, y: x + y) is None


def test_lines_take_the_cells_they_pass() -> None:
    """With their reserve, also when they begin outside the window; boxes round them stay free elsewhere."""
    cover = Cover(Box(0, 0, 400, 400), 8)
    cover.add_line([(-50.0, -50.0), (450.0, 450.0)], 6)
    assert not cover.is_free(Box(196, 200, 4, 4))
    assert cover.is_free(Box(300, 40, 60, 60))
    assert 0.02 < cover.share_taken() < 0.12
    cover.add_lines([], 3)
    cover.add_line([(350.0, 50.0)], 3)
    assert not cover.is_free(Box(350, 50, 1, 1))
    cover.add_line([(5_000.0, 50.0), (6_000.0, 50.0)], 3)


def test_small_drawings_make_up_larger_ones() -> None:
    """Sizes go up, positions come down."""
    a, b = Fragment(30, 10, parts={"a": Box(0, 0, 30, 10)}), Fragment(50, 20, parts={"b": Box(0, 0, 50, 20)})
    below = stack([a, b], gap=5, align="center")
    assert (below.width, below.height, below.parts["a"].x, below.parts["b"].y) == (50, 35, 10, 15)
    beside = row([a, b], gap=5, align="end")
    assert (beside.width, beside.height, beside.parts["a"].y, beside.parts["b"].x) == (85, 20, 10, 35)
    wrapped = flow([a, b, a], width=90, gap=5, row_gap=2)
    assert (wrapped.width, wrapped.height) == (85, 32)
