"""What one call of a function came to, in the form in which a client is told.

The wire protocols (WebSocket and HTTP) are written on these types alone: they never see a Python value.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

FunctionKind: TypeAlias = Literal["query", "mutation", "action"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is calling, as told by a verified token.

    `token_identifier` is `issuer|subject`, unique over all issuers; `claims` are the remaining claims of the token, and
    `expires_at` is the moment the token ends, in seconds since 1970 (None: never).
    """

    subject: str
    issuer: str
    token_identifier: str
    claims: tuple[tuple[str, str | float | bool | None], ...] = ()
    expires_at: float | None = None

    def claim(self, name: str) -> str | float | bool | None:
        """Return a claim by name, None when the token did not carry it."""
        return dict(self.claims).get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """On whose behalf, and through which address, a call is made.

    `origin` is scheme and host as the client named them; addresses of files in results begin with it.
    """

    identity: Identity | None = None
    origin: str | None = None


ANONYMOUS = Caller()


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """The function returned.

    `value_json` is the value as Convex-encoded JSON. `ts` is the snapshot's timestamp for a query, the commit's for a mutation
    (for a repeated mutation: a timestamp that is not before it), 0 for an action. `journal` is what the query wants to be given
    on its next run. `log_lines` have the form `[INFO] text`.
    """

    value_json: bytes
    ts: int
    journal: str | None = None
    log_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The function, its guard or its validation refused.

    `message` is the text for `errorMessage`, with the request id; `data_json` is `errorData` (None: the field must be absent).
    `code` is the stable code of the error for metrics and HTTP status, "internal" for anything unforeseen.
    """

    message: str
    code: str
    data_json: bytes | None = None
    journal: str | None = None
    ts: int = 0
    log_lines: tuple[str, ...] = ()


Outcome: TypeAlias = Success | Failure


def is_same_result(one: Outcome, other: Outcome) -> bool:
    """Tell whether a client that was told `one` need not be told `other`: equal value or error, and equal log lines.

    The request id inside an error message does not count.
    """
    if one is other:
        return True
    match one, other:
        case Success(), Success():
            return one.value_json == other.value_json and one.log_lines == other.log_lines
        case Failure(), Failure():
            return (
                one.data_json == other.data_json
                and one.log_lines == other.log_lines
                and _without_request_id(one.message) == _without_request_id(other.message)
            )
        case _:
            return False


def _without_request_id(message: str) -> str:
    return message.partition("] ")[2] if message.startswith("[Request ID: ") else message
