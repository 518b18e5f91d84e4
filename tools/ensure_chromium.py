"""Make sure that the browser tests find a Chromium: take the one there is, install Debian's when root, else say what to do."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> int:
    """Return 0 when there is a Chromium."""
    if any(shutil.which(name) for name in NAMES):
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("installing Chromium for the browser tests …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=True)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return 0
    print("The browser tests need Chromium. Install it (Debian, Ubuntu: sudo apt install chromium) and run this again.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
