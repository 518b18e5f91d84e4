"""What can go wrong with documents before they are read. Why reading failed is an outcome, see `reading.failures`."""

from tutorium.errors import BadRequestError, ConflictError, NotFoundError, TooLargeError, UnavailableError


class UploadMissingError(NotFoundError):
    """There is no such uploaded file. Upload the file again, then add it."""

    code = "upload_missing"


class UploadUsedError(ConflictError):
    """This uploaded file is already a document. Upload it again to add it twice."""

    code = "upload_used"


class FileTooLargeError(TooLargeError):
    """The file is larger than 50 MiB. Make it smaller or split it."""

    code = "file_too_large"


class TooManyDocumentsError(ConflictError):
    """This folder has as many documents as it may have. Remove one, or use another folder."""

    code = "too_many_documents"


class NotBeingReadError(ConflictError):
    """This document is not being read, so there is nothing to stop."""

    code = "not_being_read"


class NotFailedError(ConflictError):
    """Only a document whose reading failed or was stopped can be read again."""

    code = "not_failed"


class NoSuchPageError(BadRequestError):
    """The document has no page of this number."""

    code = "no_such_page"


class NotReadyError(ConflictError):
    """The document is not read yet, or could not be read."""

    code = "not_ready"


class SampleMissingError(UnavailableError):
    """The sample document is not prepared yet. Try again in a moment."""

    code = "sample_missing"
