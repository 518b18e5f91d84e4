"""The limits of the sync protocol and the HTTP API, each with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSettings:
    """Sizes in bytes, times in seconds; what a limit's breach leads to is said at the limit."""

    max_message_bytes: int = 17 * 1024 * 1024
    """Arguments may have 16 MiB; the connection is closed with 1009 beyond this."""
    max_queries: int = 4_096
    """Live queries of one connection. A page has dozens; beyond this a FatalError, or the client would ask again for ever."""
    max_waiting_mutations: int = 1_000
    """Mutations of one connection that wait for their turn; then 1013 `TooManyConcurrentMutations`. Clients send them again."""
    max_running_actions: int = 1_000
    """Actions of one connection at a time; then 1013 `TooManyConcurrentRequests`."""
    max_backlog_bytes: int = 32 * 1024 * 1024
    """Messages that wait for a token to be checked; then 1013 `TooManyConcurrentRequests`."""
    messages_per_second: float = 10_000.0
    """From one connection, over time; then 1013 `TooManyConcurrentRequests`. More than one client gets done in a second."""
    message_burst: int = 50_000
    """How many may come at once: a client that was offline sends everything it has."""
    ping_seconds: float = 15.0
    """A Ping is sent after this long without a message; browser clients leave after 60 s of silence."""
    chunk_bytes: int = 5_000_000
    """Transitions above this are cut into pieces of this size for clients that can join them."""
    expiry_leeway_seconds: float = 5.0
    """A token is good for this long after its end: clocks differ."""
    max_body_bytes: int = 17 * 1024 * 1024
    """Of a function call over HTTP; then 413."""
    upload_seconds: float = 120.0
    """How long a file's upload may take; then 408."""
    max_batch: int = 64
    """Queries in one `/api/query_batch`; then 400. They share one snapshot, which is held open meanwhile."""
