"""Upload addresses that need no look-up: what may be uploaded is signed into the address itself."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import msgspec

from tutorium.engine.errors import UploadRefusedError

TOKEN_SECONDS: Final = 3_600
"""How long an upload address is good, as the protocol's reference has it."""


class UploadGrant(msgspec.Struct, frozen=True, array_like=True):
    """What a token allows: one file of at most `max_bytes` for `owner` (None: nobody's), until `expires_at` (s since 1970)."""

    nonce: str
    max_bytes: int
    owner: str | None
    expires_at: float


class UploadTokens:
    """Signs and reads upload tokens (HMAC-SHA-256)."""

    def __init__(self, key: bytes) -> None:
        """Use a secret of at least 32 bytes that all processes of the deployment share."""
        self._key = key

    def sign(self, grant: UploadGrant) -> str:
        """Return the token of a grant."""
        body = msgspec.json.encode(grant)
        return (urlsafe_b64encode(body) + b"." + urlsafe_b64encode(self._mac(body))).decode().replace("=", "")

    def read(self, token: str, now: float) -> UploadGrant:
        """Return what a token allows. Raises UploadRefusedError when it was not signed here or is too old."""
        head, _, tail = token.partition(".")
        try:
            body, mac = _unpad(head), _unpad(tail)
            if not hmac.compare_digest(mac, self._mac(body)):
                raise UploadRefusedError
            grant = msgspec.json.decode(body, type=UploadGrant)
        except (ValueError, msgspec.MsgspecError) as error:
            raise UploadRefusedError from error
        if grant.expires_at < now:
            raise UploadRefusedError("This upload address is too old. Ask for a new one.")
        return grant

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, b"upload:" + body, "sha256")


def _unpad(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
