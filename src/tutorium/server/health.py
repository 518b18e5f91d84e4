"""Is the process alive, and should it be given work: `/healthz`, `/readyz`, `/metrics`."""

from collections.abc import Awaitable, Callable
from typing import Literal

import structlog
from fastapi import APIRouter, Response
from pydantic import BaseModel

from tutorium.errors import TutoriumError
from tutorium.server import metrics

log = structlog.get_logger()


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Whether new work should be sent here, and what each part says ("ok", or why not)."""

    status: Literal["ready", "draining", "failing"]
    parts: dict[str, str]


class Readiness:
    """What readiness depends on. Draining is final: the process is about to end."""

    def __init__(self) -> None:
        """Begin without parts, which is ready."""
        self._checks: dict[str, Callable[[], Awaitable[None]]] = {}
        self.is_draining = False

    def add(self, part: str, check: Callable[[], Awaitable[None]]) -> None:
        """Depend on `check`, which raises a TutoriumError while `part` cannot work."""
        self._checks[part] = check

    def drain(self) -> None:
        """Ask to be given no more work."""
        self.is_draining = True

    async def ask(self) -> Ready:
        """Run all checks."""
        parts: dict[str, str] = {}
        for part, check in self._checks.items():
            try:
                await check()
            except TutoriumError as error:
                log.warning("a part is not ready", part=part, code=error.code)
                parts[part] = error.code
            else:
                parts[part] = "ok"
        if self.is_draining:
            return Ready(status="draining", parts=parts)
        return Ready(status="ready" if set(parts.values()) <= {"ok"} else "failing", parts=parts)


def health_routes(readiness: Readiness) -> APIRouter:
    """Return the three routes that machines ask."""
    router = APIRouter(tags=["operating"])

    @router.get("/healthz")
    async def healthz() -> Health:
        """Say that the process answers."""
        return Health()

    @router.get("/readyz", responses={503: {"model": Ready}})
    async def readyz(response: Response) -> Ready:
        """Say whether new work should be sent here."""
        ready = await readiness.ask()
        response.status_code = 200 if ready.status == "ready" else 503
        response.headers["Cache-Control"] = "no-store"
        return ready

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def prometheus() -> Response:
        """Return all metrics in Prometheus' text format."""
        body, content_type = metrics.exposition()
        return Response(body, media_type=content_type)

    return router
