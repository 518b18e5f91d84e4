"""One client's conversation: takes its messages strictly in order and hands each to who deals with it.

::

    wait for Connect ──▶ talk ──Authenticate──▶ check the token (what arrives waits) ──▶ talk ... ──▶ over

Holds no logic of its own beyond that order: identity, query set, transitions and requests each keep their own invariants.
"""

from collections import deque
from collections.abc import Callable
from functools import partial

import structlog

from tutorium.engine.functions.auth import Authenticator
from tutorium.engine.functions.calls import Calls
from tutorium.engine.subscriptions.port import Subscriptions
from tutorium.engine.sync.client_version import ClientVersion
from tutorium.engine.sync.identity import ConnectionIdentity, TokenRefusedError
from tutorium.engine.sync.messages import (
    Action,
    Authenticate,
    ClientMessage,
    Connect,
    Event,
    ModifyQuerySet,
    Mutation,
    ProtocolViolation,
    decode_client_message,
)
from tutorium.engine.sync.query_set import QuerySet
from tutorium.engine.sync.rate import MessageRate
from tutorium.engine.sync.requests import Requests, Spawn
from tutorium.engine.sync.settings import SyncSettings
from tutorium.engine.sync.speaker import Speaker
from tutorium.engine.sync.timestamps import MalformedTimestampError, decode_ts
from tutorium.engine.sync.transitions import Transitions
from tutorium.runtime import Runtime
from tutorium.sockets.connection import Connection

_log = structlog.get_logger()

MAX_CLOCK_SKEW_MS = 2**53
"""A clock that is off by more tells nothing, and JavaScript could not read the difference."""


def clock_skew_ms(client_ts: float | None, now_ms: int) -> int | None:
    """Return how far a client's clock is ahead; None when it did not say, or said nonsense. 0 is said by who does not know."""
    if not client_ts or abs(client_ts) > MAX_CLOCK_SKEW_MS:
        return None
    return round(client_ts) - now_ms


class SyncConnection:
    """See `SocketHandler`. All calls are made on the event loop's thread."""

    def __init__(
        self,
        connection: Connection,
        client: ClientVersion,
        *,
        calls: Calls,
        subscriptions: Subscriptions,
        authenticator: Authenticator,
        runtime: Runtime,
        settings: SyncSettings,
        spawn: Spawn,
        on_over: Callable[["SyncConnection"], None],
    ) -> None:
        """Begin to talk over `connection`; `spawn` starts tasks that somebody owns, `on_over` is told the end."""
        self.speaker = Speaker(connection, runtime)
        self._calls = calls
        self._runtime = runtime
        self._settings = settings
        self._spawn = spawn
        self._on_over = on_over
        self._session_id: str | None = None
        self._query_set = QuerySet(settings.max_queries)
        origin = connection.request.server_origin
        self._identity = ConnectionIdentity(authenticator, runtime, origin, settings.expiry_leeway_seconds)
        self._transitions = Transitions(
            subscriptions,
            self._query_set,
            self._identity,
            self.speaker,
            spawn,
            is_mutating=lambda: self._requests.is_mutating,
            chunk_bytes=settings.chunk_bytes if client.takes_chunks else None,
        )
        self._requests = Requests(calls, self.speaker, settings, spawn, self._transitions.request)
        self._rate = MessageRate(settings.messages_per_second, settings.message_burst, runtime.monotonic())
        self._is_authenticating = False
        self._backlog: deque[bytes | str] = deque()
        self._backlog_size = 0

    def on_message(self, message: bytes | str) -> None:
        """Take one message, or keep it until the token before it is checked."""
        if not self._rate.take(self._runtime.monotonic()):
            self.speaker.end_overloaded("TooManyConcurrentRequests")
        elif self._is_authenticating:
            self._keep(message)
        else:
            self._take(message)

    def on_closed(self, code: int, reason: str) -> None:
        """Stop watching; a mutation or action that runs comes to its end, unheard."""
        self._transitions.close()
        self._requests.drop()
        self._backlog.clear()
        self._on_over(self)

    def _keep(self, message: bytes | str) -> None:
        self._backlog_size += len(message)
        if self._backlog_size > self._settings.max_backlog_bytes:
            self.speaker.end_overloaded("TooManyConcurrentRequests")
            return
        self._backlog.append(message)

    def _take(self, message: bytes | str) -> None:
        try:
            self._dispatch(decode_client_message(message))
        except ProtocolViolation as violation:
            self.speaker.end_violation(str(violation))

    def _dispatch(self, message: ClientMessage) -> None:
        if isinstance(message, Connect):
            self._connect(message)
            return
        session_id = self._session_id
        if session_id is None:
            raise ProtocolViolation("the first message is Connect")
        match message:
            case ModifyQuerySet():
                self._query_set.modify(message)
                self._transitions.request()
            case Mutation():
                if self._is_still_signed_in():
                    self._requests.mutate(session_id, message, self._identity.caller)
            case Action():
                if self._is_still_signed_in():
                    self._requests.act(message, self._identity.caller)
            case Authenticate():
                self._is_authenticating = True
                self._spawn(partial(self._authenticate, message))
            case Event():
                pass

    def _connect(self, message: Connect) -> None:
        if self._session_id is not None:
            raise ProtocolViolation("Connect comes once")
        if not 0 < len(message.session_id) <= 128:
            raise ProtocolViolation("a session id has 1 to 128 characters")
        self._session_id = message.session_id
        now_ms = self._runtime.now_ns() // 1_000_000
        self._transitions.clock_skew_ms = clock_skew_ms(message.client_ts, now_ms)
        if message.max_observed_timestamp is None:
            return
        try:
            observed = decode_ts(message.max_observed_timestamp)
        except MalformedTimestampError as error:
            raise ProtocolViolation(str(error)) from error
        if observed > self._calls.newest_ts():
            # It saw commits that are not here: an old backup was put back, or this process lags behind. It will try again.
            _log.warning("sync.client_ahead", observed=observed, newest=self._calls.newest_ts())
            self.speaker.end_broken()

    async def _authenticate(self, message: Authenticate) -> None:
        try:
            await self._identity.take(message)
        except ProtocolViolation as violation:
            self.speaker.end_violation(str(violation))
            return
        except TokenRefusedError as refusal:
            version = self._transitions.sent_identity
            self.speaker.end_unauthenticated(str(refusal), identity_version=version, was_update=True)
            return
        except Exception:
            # Whoever checks tokens is in trouble: no reason for the client to throw its token away.
            _log.exception("sync.authenticator_failed")
            self.speaker.end_broken()
            return
        self._transitions.request()
        self._is_authenticating = False
        while self._backlog and not self._is_authenticating and self.speaker.is_open:
            kept = self._backlog.popleft()
            self._backlog_size -= len(kept)
            self._take(kept)

    def _is_still_signed_in(self) -> bool:
        if not self._identity.is_expired:
            return True
        version = self._transitions.sent_identity
        self.speaker.end_unauthenticated("The token has expired.", identity_version=version, was_update=False)
        return False
