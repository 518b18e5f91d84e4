"""Results as Markdown for people and as JSON for programs."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measure import Benchmark, Case, Series

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Result:
    """A benchmark and what it found."""

    benchmark: Benchmark
    cases: Sequence[Case]


def circumstances() -> dict[str, str]:
    """Return when, of which commit and on what kind of machine the figures were measured."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _git("rev-parse", "--short", "HEAD") + (" with changes" if _git("status", "--porcelain", "src") else ""),
        "machine": f"{os.cpu_count()} cores, {_memory_gib()} GiB, {platform.machine()}, {platform.system()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load": f"{os.getloadavg()[0]:.1f} before it began",
    }


def markdown_of(result: Result, around: dict[str, str]) -> str:
    """Return a result as a page."""
    benchmark = result.benchmark
    lines = [
        f"# {benchmark.name}",
        "",
        f"{benchmark.question}",
        "",
        f"- Load: {benchmark.load}",
        f"- Baseline, in the same run: {benchmark.baseline}",
        f"- {around['date']}, commit {around['commit']}; {around['machine']}; {around['python']}; load {around['load']}",
        f"- Made by `python -m benchmarks {benchmark.name}`",
        "",
        "| case | unit | median | p95 | baseline median | baseline p95 | ratio | bar (median) |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    lines.extend(_row(case) for case in result.cases)
    notes = [f"- {case.name}: {case.note}" for case in result.cases if case.note]
    return "\n".join([*lines, *(["", *notes] if notes else []), ""])


def json_of(result: Result, around: dict[str, str]) -> dict[str, Any]:
    """Return a result with every measured value."""
    return {
        "name": result.benchmark.name,
        "question": result.benchmark.question,
        "load": result.benchmark.load,
        "baseline": result.benchmark.baseline,
        **around,
        "cases": [
            {
                "name": case.name,
                "unit": case.unit,
                "ours": _series(case.ours),
                "baseline": _series(case.baseline),
                "ratio": _rounded(case.ratio),
                "bar": str(case.bar) if case.bar else None,
                "barMet": case.bar.is_met(case.ours.median) if case.bar else None,
                "note": case.note,
            }
            for case in result.cases
        ],
    }


def write(result: Result, around: dict[str, str], folder: Path = RESULTS) -> None:
    """Put both forms into the folder of results."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{result.benchmark.name}.md").write_text(markdown_of(result, around), encoding="utf-8")
    text = json.dumps(json_of(result, around), indent=1, ensure_ascii=False) + "\n"
    (folder / f"{result.benchmark.name}.json").write_text(text, encoding="utf-8")


def _row(case: Case) -> str:
    figures = [case.ours.median, case.ours.p95, case.baseline.median, case.baseline.p95, case.ratio]
    bar = "" if case.bar is None else f"{case.bar} {'met' if case.bar.is_met(case.ours.median) else '**missed**'}"
    return f"| {case.name} | {case.unit} | " + " | ".join(_short(figure) for figure in figures) + f" | {bar} |"


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"


def _rounded(figure: float) -> float:
    return float(f"{figure:.5g}")


def _series(series: Series) -> dict[str, Any]:
    return {
        "median": _rounded(series.median),
        "p95": _rounded(series.p95),
        "count": len(series.values),
        "values": [_rounded(value) for value in series.values[:100]],
    }


def _git(*arguments: str) -> str:
    answer = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
