"""Everything that can be called from outside, and who may call it: for `tutorium functions`, for `/docs`, and for tests."""

from collections.abc import Iterable, Mapping
from html import escape

import msgspec
from starlette.routing import BaseRoute, Route

from tutorium.engine import Registry
from tutorium.sockets import SocketRoute

ROUTE_CALLERS: Mapping[str, str] = {
    "/healthz": "anyone",
    "/readyz": "anyone",
    "/metrics": "anyone",
    "/docs": "anyone",
    "/openapi.json": "anyone",
    "/.well-known/jwks.json": "anyone",
    "/auth/guest": "anyone, unless the operator closes it",
    "/auth/sign-up": "anyone, unless the operator closes it",
    "/auth/sign-in": "anyone with an account",
    "/auth/refresh": "the holder of a refresh token",
    "/auth/sign-out": "the holder of a token",
    "/auth/me": "anyone signed in",
    "/api/boards/{session}/files/{file_id}": "anyone in the session; editors and the owner may add",
    "/{path:path}": "anyone",
}
"""Who may call each HTTP route of the server itself; the engine's routes say it themselves."""

ENGINE_CALLER = "anyone; the function called decides"

SOCKET_CALLERS: Mapping[str, str] = {
    "/api/sync": "anyone; the functions called decide",
    "/api/{version}/sync": "anyone; the functions called decide",
    "/ws/board/{session}": "anyone in the session",
    "/ws/tutor/{session}": "anyone in the session; editors and the owner command",
}


class CalledFunction(msgspec.Struct, frozen=True, kw_only=True):
    """One public function."""

    path: str
    kind: str
    who: str
    about: str


class CalledRoute(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP route."""

    path: str
    methods: list[str]
    who: str


class CalledSocket(msgspec.Struct, frozen=True, kw_only=True):
    """One WebSocket route."""

    path: str
    who: str


class Surface(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    functions: list[CalledFunction]
    routes: list[CalledRoute]
    sockets: list[CalledSocket]


def describe_surface(registry: Registry, routes: Iterable[BaseRoute], sockets: Iterable[SocketRoute]) -> Surface:
    """Return what can be called, functions and routes in alphabetical order."""
    functions = [
        CalledFunction(path=one.path, kind=one.kind, who=one.guard.describe, about=_first_line(one.handler.__doc__))
        for one in registry.functions.values()
        if not one.is_internal
    ]
    called = [
        CalledRoute(path=route.path, methods=sorted(route.methods or ()), who=ROUTE_CALLERS.get(route.path, ENGINE_CALLER))
        for route in routes
        if isinstance(route, Route)
    ]
    return Surface(
        functions=sorted(functions, key=lambda one: one.path),
        routes=sorted(called, key=lambda one: (one.path, one.methods)),
        sockets=[CalledSocket(path=socket.pattern, who=SOCKET_CALLERS[socket.pattern]) for socket in sockets],
    )


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]


STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;"
    "border-bottom:1px solid #ddd}code{font-size:.95em}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#1a1a1a}td,th{border-color:#444}a{color:#9cf}}"
)


def surface_page(surface: Surface, version: str) -> str:
    """Return the reference as one HTML page that needs nothing from elsewhere."""
    functions = _table(("function", "kind", "who may call", ""), ((f.path, f.kind, f.who, f.about) for f in surface.functions))
    routes = _table(("route", "methods", "who may call"), ((r.path, " ".join(r.methods), r.who) for r in surface.routes))
    sockets = _table(("socket", "who may connect"), ((s.path, s.who) for s in surface.sockets))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Tutorium API</title><style>{STYLE}</style>'
        f"<h1>Tutorium {escape(version)}: API</h1>"
        '<p>The HTTP routes in machine-readable form: <a href="/openapi.json">openapi.json</a>. Functions are called with '
        "any Convex client, or as <code>POST /api/query</code>, <code>/api/mutation</code>, <code>/api/action</code> with "
        "<code>{path, args}</code>; the token from <code>/auth</code> goes into <code>Authorization: Bearer</code>.</p>"
        f"<h2>Functions</h2>{functions}<h2>HTTP routes</h2>{routes}<h2>WebSockets</h2>{sockets}</html>"
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{f'<code>{escape(c)}</code>' if n == 0 else escape(c)}</td>" for n, c in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f"<table><tr>{top}</tr>{body}</table>"
