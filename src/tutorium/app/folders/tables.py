"""Where a learner keeps what belongs together."""

from typing import Annotated

from msgspec import Meta

from tutorium.app.auth import User
from tutorium.engine import Id, Row

MAX_NAME_CHARS = 120
"""Fits one line of the folder list on a wide screen."""

FolderName = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARS)]


class Folder(Row, table="folders", indexes={"by_owner": ("owner",), "by_removal": ("removed_at",)}):
    """A folder of documents and of the sessions that teach from them. A session teaches from all documents of its folder.

    `documents` and `sessions` count what is in it and not removed; those features keep them with `adjust_counts`, in the
    transaction of the change. `removed_at` (ms since 1970) is set while the folder can still be restored.
    """

    owner: Id[User]
    name: str
    documents: int = 0
    sessions: int = 0
    removed_at: float | None = None
