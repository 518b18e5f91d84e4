"""Formulas that are curves: y = f(x) with x as the only unknown, as an expression that the board can draw."""

import math
import re
from typing import Final

_LEFT: Final = re.compile(r"\s*(?:y|[a-zA-Z]\s*\(\s*(?P<of>[a-z])\s*\)|(?P<name>[a-z]))\s*=\s*")
_TOKEN: Final = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z]+)|(?P<mark>[-+*/^()]))")
_FUNCTIONS: Final = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "exp": math.exp,
    "log": math.log,
    "ln": math.log,
    "sqrt": math.sqrt,
}
_LONGEST: Final = 80


def expression_of(tex: str) -> str | None:
    """Return f(x) in ordinary notation (`x^2-4*x+3`) when `tex` is a function of one unknown with numbers only; else None.

    A function of another letter, as s = 20t - 5t^2, is drawn with x in its place.
    """
    match = _LEFT.match(tex)
    if match is None or tex.count("=") != 1 or len(tex) > _LONGEST:
        return None
    tokens = _tokens(_plain(tex[match.end() :]))
    if tokens is None:
        return None
    unknowns = {token for token in tokens if token.isalpha() and token not in _FUNCTIONS and token != "e"}
    if len(unknowns) != 1:
        return None
    unknown = unknowns.pop()
    if (match["of"] not in (None, unknown)) or match["name"] == unknown or len(unknown) != 1:
        return None
    joined = _multiplied(["x" if token == unknown else token for token in tokens])
    return joined if _is_finite_somewhere(joined) else None


def _plain(tex: str) -> str:
    text = tex.strip().rstrip(".,;")
    text = re.sub(r"\\left|\\right|\\[,;! ]", "", text)
    for _ in range(3):
        text = re.sub(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"((\1)/(\2))", text)
        text = re.sub(r"\\sqrt\s*\{([^{}]*)\}", r"sqrt(\1)", text)
        text = re.sub(r"\^\s*\{([^{}]*)\}", r"^(\1)", text)
    text = re.sub(r"\\(sin|cos|tan|exp|log|ln)\b", r"\1", text)
    text = text.replace(r"\cdot", "*").replace(r"\times", "*").replace("·", "*").replace("×", "*").replace("−", "-")
    return text.replace("²", "^2").replace("³", "^3").replace("{", "(").replace("}", ")")


def _tokens(text: str) -> list[str] | None:
    tokens: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None if text[at:].strip() else tokens
        at = match.end()
        name = match["name"]
        if name is None or name in _FUNCTIONS:
            tokens.append(match.group().strip())
        else:
            tokens.extend(name)
    return tokens


def _multiplied(tokens: list[str]) -> str:
    parts: list[str] = []
    for token in tokens:
        if parts:
            before = parts[-1]
            ends = before == ")" or before == "x" or before == "e" or before[0].isdigit()
            begins = token == "(" or token[0].isalnum()
            if ends and begins:
                parts.append("*")
        parts.append(token)
    return "".join(parts)


def axes_of(tex: str) -> tuple[str, str]:
    """Return the letters of the unknown and of the value, as written: ("t", "s") for s = 20t - 5t^2."""
    left, _, right = tex.partition("=")
    named = re.match(r"\s*([a-zA-Z])\s*(?:\(\s*([a-z])\s*\))?", left)
    tokens = _tokens(_plain(right)) or []
    unknown = next((token for token in tokens if token.isalpha() and token not in _FUNCTIONS and token != "e"), "x")
    value = named[1] if named is not None else "y"
    return unknown, f"{value}({named[2]})" if named is not None and named[2] else value


def signature(expression: str) -> str:
    """Return a string that is equal for expressions with the same curve, such as a product and its sum."""
    return " ".join(f"{x}:{value:.6g}" for x, value in _samples(expression))


def _samples(expression: str) -> list[tuple[float, float]]:
    values: list[tuple[float, float]] = []
    for x in (-2.3, -1.1, -0.4, 0.6, 1.7, 2.9):
        try:
            value = _Reader(expression, x).value()
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
        if math.isfinite(value):
            values.append((x, value))
    return values


def _is_finite_somewhere(expression: str) -> bool:
    """Whether the expression can be read, and gives different finite values: a constant is no curve."""
    values = [value for _, value in _samples(expression)]
    return len(values) >= 2 and max(values) - min(values) > 1e-6


class _Reader:
    """Evaluates an expression by recursive descent, at one x. Raises ValueError where it cannot be read."""

    def __init__(self, text: str, x: float) -> None:
        self._tokens = re.findall(r"\d+(?:\.\d+)?|[a-z]+|[-+*/^()]", text)
        self._at = 0
        self._x = x

    def value(self) -> float:
        """Return the value of the whole expression."""
        result = self._sum()
        if self._at != len(self._tokens):
            raise ValueError
        return result

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _sum(self) -> float:
        sign = -1.0 if self._peek() == "-" else 1.0
        if self._peek() in ("-", "+"):
            self._take()
        result = sign * self._product()
        while self._peek() in ("+", "-"):
            result = result + self._product() if self._take() == "+" else result - self._product()
        return result

    def _product(self) -> float:
        result = self._power()
        while self._peek() in ("*", "/"):
            result = result * self._power() if self._take() == "*" else result / self._power()
        return result

    def _power(self) -> float:
        base = self._atom()
        if self._peek() != "^":
            return base
        self._take()
        sign = 1.0
        if self._peek() == "-":
            self._take()
            sign = -1.0
        result = base ** (sign * self._power())
        if isinstance(result, complex):
            raise ValueError
        return result

    def _atom(self) -> float:
        token = self._take()
        if token == "(":
            result = self._sum()
            if self._take() != ")":
                raise ValueError
            return result
        if token in _FUNCTIONS:
            return _FUNCTIONS[token](self._atom())
        if token == "x":
            return self._x
        if token == "e":
            return math.e
        return float(token)
