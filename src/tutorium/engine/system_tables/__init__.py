"""Rows that the engine itself owns: scheduled functions, cron jobs, files, answered mutations. Reactive like all others."""

from tutorium.engine.system_tables.cron_jobs import CronJob
from tutorium.engine.system_tables.files import StoredFile
from tutorium.engine.system_tables.mutation_requests import REQUEST_RETENTION_SECONDS, MutationRequest, request_key
from tutorium.engine.system_tables.scheduled_functions import JobState, ScheduledFunction

SYSTEM_TABLES = (ScheduledFunction, StoredFile, CronJob, MutationRequest)
"""Every table of the engine's own, in the order of their numbers."""

__all__ = [
    "REQUEST_RETENTION_SECONDS",
    "SYSTEM_TABLES",
    "CronJob",
    "JobState",
    "MutationRequest",
    "ScheduledFunction",
    "StoredFile",
    "request_key",
]
