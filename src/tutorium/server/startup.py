"""What must be true before the server can start, each with one clear sentence and an exit code when it is not."""

import errno
import os
import socket
from enum import IntEnum
from pathlib import Path

from tutorium.server.settings import Settings


class ExitCode(IntEnum):
    """How `tutorium` ends. 1 is anything unforeseen."""

    OK = 0
    UNFORESEEN = 1
    WRONG_USE = 2
    PORT_NOT_FREE = 3
    DATA_NOT_USABLE = 4
    DATA_IN_USE = 5
    STORE_FAILED = 6


class StartError(Exception):
    """The server cannot start; `exit_code` says of what kind the reason is."""

    def __init__(self, message: str, exit_code: ExitCode) -> None:
        """Keep one sentence that a person can act on."""
        super().__init__(message)
        self.exit_code = exit_code


def check_database(settings: Settings) -> None:
    """Refuse a database that this version cannot open, before anything is written elsewhere. Raises StartError."""
    if settings.database:
        raise StartError(
            "This version keeps its data in SQLite only. Leave the setting `database` empty; --data chooses the directory.",
            ExitCode.WRONG_USE,
        )


def prepare_data_directory(data: Path) -> None:
    """Make the data directory if it is missing and check that it can be written. Raises StartError."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except (FileExistsError, NotADirectoryError):
        raise StartError(f"{data} is not a directory. Choose another with --data.", ExitCode.DATA_NOT_USABLE) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise StartError(
            f"The data directory {data} cannot be written ({reason}). Choose another with --data.", ExitCode.DATA_NOT_USABLE
        ) from None


def bind(settings: Settings) -> socket.socket:
    """Return a listening-to-be socket on the settings' host and port. Raises StartError."""
    where = f"{settings.host}:{settings.port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except socket.gaierror:
        raise StartError(
            f"{settings.host} is no address of this machine. Choose another with --host.", ExitCode.WRONG_USE
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"Port {settings.port} is in use by another program. Stop it, or choose another with --port."
        elif error.errno == errno.EACCES:
            message = f"This user may not listen on port {settings.port}. Choose one above 1023 with --port."
        else:
            message = f"Cannot listen on {where}: {error.strerror or error}."
        raise StartError(message, ExitCode.PORT_NOT_FREE) from None
    bound.set_inheritable(False)
    return bound
