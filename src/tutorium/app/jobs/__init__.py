"""The job queue as administrators see it. The queue itself is the engine's scheduled functions."""

from tutorium.app.jobs.functions import JobView, functions

tables = ()
crons = ()

__all__ = ["JobView", "crons", "functions", "tables"]
