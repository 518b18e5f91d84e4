"""The `tutorium` command."""

import sys

import typer

from tutorium.app.auth import SigningKeysError
from tutorium.engine.errors import StoreError, StoreInUseError
from tutorium.server.commands.check import check
from tutorium.server.commands.functions import functions
from tutorium.server.commands.serve import serve
from tutorium.server.commands.teach import teach
from tutorium.server.settings import SettingsError
from tutorium.server.startup import ExitCode, StartError

app = typer.Typer(
    name="tutorium",
    help="An AI tutor that teaches from your documents on a whiteboard you share.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(teach)
app.command()(functions)
app.command()(check)


def main() -> None:
    """Run the command line; what cannot be done ends with one sentence and an exit code of its own."""
    try:
        app()
    except SettingsError as error:
        _end(str(error), ExitCode.WRONG_USE)
    except StartError as error:
        _end(str(error), error.exit_code)
    except SigningKeysError as error:
        _end(str(error), ExitCode.DATA_NOT_USABLE)
    except StoreInUseError as error:
        _end(error.message, ExitCode.DATA_IN_USE)
    except StoreError as error:
        _end(error.message, ExitCode.STORE_FAILED)


def _end(message: str, code: ExitCode) -> None:
    print(f"tutorium: {message}", file=sys.stderr)
    sys.exit(code)
