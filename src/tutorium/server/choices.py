"""From the operator's settings to the settings of each part."""

from tutorium.app.auth import AccountPolicy, AuthRates, RefreshTerms, TokenTerms
from tutorium.server.settings import Settings
from tutorium.sockets import SocketSettings


def token_terms(settings: Settings) -> TokenTerms:
    """Return what access tokens say."""
    return TokenTerms(
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        lifetime_seconds=round(settings.token_minutes * 60),
    )


def account_policy(settings: Settings) -> AccountPolicy:
    """Return what the operator decided about accounts."""
    return AccountPolicy(
        sign_up_open=settings.sign_up_open,
        guests_allowed=settings.guests_allowed,
        refresh=RefreshTerms(
            idle_days=settings.sign_in_idle_days,
            longest_days=settings.sign_in_longest_days,
            grace_seconds=settings.refresh_grace_seconds,
        ),
        rates=AuthRates(
            guests_per_address=settings.guests_per_address,
            sign_ups_per_address=settings.sign_ups_per_address,
            sign_ins_per_address=settings.sign_ins_per_address,
            refreshes_per_address=settings.refreshes_per_address,
            failures_per_email=settings.failures_per_email,
            failures_per_address=settings.failures_per_address,
        ),
    )


def socket_settings(settings: Settings) -> SocketSettings:
    """Return how the connection layer behaves."""
    return SocketSettings(
        allowed_origins=settings.allowed_origins,
        trusted_proxies=settings.trusted_proxies,
        max_connections=settings.max_connections,
        max_connections_per_address=settings.max_connections_per_address,
    )
