"""Close codes, and what each tells the client to do.

1000-1015 are RFC 6455's; 44xx are ours and mirror the HTTP status they resemble.
"""

from enum import IntEnum


class CloseCode(IntEnum):
    """Why a connection ended. Clients of the boards stop reconnecting on 44xx; all others are worth another try."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    ABNORMAL = 1006
    INVALID_TEXT = 1007
    POLICY_VIOLATION = 1008
    MESSAGE_TOO_BIG = 1009
    INTERNAL_ERROR = 1011
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    SIGN_IN = 4401
    FORBIDDEN = 4403
    NOT_FOUND = 4404
    OLD_EPOCH = 4409
    RATE_LIMITED = 4429
