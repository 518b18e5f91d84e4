"""What each door of the server refuses, and with which words: the tables of `docs/reference/errors.md`, held by tests.

A refusal is a row: what was sent, what it is answered with (an HTTP status, a close code, an exit code, or the way it is told),
the stable code, and what the one who sent it can do.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row."""

    what: str
    answer: str
    code: str
    act: str


@dataclass(frozen=True, slots=True)
class DoorTable:
    """All refusals of a door; `about` says how they are told there."""

    name: str
    about: str
    refusals: tuple[Refusal, ...]


_R = Refusal

EVERY_REQUEST = DoorTable(
    "Every HTTP request",
    "The answer is JSON: `code`, `message`, perhaps `data`, and the `request_id` under which the log has it. A refusal costs "
    "nothing else: the connection may be closed, the server and everybody else go on.",
    (
        _R("bytes that are no HTTP/1.1 request, or TLS sent to this port", "400", "bad_request", "mend the client"),
        _R("more than 64 KiB of address and headers, or more than 200 headers", "431", "head_too_large", "send less"),
        _R("a head that is not complete after 30 s", "408", "request_too_slow", "send it again"),
        _R("a body that is not complete after 120 s", "408", "request_too_slow", "send it again"),
        _R(
            "a body above `max_body_bytes`, announced or not", "413", "too_large", "split it; upload files to an upload address"
        ),
        _R("more requests from one address than `requests_per_address`", "429", "rate_limited", "wait as `Retry-After` says"),
        _R("an address that is none", "404", "not_found", "check the address"),
        _R("a method that an address does not take", "405", "method_not_allowed", "use one that `Allow` names"),
        _R("anything that goes wrong inside", "500", "internal", "try again; tell the operator the request id"),
    ),
)

ACCOUNTS = DoorTable(
    "Accounts: `/auth/…`",
    "Fields that are not known are passed over. What was sent is never repeated in an answer.",
    (
        _R("a body that is no JSON object, or nested without end", "400", "bad_request", "send JSON"),
        _R("a field of the wrong type, missing, or longer than 1,024 characters", "400", "bad_request", "mend the field named"),
        _R("an email that is none", "400", "invalid_email", "correct it"),
        _R("a password below 8 or above 256 characters, at sign-up", "400", "invalid_password", "choose another"),
        _R("a name without anything visible, or above 80 characters", "400", "invalid_name", "choose another"),
        _R("an email that has an account", "409", "email_taken", "sign in"),
        _R("a wrong email or password; which of both is not told", "401", "invalid_credentials", "try again"),
        _R(
            "no access token, or one that is forged, signed with another key or `none`, or changed",
            "401",
            "not_signed_in",
            "sign in",
        ),
        _R("an access token that has expired", "401", "token_expired", "refresh it"),
        _R("a refresh token that is none, was used before, or ended", "401", "refresh_token_invalid", "sign in again"),
        _R(
            "too many attempts, or too many failures for an email or an address",
            "429",
            "rate_limited",
            "wait as `Retry-After` says",
        ),
        _R("a page of an origin that is not allowed", "403", "origin_not_allowed", "the operator can allow it"),
        _R("a new account while `sign_up_open` is off", "403", "sign_up_closed", "ask the operator"),
        _R("a guest while `guests_allowed` is off", "403", "guests_not_allowed", "sign in"),
    ),
)

CALLS = DoorTable(
    "Calls over HTTP: `/api/query`, `/api/mutation`, `/api/action` and their kin",
    "A call that reached its function answers with status 200 and `status: error`, as the Convex HTTP API does; see the "
    "next table. Only what is wrong with the request itself has another status.",
    (
        _R("a body that is no call: no JSON, no `path`, wrong types, nested without end", "400", "bad_body", "mend the body"),
        _R("arguments that are an array of more than one", "400", "bad_body", "send one object"),
        _R("a `format` that is not known", "400", "bad_body", "use one that the message names"),
        _R("a batch of more than 64 queries", "400", "bad_body", "send several batches"),
        _R("a `ts` that is none", "400", "bad_body", "use what `query_ts` answered"),
        _R("a `ts` that is not kept any more, or not reached", "400", "out_of_retention", "ask `query_ts` again"),
        _R("a body above 17 MiB", "413", "body_too_large", "upload it as a file"),
        _R("`Authorization` that is no good token", "401", "not_signed_in", "refresh the token"),
        _R("`Authorization` with a token that has expired", "401", "token_expired", "refresh the token"),
        _R("`/api/run/…` that names no function", "404", "function_not_found", "check the address"),
        _R("any call while the server stops", "503", "engine_closing", "try again in a moment"),
    ),
)

FUNCTIONS = DoorTable(
    "Functions, however they are called",
    "Over HTTP `errorData` holds `{code, message}`, over the sync socket the `errorData` of `QueryFailed`, "
    "`MutationResponse` or `ActionResponse`. A function that does not exist, or is internal, has no `errorData`: its "
    "`errorMessage` begins with `Could not find public function`, as the clients expect. A mutation that is refused has "
    "changed nothing.",
    (
        _R(
            "arguments that do not fit: missing, unknown, wrong type, length or range", "data", "invalid_arguments", "mend them"
        ),
        _R("an id of another table, or none", "data", "invalid_arguments", "use an id that the server gave"),
        _R(
            "a query called as a mutation, or the like; a page of less than 1 or more than 16,384 rows",
            "data",
            "bad_request",
            "mend the call",
        ),
        _R("a cursor of another query, or a changed one", "data", "invalid_cursor", "begin from the first page"),
        _R("a call that needs an account, without one", "data", "not_signed_in", "sign in"),
        _R(
            "what is not the caller's, never existed, or was removed: nobody is told which", "data", "not_found", "check the id"
        ),
        _R("what the caller's role does not allow", "data", "forbidden", "ask the owner"),
        _R("a name that shows nothing", "data", "blank_name", "choose another"),
        _R(
            "more folders, documents, snapshots, images or members than there may be",
            "data",
            "too_many_folders",
            "remove one first",
        ),
        _R("the same for documents of a folder", "data", "too_many_documents", "remove one first"),
        _R("the same for snapshots of a board", "data", "too_many_snapshots", "remove one first"),
        _R("the same for members of a session", "data", "too_many_members", "make another session"),
        _R("a board too large for a snapshot", "data", "snapshot_too_large", "clear a part of it"),
        _R("a file that was never uploaded, or by somebody else", "data", "upload_missing", "upload it"),
        _R("a file that is a document already", "data", "upload_used", "upload it again"),
        _R("a file above 50 MiB as a document", "data", "file_too_large", "split it"),
        _R("stopping a document that is not being read", "data", "not_being_read", "nothing"),
        _R("reading again a document that did not fail", "data", "not_failed", "nothing"),
        _R("a page that the document does not have", "data", "no_such_page", "use a number up to `pages`"),
        _R("a page of a document that is not read", "data", "not_ready", "wait until it is ready"),
        _R("the sample before it is there", "data", "sample_missing", "try again in a moment"),
        _R("a step that the session's state does not allow", "data", "invalid_transition", "look at its state"),
        _R("an invitation that is none, or has ended", "data", "invitation_invalid", "ask for a new one"),
        _R("the owner leaving their own session", "data", "owner_stays", "remove the session"),
        _R("a quiz while nothing is prepared", "data", "nothing_to_ask", "go on with the lesson"),
        _R("an answer to a question that is closed", "data", "item_closed", "look at the quiz again"),
        _R("an answer of the wrong kind, or out of the choices", "data", "wrong_answer_kind", "send what the question takes"),
        _R("stopping a job that has ended", "data", "job_is_over", "nothing"),
        _R("making again a job that did not fail", "data", "job_is_not_over", "nothing"),
        _R("a function that reads or writes more than one may", "data", "transaction_too_large", "ask for less"),
        _R("a function that takes longer than it may", "data", "function_timeout", "try again, or ask for less"),
    ),
)

FILES = DoorTable(
    "Files: `/api/storage/…`",
    "What a file holds is looked at when it is read as a document, see below. Files are served with a policy that lets "
    "nothing in them run.",
    (
        _R("an upload address that is forged, changed or older than an hour", "400", "upload_refused", "ask for a new one"),
        _R(
            "another file to an address that has taken one; the same file again is that file",
            "400",
            "upload_refused",
            "ask for a new one",
        ),
        _R("a file whose announced digest is another", "400", "upload_refused", "upload it again"),
        _R("a `Content-Type` or `Digest` that is none", "400", "bad_body", "mend the header"),
        _R("a file above what the address allows, announced or not", "413", "too_large", "split it"),
        _R("an upload that takes longer than 120 s", "408", "upload_too_slow", "start again"),
        _R("a file address that is none, a path with `..` included", "404", "not_found", "ask for the address again"),
        _R("a range outside the file, or several", "416", "range_not_satisfiable", "use `Content-Range`"),
    ),
)

IMAGES = DoorTable(
    "Images of boards: `/api/boards/{session}/files/{id}`",
    "The id is the SHA-256 of the image.",
    (
        _R("no access token, or a bad one", "401", "not_signed_in", "sign in"),
        _R("a session that the caller is not in, or an image that is not there", "404", "not_found", "check the address"),
        _R("an image from a viewer", "403", "forbidden", "ask the owner"),
        _R(
            "an id that is no SHA-256; a type that boards do not show; an SVG that could run something",
            "400",
            "image_refused",
            "save it as PNG",
        ),
        _R("bytes with another SHA-256 than the id", "400", "upload_refused", "send it again"),
        _R("an image above 10 MiB", "413", "too_large", "make it smaller"),
        _R("more than 500 images on one board", "409", "too_many_images", "start a new session"),
    ),
)

UPGRADES = DoorTable(
    "WebSockets: coming in",
    "Refused before there is a WebSocket, over HTTP with `{code, message}`. Everything after that is a close code; "
    "[close-codes.md](close-codes.md) has all of them.",
    (
        _R("no proper request for a WebSocket", "400, 405, 426", "bad_request", "mend the client"),
        _R("headers above 32 KiB", "431", "bad_request", "send less"),
        _R("a path without a channel", "404", "not_found", "check the address"),
        _R("a page of an origin that is not allowed; `null` is one", "403", "origin_not_allowed", "the operator can allow it"),
        _R("more connections than one address may have", "429", "too_many_connections_from_address", "close some"),
        _R("more connections than the server may have", "503", "too_many_connections", "come back later"),
        _R("any while the server stops", "503", "draining", "come back in a moment"),
    ),
)

FRAMES = DoorTable(
    "WebSockets: frames",
    "Nothing of a bad frame reaches a channel, and nobody else notices.",
    (
        _R("a frame that breaks RFC 6455: not masked, reserved bits, an unknown opcode", "1002", "1002", "mend the client"),
        _R("text that is not UTF-8", "1007", "1007", "mend the client"),
        _R("a message above the channel's limit: lesson 32 KiB, board 8 MiB, sync 17 MiB", "1009", "1009", "send less"),
        _R("a client that does not read what it is sent", "1013", "slow_reader", "come back and begin anew"),
        _R("a client that says nothing for 60 s, not even a pong", "1006", "1006", "come back"),
    ),
)

SYNC = DoorTable(
    "The sync socket: `/api/sync`",
    "What a function refuses is in the table of functions. A `FatalError` message, whose `error` says what is wrong, "
    "comes before 1002; an `AuthError` before 1000.",
    (
        _R(
            "a message that is no JSON, of no known type, with wrong fields, or nested without end",
            "1002",
            "FatalError",
            "mend the client",
        ),
        _R("a binary message", "1002", "FatalError", "mend the client"),
        _R("anything before `Connect`, or a second `Connect`", "1002", "FatalError", "mend the client"),
        _R("versions, query ids or request ids out of step", "1002", "FatalError", "mend the client"),
        _R("more than 4,096 live queries", "1002", "FatalError", "watch less"),
        _R("a token that is not good, has expired, or an admin key", "1000", "AuthError", "fetch a token, come back"),
        _R(
            "more mutations or actions at once than one client may",
            "1013",
            "TooManyConcurrentMutations",
            "come back; do less at once",
        ),
        _R("more messages than one client may send", "1013", "TooManyConcurrentRequests", "come back; do less at once"),
        _R("a client that has seen a later state than this server has", "1011", "InternalServerError", "comes back by itself"),
    ),
)

BOARD = DoorTable(
    "The board socket: `/ws/board/{session}`",
    "A message that is refused is not relayed. What is well-formed but breaks the board's schema is taken and then "
    "repaired: numbers are brought within bounds, forbidden elements deleted, unsafe links and files dropped "
    "(`docs/spec/rooms.md`). A viewer's changes, and presence that is too large, malformed or in another's name, are "
    "passed over.",
    (
        _R("no token, or one that is wrong or too old", "4401", "not_signed_in", "sign in, come back"),
        _R("a session that the caller is not in, or that is none", "4404", "not_found", "do not come back"),
        _R("a text message", "1003", "binary_only", "mend the client"),
        _R(
            "a message that is no y-protocols framing or no Yjs update; presence with numbers above 2^53",
            "1002",
            "bad_request",
            "mend the client",
        ),
        _R(
            "an update that breaks the document: everybody comes back to a fresh copy",
            "1002",
            "malformed_update",
            "mend the client",
        ),
        _R("more than 100,000 messages at once or 20,000 a second", "1013", "rate_limited", "come back"),
        _R("a board above 64 MiB", "1009", "board_full", "start a new session"),
        _R(
            "a replica of an earlier document, or an `epoch` that is none with state",
            "4409",
            "old_epoch",
            "come back without it",
        ),
    ),
)

LESSON = DoorTable(
    "The lesson socket: `/ws/tutor/{session}`",
    "A command that is refused is answered with `error {code, message, id?}` and the connection stays. A command that "
    "was taken and then cannot be done ends its turn with `turn.failed {code, message}`; commands that wait are done as "
    "if it had not been sent.",
    (
        _R("no token, or one that is wrong or too old", "4401", "not_signed_in", "sign in, come back"),
        _R("no token any more: it has expired", "4401", "token_expired", "refresh it, come back"),
        _R("a session that the caller is not in, or that is none", "4404", "not_found", "do not come back"),
        _R(
            "`after` that is no number of up to 15 digits; one beyond the end hears what comes from now on",
            "1008",
            "bad_request",
            "mend the client",
        ),
        _R(
            "a command that is no JSON object, of no known type, with wrong fields, or nested without end",
            "error",
            "bad_request",
            "mend the command",
        ),
        _R("a binary message", "error", "bad_request", "send text"),
        _R("an answer with both choice and text, or neither", "error", "bad_request", "send one"),
        _R("a text above 4,000 characters", "error", "bad_request", "send less"),
        _R("a command of a viewer", "error", "forbidden", "ask the owner"),
        _R("more than 20 commands at once or 5 a second", "error", "rate_limited", "wait a moment"),
        _R("more than 100 commands that wait for the tutor", "error", "too_many_commands", "wait until it has caught up"),
        _R("an answer to a question that is not open, or none", "error", "item_closed", "answer the open one"),
        _R("an answer of the wrong kind, or out of the choices", "error", "wrong_answer_kind", "send what the question takes"),
        _R("a command in a session that has ended", "error", "invalid_transition", "start a new session"),
        _R("a start without any document", "turn.failed", "nothing_to_teach", "add a document"),
        _R("a start while documents are read", "turn.failed", "still_reading", "start again in a moment"),
        _R(
            "a turn that was cut off by a restart; the tutor takes it up again by itself",
            "turn.failed",
            "interrupted",
            "nothing",
        ),
    ),
)

DOCUMENTS = DoorTable(
    "What a document holds",
    "Found when it is read, in a process of its own with limits on time and memory; the document stays, `failed`, with "
    "`error {code, message}`. Held by `tests/unit/app/reading` and `tests/integration/app/documents/test_reading.py`.",
    (
        _R("pages that are pictures without text", "failed", "scanned", "run text recognition"),
        _R("a PDF with a password", "failed", "encrypted", "save it without"),
        _R("no text at all", "failed", "empty", "choose another file"),
        _R("more text than can be taught from", "failed", "too_large", "split it"),
        _R("more than 2,000 pages", "failed", "too_many_pages", "split it"),
        _R("a kind of file that is not read", "failed", "unsupported_type", "save it as PDF, Markdown or text"),
        _R("a name that says another kind than the content is", "failed", "mislabelled", "upload the real document"),
        _R("a file that is broken", "failed", "damaged", "save it again"),
        _R("reading that takes too long", "failed", "timed_out", "split it"),
        _R("reading that takes too much memory, such as an archive bomb", "failed", "out_of_memory", "split it"),
        _R("reading that breaks down", "failed", "crashed", "save it anew"),
        _R("reading that its owner stopped", "failed", "cancelled", "read it again"),
    ),
)

COMMANDS = DoorTable(
    "The command line and the settings",
    "One sentence on standard error, and an exit code. What is unforeseen ends with 1 and its details.",
    (
        _R("an unknown command or option, or a value of the wrong type", "2", "WRONG_USE", "`--help`"),
        _R(
            "a setting that is out of range, of the wrong type or unknown; a file that is no TOML",
            "2",
            "WRONG_USE",
            "mend the setting named",
        ),
        _R("an origin, proxy or model server that is no address", "2", "WRONG_USE", "mend the setting named"),
        _R("`--database` of a store that this version does not have", "2", "WRONG_USE", "leave it empty"),
        _R("a document to teach from that is not there or cannot be read", "2", "WRONG_USE", "choose another"),
        _R("a port that is taken or not allowed", "3", "PORT_NOT_FREE", "choose another with `--port`"),
        _R(
            "a data directory that is none or cannot be written; signing keys that cannot be read",
            "4",
            "DATA_NOT_USABLE",
            "choose another with `--data`",
        ),
        _R("a database that another process owns", "5", "DATA_IN_USE", "stop it first"),
        _R("a database that is damaged, or fails", "6", "STORE_FAILED", "restore a backup"),
    ),
)

DOORS = (
    EVERY_REQUEST,
    ACCOUNTS,
    CALLS,
    FUNCTIONS,
    FILES,
    IMAGES,
    UPGRADES,
    FRAMES,
    SYNC,
    BOARD,
    LESSON,
    DOCUMENTS,
    COMMANDS,
)
