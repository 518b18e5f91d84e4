"""The tutor's stream: numbered lesson events to everybody who listens, commands back.

What it is: replay without gap or doubling, fan-out, and commands in order. What it is not: it makes no event and does no
command; both come and go through ports.
"""

from tutorium.realtime.tutor_stream.commands import Ack, AnyCommand, Command, Error, Pong
from tutorium.realtime.tutor_stream.endpoint import TutorEndpoint
from tutorium.realtime.tutor_stream.events import Event, LessonEvent, encode_event
from tutorium.realtime.tutor_stream.hub import TutorHub, open_tutor_hub
from tutorium.realtime.tutor_stream.memory import MemoryCommandSink, MemoryEventLog
from tutorium.realtime.tutor_stream.ports import CommandSink, EventLog, KeptEvent, LessonAccess, Listener

__all__ = [
    "Ack",
    "AnyCommand",
    "Command",
    "CommandSink",
    "Error",
    "Event",
    "EventLog",
    "KeptEvent",
    "LessonAccess",
    "LessonEvent",
    "Listener",
    "MemoryCommandSink",
    "MemoryEventLog",
    "Pong",
    "TutorEndpoint",
    "TutorHub",
    "encode_event",
    "open_tutor_hub",
]
