"""What happens when a session ends: a step from each feature above that cares, in the transaction that ends it.

A feature adds its step when it is imported (`@when_ended`), so nothing here knows what it is.
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from tutorium.app.sessions.tables import Session
from tutorium.engine import Id, MutationContext

EndStep: TypeAlias = Callable[[MutationContext, Id[Session]], Awaitable[None]]

_steps: dict[str, EndStep] = {}


def when_ended(step: EndStep) -> EndStep:
    """Have `step` run whenever a session ends (a decorator). Adding it twice changes nothing."""
    _steps[f"{step.__module__}.{step.__qualname__}"] = step
    return step


async def run_end_steps(ctx: MutationContext, session: Id[Session]) -> None:
    """Run every step for a session that ends, in the order of their names."""
    for _, step in sorted(_steps.items()):
        await step(ctx, session)
