"""Run benchmarks: `python -m benchmarks [name …]`. Exit code 1 when a bar is missed, 2 when a name is unknown."""

import sys
from collections.abc import Sequence

from benchmarks import commits, first_drawing, mutations, reading, start
from benchmarks.report import Result, circumstances, markdown_of, write

BENCHMARKS = {one.name: one for one in (module.BENCHMARK for module in (start, first_drawing, reading, mutations, commits))}


def main(names: Sequence[str]) -> int:
    """Run the named benchmarks, or all; print each result and keep it."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    are_met = True
    for name in names or BENCHMARKS:
        benchmark = BENCHMARKS[name]
        around = circumstances()
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        result = Result(benchmark, benchmark.run())
        write(result, around)
        print(markdown_of(result, around), flush=True)
        are_met = are_met and all(case.bar is None or case.bar.is_met(case.ours.median) for case in result.cases)
    return 0 if are_met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
