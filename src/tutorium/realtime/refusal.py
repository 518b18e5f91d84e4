"""How a channel turns somebody away: from an error to a close code."""

from tutorium.errors import ForbiddenError, NotFoundError, NotSignedInError, RateLimitedError, TutoriumError, UnavailableError
from tutorium.sockets.close_codes import CloseCode

_CODES: tuple[tuple[type[TutoriumError], CloseCode], ...] = (
    (NotSignedInError, CloseCode.SIGN_IN),
    (ForbiddenError, CloseCode.FORBIDDEN),
    (NotFoundError, CloseCode.NOT_FOUND),
    (RateLimitedError, CloseCode.RATE_LIMITED),
    (UnavailableError, CloseCode.TRY_AGAIN_LATER),
)


def close_code_of(error: TutoriumError) -> CloseCode:
    """Return the close code that tells the client what to do about `error`."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), CloseCode.INTERNAL_ERROR)


def close_reason_of(error: TutoriumError) -> str:
    """Return the error's stable code: short, and it gives no detail away."""
    return error.code
