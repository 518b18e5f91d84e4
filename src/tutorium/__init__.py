"""Tutorium: an AI tutor that teaches from your documents on a whiteboard you share.

The parts, from the ground up (imports go down only): `errors`, `runtime`, `sockets` (one connection layer),
`engine` (a reactive backend that knows nothing of tutoring), `realtime` (live boards and lesson streams),
`llm` (language models), `app` (the tutor), `server` (the wiring and the command line).
"""

from importlib.metadata import version

__version__ = version("tutorium")
__all__ = ["__version__"]
