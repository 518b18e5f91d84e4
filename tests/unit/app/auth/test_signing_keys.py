"""Keys on disk."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tutorium.app.auth.signing_keys import SigningKeysError, open_signing_keys


def test_keys_are_made_once_and_only_the_owner_may_read_them(tmp_path: Path) -> None:
    """A second start uses the same keys."""
    path = tmp_path / "signing-keys.json"
    first, second = open_signing_keys(path), open_signing_keys(path)
    assert first.jwks() == second.jwks()
    assert first.refresh_secret == second.refresh_secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["signing-keys.json"]


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    """Whoever is first to keep its keys wins; the others take them."""
    path = tmp_path / "signing-keys.json"
    with ThreadPoolExecutor(8) as pool:
        ids = {keys.keys[0].key_id for keys in pool.map(lambda _: open_signing_keys(path), range(8))}
    assert len(ids) == 1


@pytest.mark.parametrize(
    "content", ["", "{}", '{"keys":[],"refresh_secret":"AAAA"}', '{"keys":[{"kty":"EC"}],"refresh_secret":"AAAA"}']
)
def test_a_damaged_file_is_named_and_not_overwritten(tmp_path: Path, content: str) -> None:
    """The message says which file; the file stays for its owner to restore."""
    path = tmp_path / "signing-keys.json"
    path.write_text(content)
    with pytest.raises(SigningKeysError, match=r"signing-keys\.json"):
        open_signing_keys(path)
    assert path.read_text() == content
