"""`_scheduled_functions`: calls that are to be made, are being made, or were made."""

from typing import Literal, TypeAlias

from tutorium.engine.database import Row

JobState: TypeAlias = Literal["pending", "inProgress", "success", "failed", "canceled"]


class ScheduledFunction(
    Row,
    table="_scheduled_functions",
    number=3,
    indexes={"by_state": ("state", "scheduled_time"), "by_completed": ("completed_time",), "by_name": ("name",)},
):
    """One call. `pending → inProgress → success | failed`, a mutation straight from `pending`; `pending → canceled`.

    `args` is the JSON object of the arguments. Times are milliseconds since 1970. A running action carries its owner's lease
    (E15): only the owner finishes it, anybody may fail it once `lease_until` has passed.
    """

    name: str
    args: str
    scheduled_time: float
    state: JobState = "pending"
    completed_time: float | None = None
    error: str | None = None
    attempt: int = 1
    lease_owner: str | None = None
    lease_until: float | None = None
    cron: str | None = None
