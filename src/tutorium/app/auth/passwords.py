"""Password hashes: argon2id, off the event loop, a few at a time."""

import asyncio
from dataclasses import dataclass
from functools import partial

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

MAX_AT_ONCE = 2
"""Hashes computed side by side. Each takes a core and its memory for some 70 ms; the rest wait in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashCost:
    """What one guess costs an attacker, and one sign-in costs us.

    The defaults lie above OWASP's floor for argon2id (19 MiB, 2 passes) and take about 70 ms of one core.
    """

    passes: int = 3
    memory_kib: int = 32 * 1024
    lanes: int = 1


class Passwords:
    """Hashes and checks passwords, `MAX_AT_ONCE` at a time, in threads.

    A check against no hash takes as long as one against a real hash, so that time does not tell which emails exist.
    """

    def __init__(self, cost: HashCost | None = None) -> None:
        """Use `cost` for new hashes; old hashes carry their own and still verify."""
        chosen = cost or HashCost()
        self._hasher = PasswordHasher(
            time_cost=chosen.passes, memory_cost=chosen.memory_kib, parallelism=chosen.lanes, type=Type.ID
        )
        self._slots = asyncio.Semaphore(MAX_AT_ONCE)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """Return a salted hash in PHC text form, safe to keep."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Return whether `password` made `stored`; None is never right, and takes as long."""
        async with self._slots:
            if stored is None and self._decoy is None:
                self._decoy = await asyncio.to_thread(self._hasher.hash, "no account has this hash")
            right = await asyncio.to_thread(partial(self._matches, stored or self._decoy or "", password))
        return right and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Return whether `stored` was made at another cost, so that it should be made anew at the next sign-in."""
        return self._hasher.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
