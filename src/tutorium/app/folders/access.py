"""Who may do what with a folder: its owner everything, nobody else anything."""

from collections.abc import Mapping
from typing import Any

from tutorium.app.auth import User, current_user
from tutorium.app.folders.tables import Folder
from tutorium.engine import Guard, GuardContext, Id
from tutorium.errors import NotFoundError


def folder_owner(arg: str = "folder", *, removed: bool = False) -> Guard:
    """Return a guard that admits the owner of the folder in argument `arg`; to all others the folder does not exist.

    With `removed` it admits to a folder that was removed and may be restored; otherwise such a folder does not exist.
    """

    async def check(ctx: GuardContext, args: Mapping[str, Any]) -> None:
        await owned_folder(ctx, args[arg], await current_user(ctx), removed=removed)

    return Guard(describe="owner of the folder", check=check)


async def owned_folder(ctx: GuardContext, folder: Id[Folder], user: Id[User], *, removed: bool = False) -> Folder:
    """Return the folder if `user` owns it. Raises NotFoundError."""
    row = await ctx.db.get(folder)
    if row is None or row.owner != user or (row.removed_at is not None) != removed:
        raise NotFoundError
    return row
