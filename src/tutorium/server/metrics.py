"""What the server counts about HTTP, in Prometheus' text format with what the other parts count."""

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from starlette.routing import BaseRoute, Route

# when a counter began says nothing here, and doubles the number of series
disable_created_metrics()

REQUESTS = Counter("tutorium_http_requests", "HTTP requests answered.", ["method", "route", "status"])
DURATION = Histogram(
    "tutorium_http_request_seconds",
    "Time to answer an HTTP request.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
IN_FLIGHT = Gauge("tutorium_http_requests_in_flight", "HTTP requests being answered.")
REFUSED = Counter("tutorium_http_refused", "HTTP requests refused at the door.", ["reason"])

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RouteNames:
    """Which route a request was for, by its template."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        """Know `routes`."""
        known = [route for route in routes if isinstance(route, Route)]
        self._fixed = frozenset(route.path for route in known if "{" not in route.path)
        self._patterns = tuple((route.path_regex, route.path) for route in known if "{" in route.path)

    def of(self, scope: Mapping[str, Any]) -> str:
        """Return the template of the route that serves the request, "none" when there is none."""
        path: str = scope["path"]
        if path in self._fixed:
            return path
        return next((name for pattern, name in self._patterns if pattern.match(path)), "none")


def observe_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request. `route` must be a template, never a path with ids: each value is a time series."""
    label = method if method in METHODS else "other"
    REQUESTS.labels(label, route, str(status)).inc()
    DURATION.labels(label, route).observe(seconds)


def exposition() -> tuple[bytes, str]:
    """Return all metrics of the process as text, and its content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
