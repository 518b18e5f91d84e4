"""The keys that sign access tokens and refresh tokens: made once, kept in a file only the owner may read.

The file is outside the database, so that a copy of the database lets nobody sign in.
Several processes of one installation must use the same file.
"""

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from jwt.exceptions import InvalidKeyError

REFRESH_SECRET_BYTES = 32
OWNER_ONLY = 0o600


class SigningKeysError(Exception):
    """The file of signing keys cannot be read. Restore it, or remove it: everybody then has to sign in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key pair on P-256. `key_id` is the RFC 7638 thumbprint of its public half."""

    key_id: str
    private: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> ec.EllipticCurvePublicKey:
        """The half that verifies."""
        return self.private.public_key()

    def public_jwk(self) -> dict[str, str]:
        """Return the public half as it stands in a JWK set."""
        return {**_to_jwk(self.public), "kid": self.key_id, "alg": "ES256", "use": "sig"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeys:
    """`keys[0]` signs, all verify: a new key is put in front and the old one kept until its tokens have expired."""

    keys: tuple[SigningKey, ...]
    refresh_secret: bytes

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the public JWK set that `/.well-known/jwks.json` serves."""
        return {"keys": [key.public_jwk() for key in self.keys]}


class _KeptKeys(msgspec.Struct, kw_only=True):
    keys: list[dict[str, Any]]
    refresh_secret: bytes


def generate_signing_keys() -> SigningKeys:
    """Return a fresh pair and a fresh refresh secret, from the operating system's randomness."""
    private = ec.generate_private_key(ec.SECP256R1())
    return SigningKeys(keys=(_signing_key(private),), refresh_secret=secrets.token_bytes(REFRESH_SECRET_BYTES))


def open_signing_keys(path: Path) -> SigningKeys:
    """Return the keys kept in `path`; make and keep new ones (readable by the owner only) when there is no file.

    Two processes that start together end up with the same keys. Raises SigningKeysError.
    """
    try:
        if not path.exists():
            _keep(path, generate_signing_keys())
        kept = msgspec.json.decode(path.read_bytes(), type=_KeptKeys)
        keys = tuple(_signing_key(_from_jwk(jwk)) for jwk in kept.keys)
    except (msgspec.MsgspecError, InvalidKeyError, ValueError) as error:
        raise SigningKeysError(f"{SigningKeysError.__doc__} ({path})") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise SigningKeysError(
            f"The file of signing keys {path} cannot be read or made ({reason}). Check its place."
        ) from error
    if not keys or len(kept.refresh_secret) < REFRESH_SECRET_BYTES:
        raise SigningKeysError(f"{SigningKeysError.__doc__} ({path})")
    return SigningKeys(keys=keys, refresh_secret=kept.refresh_secret)


def _keep(path: Path, fresh: SigningKeys) -> None:
    kept = _KeptKeys(keys=[_to_jwk(key.private) for key in fresh.keys], refresh_secret=fresh.refresh_secret)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return  # another process was first: its keys are the keys
    finally:
        draft.unlink()


def _signing_key(private: ec.EllipticCurvePrivateKey) -> SigningKey:
    jwk = _to_jwk(private.public_key())
    canonical = msgspec.json.encode({name: jwk[name] for name in ("crv", "kty", "x", "y")})
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()
    return SigningKey(key_id=thumbprint, private=private)


def _to_jwk(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> dict[str, str]:
    return dict(ECAlgorithm.to_jwk(key, as_dict=True))


def _from_jwk(jwk: dict[str, Any]) -> ec.EllipticCurvePrivateKey:
    key = ECAlgorithm.from_jwk(jwk)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("a public key cannot sign")
    return key
