"""What can go wrong with boards beyond access."""

from tutorium.errors import BadRequestError, ConflictError, TooLargeError


class TooManySnapshotsError(ConflictError):
    """This board has as many snapshots as it can keep. Remove one first."""

    code = "too_many_snapshots"


class SnapshotTooLargeError(TooLargeError):
    """This board is too large for a snapshot. Clear a part of it first."""

    code = "snapshot_too_large"


class ImageRefusedError(BadRequestError):
    """This image cannot be put on a board. Save it as PNG or JPEG and try again."""

    code = "image_refused"


class TooManyImagesError(ConflictError):
    """This board has as many images as it can keep. Start a new session for more."""

    code = "too_many_images"
