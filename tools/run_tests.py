"""Run every test with coverage: first those that share the machine well, then the browser alone, then the report.

Extra arguments go to pytest in place of the whole suite, without the coverage bar.
"""

import subprocess
import sys

PYTHON = sys.executable
PYTEST = ["-m", "pytest", "-q", "--durations=10"]


def run(*arguments: str) -> int:
    """Run a Python command and return its exit code."""
    return subprocess.run([PYTHON, *arguments], check=False).returncode


def main(arguments: list[str]) -> int:
    """Return 0 when every test passed and coverage is at its bar."""
    if arguments:
        return run(*PYTEST, *arguments)
    run("-m", "coverage", "erase")
    failed = run("-m", "coverage", "run", *PYTEST, "-n", "2", "--dist", "loadfile", "--ignore=tests/browser", "tests")
    failed = run("-m", "coverage", "run", *PYTEST, "tests/browser") or failed
    run("-m", "coverage", "combine", "-q")
    return failed or run("-m", "coverage", "report")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
