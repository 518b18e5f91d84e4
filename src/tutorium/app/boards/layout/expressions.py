"""Functions of x in ordinary notation, read into a small checked tree; nothing is ever evaluated as program text.

Understood: numbers, `x` (or `t`), `pi`, `e`, `+ - * / ^`, brackets, `|x|`, implied products (`2x`, `3(x+1)`), the usual
functions (`log` is the natural logarithm, as in sympy and numpy; `lg` the decimal one), and the signs `² ³ · × ÷ − √ π`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

Tree = tuple[Any, ...]

_TOKEN: Final = re.compile(r"\s*(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|\*\*|[A-Za-z]\w*|[-+*/^()|,√])")
_SIGNS: Final = str.maketrans({"·": "*", "×": "*", "⋅": "*", "÷": "/", "−": "-", "–": "-", "²": "^2", "³": "^3", "{": "(",
                               "}": ")", "[": "(", "]": ")", "π": " pi ", ":": "/"})  # fmt: skip
_FUNCTIONS: Final = {
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "arcsin": "arcsin",
    "arccos": "arccos", "arctan": "arctan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "exp": "exp", "ln": "log",
    "log": "log", "lg": "log10", "log10": "log10", "log2": "log2", "sqrt": "sqrt", "cbrt": "cbrt", "abs": "abs", "sign": "sign",
    "floor": "floor", "ceil": "ceil",
}  # fmt: skip
_CONSTANTS: Final = {"pi": 3.141592653589793, "e": 2.718281828459045}
_MAX_TOKENS: Final = 120
_MAX_DEPTH: Final = 30


class ExpressionError(ValueError):
    """The text is not a function of x that can be drawn."""


def parse_expression(text: str) -> Tree:
    """Return the tree of `text`; a leading `y =` or `f(x) =` is passed over.

    Raises ExpressionError for anything not understood, for other variables than x, and for what is too long or nested too deep.
    """
    return _Parser(_tokens(text.split("=")[-1].translate(_SIGNS))).whole()


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or len(tokens) >= _MAX_TOKENS:
            raise ExpressionError(f"cannot read {text[position : position + 10]!r}")
        tokens.extend(_split_name(found[1]))
        position = found.end()
    return tokens


def _split_name(token: str) -> list[str]:
    # "xsin" or "2x": letters that are no known name are a product of single ones.
    if not token[0].isalpha() or token.lower() in _FUNCTIONS or token.lower() in _CONSTANTS or token.lower() in ("x", "t"):
        return [token.lower() if token[0].isalpha() else token]
    if token[0] in "xt" and token[1].isalpha():
        return [token[0], *_split_name(token[1:])]
    raise ExpressionError(f"{token} is not known here")


class _Parser:
    """Precedence climbing over a list of tokens."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._bars = 0

    def whole(self) -> Tree:
        tree = self._sum()
        if self._at != len(self._tokens):
            raise ExpressionError(f"unexpected {self._tokens[self._at]!r}")
        return tree

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _sum(self) -> Tree:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ExpressionError("nested too deep")
        tree = self._product()
        while self._peek() in ("+", "-"):
            tree = (self._take(), tree, self._product())
        self._depth -= 1
        return tree

    def _product(self) -> Tree:
        tree = self._signed()
        while True:
            token = self._peek()
            if token in ("*", "/"):
                tree = (self._take(), tree, self._signed())
            elif self._begins_factor(token):
                tree = ("*", tree, self._power())
            else:
                return tree

    def _begins_factor(self, token: str) -> bool:
        return bool(token) and (token[0].isalnum() or token in "(√" or (token == "|" and not self._bars))

    def _signed(self) -> Tree:
        signs = 0
        while self._peek() in ("+", "-") and self._peek():
            signs += self._take() == "-"
        tree = self._power()
        return ("neg", tree) if signs % 2 else tree

    def _power(self) -> Tree:
        base = self._atom()
        if self._peek() in ("^", "**"):
            self._take()
            self._depth += 1
            if self._depth > _MAX_DEPTH:
                raise ExpressionError("nested too deep")
            base = ("^", base, self._signed())
            self._depth -= 1
        return base

    def _atom(self) -> Tree:
        token = self._take()
        if not token:
            raise ExpressionError("ends too early")
        if token[0].isdigit() or token[0] == ".":
            return ("number", float(token))
        if token in ("x", "t"):
            return ("x",)
        if token in _CONSTANTS:
            return ("number", _CONSTANTS[token])
        if token == "(":
            return self._closed(")")
        if token == "|":
            self._bars += 1
            inner = self._closed("|")
            self._bars -= 1
            return ("call", "abs", inner)
        if token == "√":
            return ("call", "sqrt", self._atom())
        if token in _FUNCTIONS:
            return self._call(token)
        raise ExpressionError(f"unexpected {token!r}")

    def _call(self, name: str) -> Tree:
        power: Tree | None = None
        if self._peek() in ("^", "**"):  # sin^2(x)
            self._take()
            power = self._atom()
        argument = self._closed(")") if self._peek() == "(" and self._take() else self._power()
        tree: Tree = ("call", _FUNCTIONS[name], argument)
        return tree if power is None else ("^", tree, power)

    def _closed(self, closing: str) -> Tree:
        bars = self._bars
        if closing == ")":
            self._bars = 0
        tree = self._sum()
        self._bars = bars
        if self._take() != closing:
            raise ExpressionError(f"{closing} is missing")
        return tree


def evaluate(tree: Tree, x: Values) -> Values:
    """Return the values of `tree` at `x`; where it is not defined (or not real) the value is not a number."""
    import numpy as np

    with np.errstate(all="ignore"):
        result = np.asarray(_value(tree, x), dtype=np.float64)
    return np.broadcast_to(result, x.shape).copy()


def _value(tree: Tree, x: Values) -> Any:
    import numpy as np

    match tree:
        case ("x",):
            return x
        case ("number", number):
            return np.float64(number)
        case ("neg", inner):
            return -_value(inner, x)
        case ("call", name, inner):
            function: Callable[[Any], Any] = getattr(np, name)
            return function(_value(inner, x))
        case ("^", base, ("/", ("number", 1.0), ("number", 3.0))):
            return np.cbrt(_value(base, x))
        case (operator, left, right):
            a, b = _value(left, x), _value(right, x)
            return {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power}[operator](a, b)
        case _:
            raise ExpressionError("unknown tree")
