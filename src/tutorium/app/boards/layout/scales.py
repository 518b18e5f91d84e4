"""Axes true to scale: round tick values, their names, and lanes for labels that would meet."""

import math
from collections.abc import Sequence


def ticks(low: float, high: float, *, most: int = 8) -> list[float]:
    """Return at most `most` + 1 round values (steps of 1, 2, 2.5 or 5 times a power of ten) within [low, high]; low < high."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10, 20) if m * power >= rough * 0.999999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{n * step:.12g}") + 0.0 for n in range(first, last + 1)]


def number_text(value: float) -> str:
    """Return `value` as short as it can be read: a real minus sign, powers of ten for the very large and small."""
    if value == 0:
        return "0"
    if 1e-4 <= abs(value) < 1e7:
        text = f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    else:
        mantissa, exponent = f"{value:.3g}".split("e") if "e" in f"{value:.3g}" else (f"{value:.3g}", "0")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def nice_range(low: float, high: float) -> tuple[float, float]:
    """Return a range that is not empty: a single value gets room on both sides."""
    if not low < high:
        room = abs(low) * 0.1 or 1.0
        return low - room, low + room
    return low, high


def lanes(xs: Sequence[float], widths: Sequence[float], gap: float) -> list[int]:
    """Return a lane (1 is next to the axis) for each label, left edge at its `x`, so that no label meets a label or a leader.

    `xs` ascend. From right to left a label goes one lane above every later one whose leader falls inside it.
    """
    result = [1] * len(xs)
    for i in range(len(xs) - 1, -1, -1):
        inside = [result[j] for j in range(i + 1, len(xs)) if xs[j] < xs[i] + widths[i] + gap]
        result[i] = 1 + max(inside, default=0)
    return result
