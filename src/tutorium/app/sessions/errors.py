"""What can go wrong with sessions."""

from tutorium.errors import ConflictError, NotFoundError


class InvalidTransitionError(ConflictError):
    """The session is not in a state in which this can be done."""

    code = "invalid_transition"


class InvitationInvalidError(NotFoundError):
    """This invitation is not valid, or no longer. Ask for a new one."""

    code = "invitation_invalid"


class TooManyMembersError(ConflictError):
    """This session has as many members as it may have."""

    code = "too_many_members"


class OwnerStaysError(ConflictError):
    """The owner cannot leave a session or be removed from it. Remove the session instead."""

    code = "owner_stays"
