"""What can go wrong with folders."""

from tutorium.errors import BadRequestError, ConflictError


class TooManyFoldersError(ConflictError):
    """This account has as many folders as it may have. Remove one first."""

    code = "too_many_folders"


class BlankNameError(BadRequestError):
    """A name must have something one can see."""

    code = "blank_name"
