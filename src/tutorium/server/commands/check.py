"""`tutorium check`: would a start succeed, and with what."""

import asyncio
import contextlib
from collections.abc import Callable

import typer
from rich.console import Console

from tutorium.app.auth import SigningKeysError, open_signing_keys
from tutorium.engine.errors import StoreError
from tutorium.server.commands.options import Config, Data, Database, Host, Port, settings_of
from tutorium.server.composition import open_parts
from tutorium.server.page import Page
from tutorium.server.settings import Settings
from tutorium.server.startup import StartError, bind, check_database, prepare_data_directory


def check(host: Host = None, port: Port = None, data: Data = None, database: Database = None, config: Config = None) -> None:
    """Check settings, data directory, keys, database, port and page without serving anything. Exit code 1 if one fails."""
    settings = settings_of(config, host=host, port=port, data=data, database=database)
    checks: dict[str, Callable[[Settings], str]] = {
        "data directory": _check_data,
        "signing keys": _check_keys,
        "database": _check_database,
        "port": _check_port,
        "page": _check_page,
    }
    console = Console(highlight=False, soft_wrap=True)
    failed = False
    for name, run_check in checks.items():
        try:
            console.print(f"[green]ok[/green]      {name}: {run_check(settings)}")
        except (StartError, SigningKeysError, StoreError) as error:
            failed = True
            console.print(f"[red]failed[/red]  {name}: {error}")
    if failed:
        raise typer.Exit(1)


def _check_data(settings: Settings) -> str:
    prepare_data_directory(settings.data)
    return f"{settings.data.resolve()} can be written"


def _check_keys(settings: Settings) -> str:
    keys = open_signing_keys(settings.signing_keys_file)
    return f"{len(keys.keys)} in {settings.signing_keys_file}"


def _check_database(settings: Settings) -> str:
    check_database(settings)
    asyncio.run(_open_and_close(settings))
    return "opens, and all tables fit"


async def _open_and_close(settings: Settings) -> None:
    async with open_parts(settings):
        pass


def _check_port(settings: Settings) -> str:
    with contextlib.closing(bind(settings)) as bound:
        return f"{bound.getsockname()[0]}:{bound.getsockname()[1]} is free"


def _check_page(_settings: Settings) -> str:
    return "built" if Page().is_built else "not built (make setup); the API works without it"
