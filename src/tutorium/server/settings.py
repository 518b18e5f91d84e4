"""Every setting of the server, and the only place that reads the environment.

A value comes from, first wins: the command line, `TUTORIUM_<NAME>` in the environment, the TOML file, the default here.
"""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tutorium.app.agents import AgentOverrides
from tutorium.app.auth import Rate

PREFIX = "TUTORIUM_"
CONFIG_VARIABLE = "TUTORIUM_CONFIG"
DEFAULT_CONFIG_FILE = Path("tutorium.toml")


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message names it and says what is expected."""


class Secret:
    """A value that no log, no traceback and no `repr` shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Hide `value`."""
        self._value = value

    def reveal(self) -> str:
        """Return the value, to hand it to the one who needs it."""
        return self._value

    def __bool__(self) -> bool:
        """Return whether there is a value at all."""
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        """Compare values."""
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        """Hash the value."""
        return hash(self._value)

    def __repr__(self) -> str:
        """Show that there is a secret, not which."""
        return "Secret(…)" if self._value else "Secret()"


Port = Annotated[int, Meta(ge=0, le=65_535)]
Days = Annotated[float, Meta(gt=0, le=3_650)]
Seconds = Annotated[float, Meta(ge=0, le=86_400)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. The text beside each is its description in `docs/reference/settings.md`."""

    host: Annotated[
        str,
        Meta(
            description="Address to listen on. `0.0.0.0` lets other machines in; sign up first, the first account administers."
        ),
    ] = "127.0.0.1"
    port: Annotated[Port, Meta(description="Port to listen on; 0 takes a free one.")] = 8000
    data: Annotated[
        Path, Meta(description="Directory for the database, uploaded files and signing keys; made when missing. Back this up.")
    ] = Path("tutorium-data")
    database: Annotated[
        Secret,
        Meta(description="Address of another database. Empty: SQLite in the data directory, the only store of this version."),
    ] = Secret("")
    signing_keys: Annotated[
        Path | None,
        Meta(
            description="File of signing keys, made when missing. Processes that share a database must share it too. "
            "Default: `signing-keys.json` in the data directory."
        ),
    ] = None

    allowed_origins: Annotated[
        tuple[str, ...],
        Meta(
            description="Origins of other sites whose pages may use this server, such as `https://school.example`. "
            "The server's own page is always allowed."
        ),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(description="Addresses of reverse proxies whose `X-Forwarded-*` headers are believed."),
    ] = ("127.0.0.1", "::1")

    sign_up_open: Annotated[bool, Meta(description="Whether anybody may create an account.")] = True
    guests_allowed: Annotated[bool, Meta(description="Whether one may begin without an account.")] = True
    token_issuer: Annotated[str, Meta(min_length=1, description="The `iss` claim of access tokens.")] = "tutorium"
    token_audience: Annotated[str, Meta(min_length=1, description="The `aud` claim of access tokens.")] = "tutorium"
    token_minutes: Annotated[float, Meta(ge=1, le=1_440, description="How long an access token is good.")] = 15
    sign_in_idle_days: Annotated[Days, Meta(description="A sign-in that is not used for so long ends.")] = 30
    sign_in_longest_days: Annotated[Days, Meta(description="A sign-in ends after so long however much it is used.")] = 180
    refresh_grace_seconds: Annotated[
        Seconds,
        Meta(description="For so long a used refresh token still works (two tabs, a lost answer); later use ends the sign-in."),
    ] = 30

    guests_per_address: Annotated[Rate, Meta(description="New guests from one address.")] = Rate(burst=2_000, every_seconds=1)
    sign_ups_per_address: Annotated[Rate, Meta(description="New accounts from one address.")] = Rate(
        burst=1_000, every_seconds=3
    )
    sign_ins_per_address: Annotated[Rate, Meta(description="Sign-ins from one address.")] = Rate(burst=2_000, every_seconds=0.5)
    refreshes_per_address: Annotated[Rate, Meta(description="Token refreshes from one address.")] = Rate(
        burst=12_000, every_seconds=0.05
    )
    failures_per_email: Annotated[Rate, Meta(description="Failed sign-ins for one email.")] = Rate(burst=10, every_seconds=60)
    failures_per_address: Annotated[Rate, Meta(description="Failed sign-ins from one address.")] = Rate(
        burst=100, every_seconds=6
    )
    requests_per_address: Annotated[Rate, Meta(description="HTTP requests from one address.")] = Rate(
        burst=50_000, every_seconds=0.0001
    )
    max_body_bytes: Annotated[
        int,
        Meta(
            ge=1_024, description="Largest body of an HTTP request, uploads apart: 16 MiB of function arguments and some room."
        ),
    ] = 18 * 1024 * 1024

    max_connections: Annotated[int, Meta(ge=1, description="WebSocket connections in all; an idle one takes about 30 KiB.")] = (
        20_000
    )
    max_connections_per_address: Annotated[
        int, Meta(ge=1, description="WebSocket connections from one address; a school is one address.")
    ] = 15_000

    words_per_second: Annotated[
        float, Meta(ge=0, le=1_000, description="How fast the tutor speaks when it teaches by rules; 0 does not wait at all.")
    ] = 10
    model_url: Annotated[
        str,
        Meta(description="An OpenAI-compatible model server, such as `https://host/v1`. Empty: the tutor teaches by rules."),
    ] = ""
    model_name: Annotated[str, Meta(description="Which of the server's models to use.")] = ""
    model_key: Annotated[Secret, Meta(description="Key for the model server.")] = Secret("")

    agents: Annotated[
        AgentOverrides,
        Meta(
            description="Settings of single agents, as tables `[agents.tutor]` in the file or as JSON in the environment: "
            "`mind` (`best` or `rules`), `time_limit_seconds`, `temperature`, `max_output_tokens`. Agents: `planner`, "
            "`tutor`, `item_writer`, `grader`, `session_analyzer`."
        ),
    ] = AgentOverrides()

    log_format: Annotated[
        Literal["auto", "console", "json"], Meta(description="`auto`: readable on a terminal, JSON lines elsewhere.")
    ] = "auto"
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Meta(description="The least that is logged.")] = "info"
    drain_seconds: Annotated[
        Seconds, Meta(description="How long a stopping server waits for requests and lessons to finish what they say.")
    ] = 10
    event_loop: Annotated[Literal["auto", "uvloop", "asyncio"], Meta(description="`auto`: uvloop where it is installed.")] = (
        "auto"
    )

    @property
    def signing_keys_file(self) -> Path:
        """Where the signing keys are."""
        return self.signing_keys or self.data / "signing-keys.json"


FIELDS = tuple(msgspec.structs.fields(Settings))


def load_settings(
    environment: Mapping[str, str], *, given: Mapping[str, object] | None = None, config: Path | None = None
) -> Settings:
    """Return the settings. `given` comes from the command line (None values are left out) and wins over everything.

    `config` is a TOML file; without it `TUTORIUM_CONFIG`, without that `tutorium.toml` if there is one. Raises SettingsError.
    """
    values = _from_file(config, environment)
    values.update(_from_environment(environment))
    values.update({name: value for name, value in (given or {}).items() if value is not None})
    rates = {field.name: _rate_of(field.name, values) for field in FIELDS if _is_given_rate(field, values)}
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(_sentence(str(error))) from None
    return msgspec.structs.replace(settings, **rates)


def unknown_variables(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Return `TUTORIUM_*` variables that name no setting, each with the name that was probably meant."""
    known = {variable(field.name) for field in FIELDS} | {CONFIG_VARIABLE}
    unknown = [name for name in environment if name.startswith(PREFIX) and name not in known]
    return {name: next(iter(difflib.get_close_matches(name, known, 1)), None) for name in unknown}


def variable(name: str) -> str:
    """Return the environment variable of the setting `name`."""
    return PREFIX + name.upper()


def _from_file(config: Path | None, environment: Mapping[str, str]) -> dict[str, Any]:
    said = config or (Path(environment[CONFIG_VARIABLE]) if environment.get(CONFIG_VARIABLE) else None)
    path = said or DEFAULT_CONFIG_FILE
    if said is None and not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text())
    except OSError as error:
        raise SettingsError(f"The settings in {path} cannot be read ({error.strerror}). Check --config.") from None
    except ValueError as error:
        raise SettingsError(f"The settings in {path} cannot be read, because it is no TOML: {error}.") from None
    known = {field.name for field in FIELDS}
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise SettingsError(f"{path} sets {name!r}, which is no setting{hint}")
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in FIELDS:
        text = environment.get(variable(field.name))
        if text is None or text == "":
            continue
        values[field.name] = _from_text(field, text)
    return values


def _from_text(field: msgspec.structs.FieldInfo, text: str) -> object:
    if isinstance(field.default, tuple):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(field.default, AgentOverrides):
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise SettingsError(f"{variable(field.name)} is no JSON: {error}") from None
    return text


def _decode(kind: type[Any], value: Any) -> Any:
    if kind is Secret:
        if not isinstance(value, str):
            raise TypeError("Expected `str`")
        return Secret(value)
    if issubclass(kind, Path):
        return Path(value).expanduser()
    raise NotImplementedError(kind)


def _sentence(problem: str) -> str:
    what, _, path = problem.rpartition(" - at ")
    name = path.strip("`").removeprefix("$.")
    return f"The setting `{name}` cannot be used: {what}. See docs/reference/settings.md." if what else f"settings: {problem}"


def _is_given_rate(field: msgspec.structs.FieldInfo, values: Mapping[str, object]) -> bool:
    return isinstance(field.default, Rate) and field.name in values


def _rate_of(name: str, values: dict[str, Any]) -> Rate:
    try:
        return parse_rate(values.pop(name))
    except SettingsError as error:
        raise SettingsError(f"The setting `{name}` cannot be used: {error}.") from None


def parse_rate(value: object) -> Rate:
    """Read `<burst>/<seconds>`: so many at once, then one more every so many seconds. Raises SettingsError."""
    burst, slash, seconds = str(value).partition("/")
    try:
        rate = Rate(burst=int(burst), every_seconds=float(seconds))
    except ValueError:
        slash = ""
        rate = Rate(burst=1, every_seconds=1)
    if not slash or rate.burst < 1 or not 0 < rate.every_seconds <= 86_400:
        raise SettingsError(f"{value!r} is no rate; write 10/60 for ten at once and then one more every 60 seconds")
    return rate
