"""Who may call a function. A guard is part of every declaration, so that nothing is public by accident."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tutorium.engine.database import DatabaseReader
from tutorium.engine.functions.auth import Auth


@dataclass(frozen=True, slots=True)
class GuardContext:
    """What a guard decides on: rows, the caller, the frozen time in milliseconds."""

    db: DatabaseReader
    auth: Auth
    now_ms: float


GuardCheck = Callable[[GuardContext, Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A rule of access. `check` gets the arguments under their Python names and raises a TutoriumError to refuse.

    `describe` completes "may be called by ..." in the list of functions.
    """

    describe: str
    check: GuardCheck | None
    is_internal: bool = False


public: Final = Guard(describe="anyone", check=None)
internal: Final = Guard(describe="the server itself", check=None, is_internal=True)
