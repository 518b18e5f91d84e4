"""Which client is speaking, and what it understands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import total_ordering
from typing import Final

_SEMVER: Final = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_HEADER: Final = re.compile(rf"(?P<name>.+?)-(?P<version>{_SEMVER.pattern})")

NPM: Final = "npm"


@total_ordering
@dataclass(frozen=True, slots=True)
class Release:
    """A version number; a pre-release comes before its release."""

    major: int
    minor: int
    patch: int
    is_final: bool = True

    def __lt__(self, other: "Release") -> bool:
        """Order by number."""
        return (self.major, self.minor, self.patch, self.is_final) < (other.major, other.minor, other.patch, other.is_final)


@dataclass(frozen=True, slots=True)
class ClientVersion:
    """Name and release of a client library; the release is None when it said nothing readable."""

    name: str
    release: Release | None

    @property
    def takes_chunks(self) -> bool:
        """True when large Transitions may be cut into pieces: only the npm package since 1.28 can join them."""
        return self.name == NPM and self.release is not None and self.release >= Release(1, 28, 0)

    @property
    def default_format(self) -> str:
        """The form of values in HTTP answers when the request names none: old clients expect the encoded one."""
        last_encoded = {NPM: Release(1, 4, 1), "python": Release(0, 5, 0)}.get(self.name)
        is_old = last_encoded is not None and self.release is not None and self.release <= last_encoded
        return "convex_encoded_json" if is_old else "json"


def client_version(headers: Mapping[str, str], path_version: str | None = None) -> ClientVersion:
    """Return who speaks: `Convex-Client: <name>-<version>`, else the version in the socket's path, which npm puts there."""
    match = _HEADER.fullmatch(headers.get("convex-client", ""))
    if match is not None:
        return ClientVersion(match["name"], _release(match["version"]))
    return ClientVersion(NPM, _release(path_version)) if path_version is not None else ClientVersion("unknown", None)


def _release(text: str) -> Release | None:
    match = _SEMVER.fullmatch(text)
    if match is None:
        return None
    return Release(int(match[1]), int(match[2]), int(match[3]), is_final=match[4] is None)
