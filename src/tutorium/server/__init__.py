"""The wiring: settings, logs, routes, the parts chosen and introduced to each other, the command line.

The only package that reads the environment, opens what lives outside the process, and knows every other package.
It decides nothing about teaching, data or protocols.
"""

import time

PROCESS_STARTED = time.monotonic()
"""Taken before anything heavy is imported: how long a start took is what the person at the terminal waits."""

__all__ = ["PROCESS_STARTED"]
