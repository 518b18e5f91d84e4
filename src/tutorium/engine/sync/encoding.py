"""From outcomes of functions to messages for the client."""

from msgspec import UNSET, Raw, UnsetType

from tutorium.engine.functions.outcome import Failure, Outcome, Success
from tutorium.engine.sync.messages import (
    ActionResponse,
    Modification,
    MutationResponse,
    QueryFailed,
    QueryUpdated,
    Transition,
    TransitionChunk,
    encode_json_string,
    encode_server_message,
)
from tutorium.engine.sync.timestamps import encode_ts


def query_modification(query_id: int, outcome: Outcome) -> Modification:
    """Return what tells the client of a query's new outcome."""
    match outcome:
        case Success():
            return QueryUpdated(
                query_id=query_id, value=Raw(outcome.value_json), log_lines=outcome.log_lines, journal=outcome.journal
            )
        case Failure():
            return QueryFailed(
                query_id=query_id,
                error_message=outcome.message,
                log_lines=outcome.log_lines,
                journal=outcome.journal,
                error_data=_data(outcome),
            )


def mutation_response(request_id: int, outcome: Outcome) -> MutationResponse:
    """Return the answer to a mutation."""
    match outcome:
        case Success():
            return MutationResponse(
                request_id=request_id,
                success=True,
                result=Raw(outcome.value_json),
                ts=encode_ts(outcome.ts),
                log_lines=outcome.log_lines,
            )
        case Failure():
            return MutationResponse(
                request_id=request_id,
                success=False,
                result=encode_json_string(outcome.message),
                ts=None,
                log_lines=outcome.log_lines,
                error_data=_data(outcome),
            )


def action_response(request_id: int, outcome: Outcome) -> ActionResponse:
    """Return the answer to an action."""
    match outcome:
        case Success():
            return ActionResponse(
                request_id=request_id, success=True, result=Raw(outcome.value_json), log_lines=outcome.log_lines
            )
        case Failure():
            return ActionResponse(
                request_id=request_id,
                success=False,
                result=encode_json_string(outcome.message),
                log_lines=outcome.log_lines,
                error_data=_data(outcome),
            )


def encode_transition(transition: Transition, *, chunk_bytes: int | None, transition_id: str) -> list[bytes]:
    """Return the texts that carry a Transition: one, or pieces of at most `chunk_bytes` when it is larger (None: never cut)."""
    text = encode_server_message(transition)
    if chunk_bytes is None or len(text) <= chunk_bytes:
        return [text]
    pieces = cut(text, chunk_bytes)
    return [
        encode_server_message(
            TransitionChunk(chunk=piece, part_number=number, total_parts=len(pieces), transition_id=transition_id)
        )
        for number, piece in enumerate(pieces)
    ]


def cut(data: bytes, size: int) -> list[str]:
    """Cut UTF-8 text into pieces of at most `size` bytes (at least 4), never inside a character."""
    pieces: list[str] = []
    start = 0
    while start < len(data):
        end = min(start + size, len(data))
        # 10xxxxxx continues a character.
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[start:end].decode())
        start = end
    return pieces


def _data(failure: Failure) -> Raw | UnsetType:
    return UNSET if failure.data_json is None else Raw(failure.data_json)
