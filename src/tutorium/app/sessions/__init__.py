"""Tutoring sessions: their life, who takes part in which role, and how others are asked in.

Knows folders and accounts; knows nothing of lessons, messages or boards. Those guard with `session_role`, tell the session of
activity with `record_activity`, and add to `session_purge` what goes with a purged session.
"""

from tutorium.app.sessions.access import RANK, may_read_folder, role_in, session_role
from tutorium.app.sessions.activity import record_activity
from tutorium.app.sessions.functions import functions, step
from tutorium.app.sessions.housekeeping import crons, session_purge
from tutorium.app.sessions.lifecycle import STATES, State, Step, advance, allowed_steps
from tutorium.app.sessions.sharing import InvitationView, Joined
from tutorium.app.sessions.tables import Invitation, Member, Role, Session
from tutorium.app.sessions.views import MemberView, SessionView

tables = [Session, Member, Invitation]

__all__ = [
    "RANK",
    "STATES",
    "Invitation",
    "InvitationView",
    "Joined",
    "Member",
    "MemberView",
    "Role",
    "Session",
    "SessionView",
    "State",
    "Step",
    "advance",
    "allowed_steps",
    "crons",
    "functions",
    "may_read_folder",
    "record_activity",
    "role_in",
    "session_purge",
    "session_role",
    "step",
    "tables",
]
