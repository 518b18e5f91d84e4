"""The HTTP application: routes, error answers, the page, and the door in front of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.types import ASGIApp

from tutorium import __version__
from tutorium.app.auth import RateLimit
from tutorium.app.auth.routes import auth_routes
from tutorium.app.boards.images import BoardImages
from tutorium.app.boards.routes import board_routes
from tutorium.engine import Engine
from tutorium.engine.sync import http_routes
from tutorium.server.composition import Parts
from tutorium.server.door import Door
from tutorium.server.error_answers import install_error_answers
from tutorium.server.health import Readiness, health_routes
from tutorium.server.origins import AuthOrigins
from tutorium.server.page import Page, PageRoute
from tutorium.server.surface import Surface, describe_surface, surface_page

UPLOAD_PATH = "/api/storage/upload"
"""Uploads are limited by what their address allows, while they stream in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What answers HTTP. `asgi` is the whole, door included; `surface` says what can be called."""

    asgi: ASGIApp
    surface: Surface
    readiness: Readiness
    page: Page


def build_application(parts: Parts, page: Page | None = None) -> Application:
    """Put the application together. Opens nothing and starts nothing."""
    settings = parts.settings
    served = page or Page()
    readiness = Readiness()
    readiness.add("database", _database_check(parts.engine))
    app = FastAPI(title="Tutorium", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    install_error_answers(app)
    engine = parts.engine
    routers = (
        health_routes(readiness),
        auth_routes(parts.accounts),
        board_routes(BoardImages(engine), engine.authenticator),
    )
    for router in routers:
        app.include_router(router)

    app.router.routes.extend(
        http_routes(calls=engine.calls, files=engine.files, authenticator=engine.authenticator, version=__version__)
    )

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(surface_page(surface, __version__))

    async def page_or_file(request: Request) -> Response:
        return served.answer(request)

    app.router.routes.append(PageRoute("/{path:path}", page_or_file, methods=["GET"], include_in_schema=False))

    # an application keeps included routers whole, so their routes are asked of them
    routes = [*app.routes, *(route for router in routers for route in router.routes)]
    surface = describe_surface(engine.registry, routes, parts.sockets.routes)
    door = Door(
        AuthOrigins(app, settings.allowed_origins),
        runtime=parts.runtime,
        limit=RateLimit(settings.requests_per_address, parts.runtime),
        max_body_bytes=settings.max_body_bytes,
        routes=routes,
        unlimited_bodies=[UPLOAD_PATH],
    )
    return Application(asgi=door, surface=surface, readiness=readiness, page=served)


def _database_check(engine: Engine) -> Callable[[], Awaitable[None]]:
    async def check() -> None:
        failure = engine.database.committer.failure
        if failure is not None:
            raise failure
        engine.calls.newest_ts()

    return check
