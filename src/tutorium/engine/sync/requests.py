"""The mutations and actions of one connection: mutations one after the other, actions side by side, each answered once.

Invariants: responses to mutations leave in the order of their requests; `on_finished` follows each response, never precedes it,
so that the Transition it causes covers what the client was told; nothing is answered twice.
"""

from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog

from tutorium.engine.functions.calls import Calls
from tutorium.engine.functions.outcome import Caller, Success
from tutorium.engine.sync.encoding import action_response, mutation_response
from tutorium.engine.sync.messages import Action, Mutation, ProtocolViolation, arguments_of, path_of
from tutorium.engine.sync.settings import SyncSettings
from tutorium.engine.sync.speaker import Speaker

_log = structlog.get_logger()

Spawn = Callable[[Callable[[], Coroutine[Any, Any, None]]], None]
"""Starts work in a task that somebody owns."""


class Requests:
    """See above."""

    def __init__(
        self, calls: Calls, speaker: Speaker, settings: SyncSettings, spawn: Spawn, on_finished: Callable[[int], None]
    ) -> None:
        """Run requests with `calls`; `on_finished` is told the timestamp that the next Transition must reach (0: any)."""
        self._calls = calls
        self._speaker = speaker
        self._settings = settings
        self._spawn = spawn
        self._on_finished = on_finished
        self._waiting: deque[tuple[str, Mutation, Caller]] = deque()
        self._is_running = False
        self._running_actions = 0
        self._unanswered: set[int] = set()

    @property
    def is_mutating(self) -> bool:
        """True while a mutation runs or waits."""
        return self._is_running

    def mutate(self, session_id: str, message: Mutation, caller: Caller) -> None:
        """Take a mutation; it runs after those before it, on behalf of who is signed in now. Raises ProtocolViolation."""
        if len(self._waiting) >= self._settings.max_waiting_mutations:
            self._speaker.end_overloaded("TooManyConcurrentMutations")
            return
        self._note(message.request_id)
        self._waiting.append((session_id, message, caller))
        if not self._is_running:
            self._is_running = True
            self._spawn(self._run_mutations)

    def act(self, message: Action, caller: Caller) -> None:
        """Take an action; it runs at once. Raises ProtocolViolation."""
        if self._running_actions >= self._settings.max_running_actions:
            self._speaker.end_overloaded("TooManyConcurrentRequests")
            return
        self._note(message.request_id)
        self._running_actions += 1
        self._spawn(partial(self._run_action, message, caller))

    def drop(self) -> None:
        """Forget the mutations that have not begun: the client is gone, and sends them again when it is back."""
        self._waiting.clear()

    async def _run_mutations(self) -> None:
        try:
            while self._waiting and self._speaker.is_open:
                await self._run_mutation(*self._waiting.popleft())
        except Exception:
            _log.exception("sync.mutation_failed")
            self._speaker.end_broken()
        finally:
            self._is_running = False

    async def _run_mutation(self, session_id: str, message: Mutation, caller: Caller) -> None:
        path = path_of(message.udf_path, message.component_path)
        outcome = await self._calls.mutation(path, arguments_of(message.args), caller, request=(session_id, message.request_id))
        self._unanswered.discard(message.request_id)
        self._speaker.say(mutation_response(message.request_id, outcome))
        self._on_finished(outcome.ts if isinstance(outcome, Success) else 0)

    async def _run_action(self, message: Action, caller: Caller) -> None:
        try:
            path = path_of(message.udf_path, message.component_path)
            outcome = await self._calls.action(path, arguments_of(message.args), caller)
            self._unanswered.discard(message.request_id)
            self._speaker.say(action_response(message.request_id, outcome))
            self._on_finished(0)
        except Exception:
            _log.exception("sync.action_failed")
            self._speaker.end_broken()
        finally:
            self._running_actions -= 1

    def _note(self, request_id: int) -> None:
        if request_id in self._unanswered:
            raise ProtocolViolation(f"request {request_id} is running already")
        self._unanswered.add(request_id)
