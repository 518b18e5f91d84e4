"""The root of every error Tutorium raises.

The tree below this root, one branch for each package's `errors.py`::

    TutoriumError                internal
    ├── BadRequestError          bad_request        what was sent cannot be understood or breaks a limit
    ├── NotSignedInError         not_signed_in      no valid token came with the request
    ├── ForbiddenError           forbidden          signed in, but not allowed
    ├── NotFoundError            not_found          it does not exist, or the caller may not know that it does
    ├── ConflictError            conflict           somebody else changed it first
    ├── TooLargeError            too_large          over a size limit
    ├── RateLimitedError         rate_limited       too many requests from one caller
    └── UnavailableError         unavailable        a part that is needed is not there right now; try again

A class docstring is the default message: a sentence a person can act on. `code` is stable: tests, metrics and clients
rely on it.
An expected outcome (a wrong answer, a spent budget) is a return value, never an exception.
"""

import inspect
from typing import ClassVar


class TutoriumError(Exception):
    """Something went wrong on our side. Try again; if it stays, tell the operator the request id."""

    code: ClassVar[str] = "internal"
    http_status: ClassVar[int] = 500

    def __init__(self, message: str | None = None, **data: object) -> None:
        """Keep `message` (default: the class docstring) and `data`, JSON values that name what the error is about."""
        self.message = message if message is not None else inspect.cleandoc(type(self).__doc__ or self.code)
        self.data = data
        super().__init__(self.message)


class BadRequestError(TutoriumError):
    """The request cannot be understood. Check it against the reference and send it again."""

    code = "bad_request"
    http_status = 400


class NotSignedInError(TutoriumError):
    """Sign in first: the request carried no valid access token."""

    code = "not_signed_in"
    http_status = 401


class ForbiddenError(TutoriumError):
    """Your account may not do this. Ask the owner for access."""

    code = "forbidden"
    http_status = 403


class NotFoundError(TutoriumError):
    """There is nothing here that you may see. It may have been removed, or never shared with you."""

    code = "not_found"
    http_status = 404


class ConflictError(TutoriumError):
    """Somebody changed this at the same moment. Load it again and repeat your change."""

    code = "conflict"
    http_status = 409


class TooLargeError(TutoriumError):
    """This is larger than the server accepts. Make it smaller or split it."""

    code = "too_large"
    http_status = 413


class RateLimitedError(TutoriumError):
    """Too many requests in a short time. Wait a moment and try again."""

    code = "rate_limited"
    http_status = 429


class UnavailableError(TutoriumError):
    """A part that this needs is not available right now. Try again in a moment."""

    code = "unavailable"
    http_status = 503
