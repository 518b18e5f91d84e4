"""The child process that reads one document: `python -m tutorium.app.reading.worker`, frames on stdin and stdout.

It trusts nothing in the file: it limits its own memory and time before the first byte is parsed, writes no core dump,
and dies with its parent. Files made to harm the reader end here, as one failed document.
"""

import ctypes
import os
import resource
import signal
import sys
import threading
import traceback
from typing import BinaryIO, Final

from tutorium.app.reading.failures import SENTENCES, UnreadableError
from tutorium.app.reading.frames import Answer, Failed, Limits, encode_frame, read_request

_PARENT_DEATH_SIGNAL: Final = 1
# Reading may take all of a core; whoever is being taught right now comes first.
_NICENESS: Final = 5
_GRACE_SECONDS: Final = 5
# The language model unpacks itself into a temporary file of 68 MB; nothing else is written.
_FILE_BYTES: Final = 128 * 1024 * 1024


def main() -> None:
    """Answer one request and end."""
    die_with_parent()
    requests = sys.stdin.buffer
    answers = _take_stdout()
    try:
        request = read_request(requests)
    except EOFError:
        return
    threading.Thread(target=_exit_at_end_of, args=(requests.fileno(),), daemon=True).start()
    apply_limits(request.limits)
    answer_request(request.document, request.name, request.data, answers)


def answer_request(document: str, name: str, data: bytes, answers: BinaryIO) -> None:
    """Read the document, and write progress and one last answer, the reading or the failure."""

    def send(answer: Answer) -> None:
        answers.write(encode_frame(answer))
        answers.flush()

    try:
        from tutorium.app.reading.reading import read_document  # after the limits, and after the parent knows we live

        send(read_document(document, name, data, send))
    except UnreadableError as error:
        send(Failed(code=error.failure.code, message=error.failure.message))
    except MemoryError:
        send(Failed(code="out_of_memory", message=SENTENCES["out_of_memory"]))
    except BrokenPipeError:
        return
    except Exception:
        traceback.print_exc()
        send(Failed(code="crashed", message=SENTENCES["crashed"]))


def apply_limits(limits: Limits) -> None:
    """Bind this process, for good, to the limits."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + _GRACE_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    os.nice(_NICENESS)


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere the end of stdin does it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _take_stdout() -> BinaryIO:
    """Keep stdout for frames alone; what a library prints goes to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _exit_at_end_of(pipe: int) -> None:
    """The parent keeps our stdin open as long as it wants an answer."""
    os.read(pipe, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
