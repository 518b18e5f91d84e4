"""What can go wrong with boards beyond access."""

from tutorium.errors import ConflictError, TooLargeError


class TooManySnapshotsError(ConflictError):
    """This board has as many snapshots as it can keep. Remove one first."""

    code = "too_many_snapshots"


class SnapshotTooLargeError(TooLargeError):
    """This board is too large for a snapshot. Clear a part of it first."""

    code = "snapshot_too_large"
