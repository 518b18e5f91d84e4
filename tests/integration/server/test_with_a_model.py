"""The whole server with a configured model, over the real wire of an OpenAI-compatible server."""

from pathlib import Path

from tests.support.live_server import Account, running_server
from tests.support.provider import Act, running_provider
from tests.support.socket_clients import TutorSocket

WORDS = "The sea goes up and down because the Moon pulls on it unevenly."


def test_the_model_speaks_and_its_failures_are_hidden_from_the_learner(tmp_path: Path) -> None:
    """Steps are in the model's words; when it is refused from one moment to the next, the rules go on in the same lesson."""
    with running_provider() as provider:
        provider.will(Act(text=WORDS))
        settings = {
            "TUTORIUM_MODEL_URL": provider.base_url,
            "TUTORIUM_MODEL_NAME": "test-model",
            "TUTORIUM_MODEL_KEY": "sk-very-secret",
            "TUTORIUM_WORDS_PER_SECOND": "0",
            "TUTORIUM_AGENTS": '{"planner": {"mind": "rules"}, "item_writer": {"mind": "rules"}}',
        }
        with running_server(tmp_path, settings) as server:
            guest = Account.guest(server.origin)
            session = guest.action("sessions:tryLesson")
            tutor = TutorSocket(server.socket_origin, session, guest.token)
            tutor.send("start")
            tutor.wait_for("item.asked")
            assert [event["mind"] for event in tutor.events if event["type"] == "turn.started"] == ["rules", "test-model"]
            spoken = "".join(event["text"] for event in tutor.events if event.get("turn") == "t2" and "text" in event)
            assert WORDS in spoken
            assert {request["model"] for request in provider.requests} == {"test-model"}

            provider.will(Act(status=401))
            tutor.send("say", text="What is slack water?")
            said = tutor.wait_for("learner.said")
            tutor.wait_for("turn.finished", where=lambda event: event["seq"] > said["seq"])
            answer = "".join(event["text"] for event in tutor.events if event["seq"] > said["seq"] and "text" in event)
            assert "current almost stops" in answer
            tutor.close()
            assert "sk-very-secret" not in server.log_text()
            assert "model_refused" in server.log_text()
