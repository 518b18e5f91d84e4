"""What a benchmark is, and what it returns."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Series:
    """The measured values of one thing, all in the case's unit."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> "Series":
        """Keep at least one value."""
        if not values:
            raise ValueError("a series needs a value")
        return cls(tuple(values))

    @property
    def median(self) -> float:
        """Return the middle value."""
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """Return the value that 95 % do not exceed: a measured one, never one between two."""
        ordered = sorted(self.values)
        return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a median must reach."""

    at_most: float | None = None
    at_least: float | None = None

    def is_met(self, value: float) -> bool:
        """Return whether a value is within the bar."""
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)

    def __str__(self) -> str:
        """Return the bar as a person writes it."""
        return f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line of a result: a load, its figures, and those of the baseline."""

    name: str
    unit: str
    ours: Series
    baseline: Series
    bar: Bar | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """Return our median by the baseline's."""
        return self.ours.median / self.baseline.median


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A question that a measurement answers."""

    name: str
    question: str
    load: str
    baseline: str
    run: Callable[[], list[Case]]


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def repeat(times: int, work: Callable[[], float], *, warm_up: int = 1) -> Series:
    """Return what `work` measures in each of some rounds, after rounds that do not count."""
    for _ in range(warm_up):
        work()
    return Series.of([work() for _ in range(times)])
