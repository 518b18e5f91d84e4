"""`_cron_jobs`: when each recurring call is next due."""

from tutorium.engine.database import Row


class CronJob(Row, table="_cron_jobs", number=5, indexes={"by_name": ("name",)}):
    """One cron. `job` is the id of its newest scheduled call; while that is not over, due times are skipped."""

    name: str
    next_run: float
    job: str | None = None
