"""How the background work of an engine is paced."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """Limits and intervals, in seconds where nothing else is said.

    `log_retention`: how far back reads at an earlier timestamp reach; at least 30, since clients keep a timestamp that long.
    `lease`: how long another process waits before it takes a silent owner of a running action for dead.
    `drain`: how long running jobs are given to end when the engine closes.
    """

    max_running_jobs: int = 64
    log_retention: float = 60.0
    prune_every: float = 30.0
    job_retention: float = 7 * 86_400.0
    sweep_files_every: float = 600.0
    sweep_files_older_than: float = 3_600.0
    lease: float = 60.0
    drain: float = 10.0

    def __post_init__(self) -> None:
        """Refuse a retention that would break clients."""
        if self.log_retention < 30:
            raise ValueError("log_retention must be at least 30 seconds.")
