"""Options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import structlog
import typer

from tutorium.server.address_settings import check_addresses
from tutorium.server.logging import set_up_logging
from tutorium.server.settings import Settings, load_settings, unknown_variables

log = structlog.get_logger()

Host = Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.", show_default="8000")]
Data = Annotated[Path | None, typer.Option(help="Directory for database, files and keys.", show_default="tutorium-data")]
Database = Annotated[
    str | None, typer.Option(help="Address of another database than SQLite in the data directory.", show_default=False)
]
Config = Annotated[Path | None, typer.Option(help="TOML file of settings.", show_default="tutorium.toml")]


def settings_of(config: Path | None, **given: object) -> Settings:
    """Return the settings with what the command line gives, and set up the logs. Raises SettingsError."""
    settings = load_settings(os.environ, given=given, config=config)
    check_addresses(settings)
    set_up_logging(form=settings.log_format, level=settings.log_level)
    for name, near in unknown_variables(os.environ).items():
        log.warning("an environment variable names no setting", variable=name, perhaps=near)
    return settings
