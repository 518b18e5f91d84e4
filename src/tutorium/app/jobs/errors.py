"""What can go wrong with jobs."""

from tutorium.errors import ConflictError


class JobIsOverError(ConflictError):
    """This job has ended already."""

    code = "job_is_over"


class JobIsNotOverError(ConflictError):
    """Only a job that failed or was cancelled can be made once more."""

    code = "job_is_not_over"
