"""The parts of a running server, chosen and introduced to each other. The only place that does so."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tutorium.app import analytics, auth, documents, folders, jobs, sessions
from tutorium.app.auth import (
    AccessTokens,
    AccountPolicy,
    Accounts,
    AuthRates,
    Passwords,
    RefreshTerms,
    TokenAuthenticator,
    TokenTerms,
    open_signing_keys,
)
from tutorium.engine import Engine, EngineSettings, Registry, open_engine
from tutorium.runtime import Runtime, SystemRuntime
from tutorium.server.settings import Settings

FEATURES = (auth, folders, sessions, documents, analytics, jobs)
"""Every feature of the tutor, with its `tables`, `functions` and `crons`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the application is built from."""

    settings: Settings
    runtime: Runtime
    registry: Registry
    engine: Engine
    accounts: Accounts
    authenticator: TokenAuthenticator


def build_registry() -> Registry:
    """Return all tables, functions and crons of the product."""
    return Registry(
        tables=[table for feature in FEATURES for table in feature.tables],
        functions=[feature.functions for feature in FEATURES],
        crons=[cron for feature in FEATURES for cron in feature.crons],
    )


@asynccontextmanager
async def open_parts(
    settings: Settings, runtime: Runtime | None = None, passwords: Passwords | None = None
) -> AsyncIterator[Parts]:
    """Open everything the server is made of; what was opened last is closed first."""
    clock = runtime or SystemRuntime()
    async with AsyncExitStack() as stack:
        tokens = AccessTokens(open_signing_keys(settings.signing_keys_file), clock, token_terms(settings))
        authenticator = TokenAuthenticator(tokens)
        registry = build_registry()
        engine = await stack.enter_async_context(
            open_engine(registry, engine_settings(settings), runtime=clock, authenticator=authenticator)
        )
        accounts = Accounts(engine, tokens, passwords or Passwords(), clock, account_policy(settings))
        yield Parts(
            settings=settings,
            runtime=clock,
            registry=registry,
            engine=engine,
            accounts=accounts,
            authenticator=authenticator,
        )


def engine_settings(settings: Settings) -> EngineSettings:
    """Return how the engine is to run."""
    return EngineSettings(data_dir=settings.data)


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
