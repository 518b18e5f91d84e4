"""Where settings come from, and what is said about wrong ones."""

from pathlib import Path

import pytest

from tutorium.app.auth import Rate
from tutorium.server.settings import FIELDS, Secret, Settings, SettingsError, load_settings, unknown_variables, variable
from tutorium.server.settings_reference import description, settings_reference

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "settings.md"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default() -> None:
    """An empty environment is enough to start."""
    settings = load_settings({})
    assert settings == Settings()
    assert settings.port == 8000
    assert settings.signing_keys_file == Path("tutorium-data/signing-keys.json")


def test_the_environment_sets_every_kind_of_value() -> None:
    """Numbers, switches, lists, paths, rates and secrets are read from text."""
    settings = load_settings(
        {
            "TUTORIUM_PORT": "9000",
            "TUTORIUM_SIGN_UP_OPEN": "false",
            "TUTORIUM_ALLOWED_ORIGINS": "https://a.example, https://b.example",
            "TUTORIUM_DATA": "/srv/tutor",
            "TUTORIUM_FAILURES_PER_EMAIL": "3/20",
            "TUTORIUM_MODEL_KEY": "sk-1",
            "TUTORIUM_TOKEN_MINUTES": "2.5",
        }
    )
    assert settings.port == 9000
    assert settings.sign_up_open is False
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    assert settings.data == Path("/srv/tutor")
    assert settings.failures_per_email == Rate(burst=3, every_seconds=20)
    assert settings.model_key.reveal() == "sk-1"
    assert settings.token_minutes == 2.5


def test_the_command_line_beats_the_environment_and_that_the_file(tmp_path: Path) -> None:
    """First wins: given, environment, file, default."""
    (tmp_path / "tutorium.toml").write_text('port = 1\nhost = "file"\nlog_level = "error"\n')
    settings = load_settings({"TUTORIUM_PORT": "2", "TUTORIUM_HOST": "environment"}, given={"port": 3, "host": None})
    assert (settings.port, settings.host, settings.log_level) == (3, "environment", "error")


def test_a_named_file_is_read_instead_of_the_usual_one(tmp_path: Path) -> None:
    """By option or by variable."""
    named = tmp_path / "other.toml"
    named.write_text("port = 7\n")
    assert load_settings({}, config=named).port == 7
    assert load_settings({"TUTORIUM_CONFIG": str(named)}).port == 7


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"TUTORIUM_PORT": "many"}, r"setting `port"),
        ({"TUTORIUM_PORT": "70000"}, r"setting `port"),
        ({"TUTORIUM_FAILURES_PER_EMAIL": "often"}, "10/60"),
        ({"TUTORIUM_LOG_FORMAT": "xml"}, r"setting `log_format"),
        ({"TUTORIUM_CONFIG": "missing.toml"}, r"missing\.toml"),
    ],
)
def test_a_wrong_value_is_named(environment: dict[str, str], said: str) -> None:
    """The message says which setting, and what is expected."""
    with pytest.raises(SettingsError, match=said):
        load_settings(environment)


def test_an_unknown_name_in_the_file_is_refused_with_the_one_meant(tmp_path: Path) -> None:
    """A spelling mistake must not go unnoticed."""
    (tmp_path / "tutorium.toml").write_text("prot = 1\n")
    with pytest.raises(SettingsError, match="did you mean 'port'"):
        load_settings({})


def test_an_unknown_variable_is_reported_with_the_one_meant() -> None:
    """Other programs may use the prefix, so it is only told."""
    assert unknown_variables({"TUTORIUM_PROT": "1", "PATH": "", "TUTORIUM_PORT": "1"}) == {"TUTORIUM_PROT": "TUTORIUM_PORT"}


def test_secrets_do_not_show() -> None:
    """Neither alone nor inside the settings."""
    settings = load_settings({"TUTORIUM_MODEL_KEY": "sk-very-secret", "TUTORIUM_DATABASE": "postgresql://a:pw-secret@b/c"})
    assert "secret" not in repr(settings).replace("Secret(…)", "")
    assert bool(Secret("")) is False
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_the_reference_page_is_fresh_and_complete() -> None:
    """Every setting is described, and the page in docs is what the code says today."""
    assert all(description(field.name) for field in FIELDS)
    page = settings_reference()
    assert all(f"`{variable(field.name)}`" in page for field in FIELDS)
    assert REFERENCE.read_text() == page, "run: python -m tutorium.server.settings_reference > docs/reference/settings.md"


def test_single_agents_are_set_by_tables_or_json(tmp_path: Path) -> None:
    """An operator gives the tutor less time, and forbids the grader a model."""
    (tmp_path / "tutorium.toml").write_text("[agents.tutor]\ntime_limit_seconds = 5\n")
    assert load_settings({}).agents.by_name()["tutor"].time_limit_seconds == 5
    settings = load_settings({"TUTORIUM_AGENTS": '{"grader": {"mind": "rules"}}'})
    assert {name: agent.mind for name, agent in settings.agents.by_name().items()} == {"grader": "rules"}


@pytest.mark.parametrize("text", ["{", '{"gardener": {}}', '{"tutor": {"time_limit_seconds": 0}}'])
def test_settings_of_agents_that_make_no_sense_are_refused(text: str) -> None:
    """What is no JSON, names no agent, or is out of range is told when the server starts."""
    with pytest.raises(SettingsError):
        load_settings({"TUTORIUM_AGENTS": text})
