"""Rights take effect on sockets that are open: seen from outside, on a running server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.live_server import Account, LiveServer, running_server
from tests.support.socket_clients import BoardSocket, TutorSocket

SOON_SECONDS = 1.0
"""How long a change of rights may take to reach an open socket."""

numbers = count(1)


@dataclass
class Meeting:
    """A session of an owner with a friend in it, and the sockets of both."""

    server: LiveServer
    owner: Account
    friend: Account
    folder: str
    session: str
    hang_up: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])

    def board(self, account: Account) -> BoardSocket:
        """Open a board socket and wait until it is in step."""
        socket = BoardSocket(self.server.socket_origin, self.session, account.token)
        self.hang_up.append(socket.close)
        return socket

    def lesson(self, account: Account) -> TutorSocket:
        """Open a tutor socket and wait until it is answered."""
        socket = TutorSocket(self.server.socket_origin, self.session, account.token)
        self.hang_up.append(socket.close)
        socket.send("ping", id="here")
        assert socket.wait_for_reply("here")["type"] == "pong"
        return socket

    def both(self, account: Account) -> tuple[BoardSocket, TutorSocket]:
        """Open one of each."""
        return self.board(account), self.lesson(account)

    def call(self, path: str, **args: Any) -> Any:
        """Change something as the owner."""
        return self.owner.mutation(path, session=self.session, **args)

    def refusal(self, channel: str, account: Account) -> int:
        """Come anew, be turned away, and return the close code."""
        with connect(f"{self.server.socket_origin}/ws/{channel}/{self.session}?token={account.token}") as socket:
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=10)
            assert closed.value.rcvd is not None
            return closed.value.rcvd.code


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all of these; each test has people of its own."""
    with running_server(tmp_path_factory.mktemp("rights"), {"TUTORIUM_WORDS_PER_SECOND": "0"}) as running:
        yield running


@pytest.fixture
def meeting(server: LiveServer) -> Iterator[Meeting]:
    """A fresh session with an owner and an editor."""
    number = next(numbers)
    owner = Account.sign_up(server.origin, f"owner{number}@example.org", "Owner")
    friend = Account.sign_up(server.origin, f"friend{number}@example.org", "Friend")
    folder = owner.mutation("folders:create", name="Physics")
    session = owner.mutation("sessions:create", folder=folder, title="Tides")
    friend.mutation("sessions:join", code=owner.mutation("sessions:share", session=session, role="editor")["code"])
    met = Meeting(server, owner, friend, folder, session)
    yield met
    for close in met.hang_up:
        close()


@pytest.mark.rule("RM45")
@pytest.mark.rule("TS22")
def test_a_removed_member_is_sent_away_within_a_second(meeting: Meeting) -> None:
    """Board and lesson of the member are closed with 4403, do not open again, and the owner's stay."""
    mine, theirs = meeting.both(meeting.owner), meeting.both(meeting.friend)
    meeting.call("sessions:removeMember", user=meeting.friend.user["_id"])
    assert [socket.wait_for_close(SOON_SECONDS) for socket in theirs] == [4403, 4403]
    assert [meeting.refusal(channel, meeting.friend) for channel in ("board", "tutor")] == [4404, 4404]
    assert [socket.wait_for_close(0.2) for socket in mine] == [None, None]


@pytest.mark.rule("RM45")
def test_what_a_removed_member_draws_afterwards_reaches_nobody(meeting: Meeting) -> None:
    """An element drawn after the removal is neither seen by others nor kept."""
    mine, theirs = meeting.board(meeting.owner), meeting.board(meeting.friend)
    assert theirs.draw("before", 1.0)
    mine.wait_for_ids({"before"})
    meeting.call("sessions:removeMember", user=meeting.friend.user["_id"])
    assert theirs.wait_for_close(SOON_SECONDS) == 4403
    theirs.draw("after", 2.0)
    assert mine.draw("own", 3.0)
    newcomer = meeting.board(meeting.owner)
    newcomer.wait_for_ids({"before", "own"})
    assert "after" not in newcomer.ids() | mine.ids()


@pytest.mark.rule("RM45")
@pytest.mark.rule("TS22")
def test_who_leaves_is_sent_away(meeting: Meeting) -> None:
    """Leaving a session closes what is open of it, in every tab."""
    sockets = (*meeting.both(meeting.friend), *meeting.both(meeting.friend))
    meeting.friend.mutation("sessions:leave", session=meeting.session)
    assert [socket.wait_for_close(SOON_SECONDS) for socket in sockets] == [4403] * 4


@pytest.mark.rule("RM46")
@pytest.mark.rule("TS23")
def test_a_changed_role_takes_effect_when_the_client_comes_back(meeting: Meeting) -> None:
    """Both sockets are closed with 1012; a viewer then draws and commands in vain, and an editor again with effect."""
    mine = meeting.board(meeting.owner)
    theirs = meeting.both(meeting.friend)
    meeting.call("sessions:setRole", user=meeting.friend.user["_id"], role="viewer")
    assert [socket.wait_for_close(SOON_SECONDS) for socket in theirs] == [1012, 1012]

    board, lesson = meeting.both(meeting.friend)
    lesson.send("start", id="watching")
    assert lesson.wait_for_reply("watching")["code"] == "forbidden"
    board.draw("watching", 1.0)

    meeting.call("sessions:setRole", user=meeting.friend.user["_id"], role="editor")
    assert [socket.wait_for_close(SOON_SECONDS) for socket in (board, lesson)] == [1012, 1012]
    assert meeting.board(meeting.friend).draw("editing", 2.0)
    mine.wait_for_ids({"editing"})
    assert "watching" not in mine.ids()


@pytest.mark.rule("RM46")
def test_an_ended_session_can_only_be_looked_at(meeting: Meeting) -> None:
    """Boards of editors and the owner come back as viewers; the lesson stays, so that everybody hears its end."""
    mine, theirs = meeting.both(meeting.owner), meeting.both(meeting.friend)
    meeting.call("sessions:end")
    assert [board.wait_for_close(SOON_SECONDS) for board in (mine[0], theirs[0])] == [1012, 1012]
    back = meeting.board(meeting.owner)
    back.draw("late", 1.0)
    meeting.call("sessions:archive")
    assert [lesson.wait_for_close(0.3) for lesson in (mine[1], theirs[1])] == [None, None]
    assert back.wait_for_close(0.0) is None
    assert meeting.board(meeting.friend).ids() == set()


@pytest.mark.rule("RM45")
@pytest.mark.rule("TS22")
@pytest.mark.parametrize("what", ["session", "folder"])
def test_everybody_is_sent_away_from_what_was_removed(meeting: Meeting, what: str) -> None:
    """With the session, or the folder it is in, the sockets of all its members are closed with 4404."""
    sockets = (*meeting.both(meeting.owner), *meeting.both(meeting.friend))
    meeting.owner.mutation(f"{what}s:remove", **{what: getattr(meeting, what)})
    assert [socket.wait_for_close(SOON_SECONDS) for socket in sockets] == [4404] * 4


def test_other_changes_send_nobody_away(meeting: Meeting) -> None:
    """A new title, a pause, somebody who joins or is removed: the sockets of all others stay."""
    sockets = (*meeting.both(meeting.owner), *meeting.both(meeting.friend))
    third = Account.guest(meeting.server.origin)
    third.mutation("sessions:join", code=meeting.call("sessions:share", role="viewer")["code"])
    watching = meeting.both(third)
    meeting.call("sessions:rename", title="Ebb and flow")
    meeting.call("sessions:removeMember", user=third.user["_id"])
    assert [socket.wait_for_close(SOON_SECONDS) for socket in watching] == [4403, 4403]
    assert [socket.wait_for_close(0.1) for socket in sockets] == [None] * 4
