"""Functions: declared with a guard, called by name, run in transactions. Knows no connection and no message."""

from tutorium.engine.functions.auth import Auth, Authenticator, NobodySignsIn
from tutorium.engine.functions.calls import Calls
from tutorium.engine.functions.contexts import ActionContext, MutationContext, QueryContext
from tutorium.engine.functions.engine_calls import EngineCalls
from tutorium.engine.functions.files import Download, Files
from tutorium.engine.functions.guards import Guard, GuardContext, internal, public
from tutorium.engine.functions.outcome import (
    ANONYMOUS,
    Caller,
    Failure,
    FunctionKind,
    Identity,
    Outcome,
    Success,
    is_same_result,
)
from tutorium.engine.functions.reference import ActionRef, FunctionRef, MutationRef, QueryRef, Retry
from tutorium.engine.functions.registry import Cron, Functions, Registry, canonical_path
from tutorium.engine.functions.runner import Runner
from tutorium.engine.functions.scheduler import Scheduler

__all__ = [
    "ANONYMOUS",
    "ActionContext",
    "ActionRef",
    "Auth",
    "Authenticator",
    "Caller",
    "Calls",
    "Cron",
    "Download",
    "EngineCalls",
    "Failure",
    "Files",
    "FunctionKind",
    "FunctionRef",
    "Functions",
    "Guard",
    "GuardContext",
    "Identity",
    "MutationContext",
    "MutationRef",
    "NobodySignsIn",
    "Outcome",
    "QueryContext",
    "QueryRef",
    "Registry",
    "Retry",
    "Runner",
    "Scheduler",
    "Success",
    "canonical_path",
    "internal",
    "is_same_result",
    "public",
]
