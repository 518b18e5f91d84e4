"""Password hashes."""

import pytest

from tutorium.app.auth.passwords import HashCost, Passwords

pytestmark = pytest.mark.anyio

CHEAP = HashCost(passes=1, memory_kib=64)


async def test_a_password_verifies_against_its_own_hash_only() -> None:
    """The right password is right, another is not."""
    passwords = Passwords(CHEAP)
    stored = await passwords.hash("correct horse")
    assert await passwords.verify(stored, "correct horse")
    assert not await passwords.verify(stored, "correct house")


async def test_hashes_are_argon2id_and_salted() -> None:
    """Two hashes of one password differ."""
    passwords = Passwords(CHEAP)
    first, second = await passwords.hash("correct horse"), await passwords.hash("correct horse")
    assert first.startswith("$argon2id$")
    assert first != second


async def test_nothing_is_right_without_a_stored_hash() -> None:
    """An unknown account never lets anybody in, whatever the decoy hash is of."""
    assert not await Passwords(CHEAP).verify(None, "no account has this hash")


async def test_a_damaged_hash_lets_nobody_in() -> None:
    """A stored value that is no hash is like a wrong password."""
    assert not await Passwords(CHEAP).verify("no hash", "correct horse")


async def test_a_hash_made_at_another_cost_is_outdated() -> None:
    """Old costs are noticed and still verify."""
    old = await Passwords(CHEAP).hash("correct horse")
    dearer = Passwords(HashCost(passes=2, memory_kib=64))
    assert dearer.is_outdated(old)
    assert not Passwords(CHEAP).is_outdated(old)
    assert await dearer.verify(old, "correct horse")
