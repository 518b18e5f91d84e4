"""Formulas that are curves."""

import pytest

from tutorium.app.agents.rules.functions_of_x import axes_of, expression_of, signature


@pytest.mark.parametrize(
    ("tex", "expression"),
    [
        ("y = x^2", "x^2"),
        ("y = x^2 - 4x + 3", "x^2-4*x+3"),
        ("f(x) = 2x(x - 1)", "2*x*(x-1)"),
        ("s = 20t - 5t^2", "20*x-5*x^2"),
        (r"y = \frac{1}{x}", "((1)/(x))"),
        (r"y = \sqrt{x} + \sin(x)", "sqrt(x)+sin(x)"),
        (r"h(t) = e^{-t}", "e^(-x)"),
        ("y = x² − 1", "x^2-1"),
        ("y = 3", None),
        ("y = a x^2", None),
        ("x = 2x", None),
        ("f(x) = t^2", None),
        ("y = x^2 = 4", None),
        ("F = m a", None),
        (r"y = \int x", None),
        ("y = (x", None),
        ("y = x^^2", None),
        ("y = 1/0 + x", None),
    ],
)
def test_only_functions_of_one_unknown_are_curves(tex: str, expression: str | None) -> None:
    """A formula becomes an expression of x when x is its only unknown and it can be evaluated."""
    assert expression_of(tex) == expression


@pytest.mark.parametrize(
    ("tex", "axes"), [("s = 20t - 5t^2", ("t", "s")), ("f(x) = x^2", ("x", "f(x)")), ("y = x^2", ("x", "y"))]
)
def test_axes_have_the_letters_of_the_text(tex: str, axes: tuple[str, str]) -> None:
    """The axes of a curve are named as the text names unknown and value."""
    assert axes_of(tex) == axes


def test_equal_curves_have_equal_signatures() -> None:
    """A product and its sum are the same curve."""
    assert signature("(x-1)*(x-3)") == signature("x^2-4*x+3")
    assert signature("x^2") != signature("x^3")
