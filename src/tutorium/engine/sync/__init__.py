"""The Convex client protocol over WebSocket and HTTP, on an engine's calls, subscriptions and files.

It translates; it decides nothing about functions. Values are never decoded here: results travel as the JSON the engine made.
"""

from starlette.routing import BaseRoute

from tutorium.engine.functions.auth import Authenticator
from tutorium.engine.functions.calls import Calls
from tutorium.engine.functions.files import Files
from tutorium.engine.sync.endpoint import SyncEndpoint, open_sync_endpoint
from tutorium.engine.sync.http_api import HttpApi
from tutorium.engine.sync.settings import SyncSettings
from tutorium.engine.sync.storage_api import StorageApi


def http_routes(
    *, calls: Calls, files: Files, authenticator: Authenticator, version: str, settings: SyncSettings | None = None
) -> list[BaseRoute]:
    """Return the Convex HTTP API and the file routes, for a Starlette application. `version` is what `/version` says."""
    limits = settings or SyncSettings()
    return [*HttpApi(calls, authenticator, limits, version).routes(), *StorageApi(files, limits).routes()]


__all__ = ["HttpApi", "StorageApi", "SyncEndpoint", "SyncSettings", "http_routes", "open_sync_endpoint"]
