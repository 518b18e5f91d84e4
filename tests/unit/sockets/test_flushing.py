"""Everybody who has something to send in one turn sends it in the next."""

import asyncio

import pytest

from tutorium.sockets.flushing import Flusher

pytestmark = pytest.mark.anyio


class Sender:
    """Counts its flushes; may be broken."""

    def __init__(self, is_broken: bool = False) -> None:
        self.flushes = 0
        self.is_broken = is_broken

    def flush(self) -> None:
        self.flushes += 1
        if self.is_broken:
            raise RuntimeError("broken")


@pytest.mark.rule("SK7")
async def test_a_broken_sender_holds_nobody_up() -> None:
    """One that fails is logged; those after it are flushed all the same, and the next turn works as before."""
    flusher, senders = Flusher(), [Sender(), Sender(is_broken=True), Sender()]
    for sender in senders:
        flusher.add(sender)
    assert [sender.flushes for sender in senders] == [0, 0, 0]
    await asyncio.sleep(0)
    assert [sender.flushes for sender in senders] == [1, 1, 1]
    flusher.add(senders[0])
    await asyncio.sleep(0)
    assert senders[0].flushes == 2
