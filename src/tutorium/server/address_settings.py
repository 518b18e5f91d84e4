"""Settings that are addresses, checked before the server starts: a wrong one would otherwise show much later, or never."""

from urllib.parse import urlsplit

from tutorium.server.settings import Settings, SettingsError
from tutorium.sockets.upgrade import TrustedProxies


def check_addresses(settings: Settings) -> None:
    """Refuse origins, proxies and a model server that can be none. Raises SettingsError."""
    for origin in settings.allowed_origins:
        if origin != "*" and not _is_origin(origin):
            raise SettingsError(
                f"The setting `allowed_origins` has {origin!r}, which is no origin. Write it like https://school.example, "
                "without a path."
            )
    for proxy in settings.trusted_proxies:
        try:
            TrustedProxies([proxy])
        except ValueError:
            raise SettingsError(
                f"The setting `trusted_proxies` has {proxy!r}, which is no address. Write it like 10.0.0.7 or 10.0.0.0/8."
            ) from None
    if settings.model_url and not _is_web_address(settings.model_url):
        # the address may carry a key, so it is not repeated
        raise SettingsError("The setting `model_url` is no address of a model server. Write it like https://host/v1.")


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return port != 0 and _is_web_address(text) and parts.path in ("", "/") and not parts.query and not parts.fragment


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
