"""Work in the background: scheduled functions, crons, and letting go of old history."""

from tutorium.engine.workers.settings import WorkerSettings
from tutorium.engine.workers.workers import Workers

__all__ = ["WorkerSettings", "Workers"]
