"""What can go wrong when somebody signs in; each is told to the client as `{code, message}`."""

from tutorium.errors import BadRequestError, ConflictError, ForbiddenError, NotSignedInError


class InvalidCredentialsError(NotSignedInError):
    """The email or the password is wrong."""

    code = "invalid_credentials"


class RefreshTokenInvalidError(NotSignedInError):
    """This sign-in has ended. Sign in again."""

    code = "refresh_token_invalid"


class TokenExpiredError(NotSignedInError):
    """The access token has expired. Refresh it and try again."""

    code = "token_expired"


class EmailTakenError(ConflictError):
    """There is an account with this email already. Sign in instead."""

    code = "email_taken"


class SignUpClosedError(ForbiddenError):
    """This server does not take new accounts. Ask its operator for one."""

    code = "sign_up_closed"


class GuestsNotAllowedError(ForbiddenError):
    """This server does not admit guests. Sign in or create an account."""

    code = "guests_not_allowed"


class InvalidEmailError(BadRequestError):
    """This is not an email address."""

    code = "invalid_email"


class InvalidPasswordError(BadRequestError):
    """A password has 8 to 256 characters."""

    code = "invalid_password"


class InvalidNameError(BadRequestError):
    """A name has 1 to 80 characters, and something one can see."""

    code = "invalid_name"
