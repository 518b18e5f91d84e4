"""`_mutation_requests`: which mutations of which client session were done, and what they answered (E18)."""

import hashlib
from typing import Final

from tutorium.engine.database import Row
from tutorium.engine.values import row_key

REQUEST_RETENTION_SECONDS: Final = 14 * 86_400
"""How long an answer is remembered, as the protocol's reference has it: clients re-send after outages, not after weeks."""

_NUMBER: Final = 6


class MutationRequest(Row, table="_mutation_requests", number=_NUMBER):
    """The answer of one mutation, found by a key made of session and request."""

    value: str
    log_lines: tuple[str, ...] = ()


def request_key(session: str, request: int) -> bytes:
    """Return the row key under which the answer to a client's request is kept: derived, so that no index is needed."""
    digest = hashlib.blake2b(f"{session}\x00{request}".encode(), digest_size=16).digest()
    return row_key(_NUMBER, digest)
