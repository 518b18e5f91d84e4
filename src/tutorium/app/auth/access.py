"""Who may call: the guards that other features build on."""

from collections.abc import Mapping
from typing import Any, cast

from tutorium.app.auth.tables import User
from tutorium.engine import ActionContext, Guard, GuardContext, Id, MutationContext, QueryContext
from tutorium.errors import ForbiddenError, NotSignedInError


async def current_user(ctx: GuardContext | QueryContext | MutationContext | ActionContext) -> Id[User]:
    """Return the caller's user id. Raises NotSignedInError."""
    identity = await ctx.auth.identity()
    if identity is None:
        raise NotSignedInError
    return cast("Id[User]", identity.subject)


async def _is_signed_in(ctx: GuardContext, _args: Mapping[str, Any]) -> None:
    await account_of(ctx)


async def _is_admin(ctx: GuardContext, _args: Mapping[str, Any]) -> None:
    if not (await account_of(ctx)).admin:
        raise ForbiddenError("Only an administrator of this server may do this.")


async def account_of(ctx: GuardContext) -> User:
    """Return the caller's row. Raises NotSignedInError, also for a valid token whose account is gone."""
    user = await ctx.db.get(await current_user(ctx))
    if user is None:
        raise NotSignedInError("This account is no longer here. Sign in again.")
    return user


signed_in = Guard(describe="anyone signed in, guests included", check=_is_signed_in)
"""Admits every account, guests included."""

admin = Guard(describe="administrators", check=_is_admin)
"""Admits administrators. The first account of an installation is one."""
