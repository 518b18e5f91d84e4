"""The HTTP application: routes, error answers, the page, and the door in front of them."""

from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse
from starlette.types import ASGIApp

from tutorium import __version__
from tutorium.app.auth import RateLimit
from tutorium.app.auth.routes import auth_routes
from tutorium.server.composition import Parts
from tutorium.server.door import Door
from tutorium.server.error_answers import install_error_answers
from tutorium.server.health import Readiness, health_routes
from tutorium.server.page import Page
from tutorium.server.surface import Surface, describe_surface, surface_page

CORS_MAX_AGE_SECONDS = 86_400


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
    app = FastAPI(title="Tutorium", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    install_error_answers(app)
    app.include_router(health_routes(readiness))
    app.include_router(auth_routes(parts.accounts))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(surface_page(surface, __version__))

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def page_or_file(request: Request) -> Response:
        return served.answer(request)

    surface = describe_surface(parts.engine.registry, app.routes, parts.sockets.routes)
    asgi: ASGIApp = app
    if settings.allowed_origins:
        asgi = CORSMiddleware(
            asgi,
            allow_origins=list(settings.allowed_origins),
            allow_credentials=True,
            allow_methods=["GET", "POST", "OPTIONS"],
            allow_headers=["Content-Type", "Authorization", "Convex-Client"],
            max_age=CORS_MAX_AGE_SECONDS,
        )
    door = Door(
        asgi,
        runtime=parts.runtime,
        limit=RateLimit(settings.requests_per_address, parts.runtime),
        max_body_bytes=settings.max_body_bytes,
    )
    return Application(asgi=door, surface=surface, readiness=readiness, page=served)
