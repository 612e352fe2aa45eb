"""Settings: defaults, overridden by the user's `config.toml`, overridden by the environment."""

import os.path
from collections.abc import Mapping
from typing import Any, NamedTuple

from cafleet_core.errors import InvalidSetting

DATABASE_URL = "CAFLEET_DATABASE_URL"
MAX_TEXT_LEN = "CAFLEET_MAX_TEXT_LEN"
SESSION_ID = "CAFLEET_SESSION_ID"
AGENT_ID = "CAFLEET_AGENT_ID"

_SQLITE = "sqlite:///"
_LONGEST_COUNT = 18
_SWITCH = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}

Value = str | int | bool


class Key(NamedTuple):
    """One setting: its name in the file as `table.key`, its variable, and what it does.

    The type of `default` is that of the value; a number is a whole one from 0 to `most`.
    """

    name: str
    default: Value
    variable: str
    meaning: str
    most: int = 10**_LONGEST_COUNT

    @property
    def field(self) -> str:
        """The field of `Settings` that holds it."""
        return _FIELDS.get(self.name, self.name.partition(".")[2])


_FIELDS = {"registry.url": "registry", "server.host": "server_host"}
_FIELDS |= {"server.port": "server_port"}

KEYS = (
    Key(
        *("registry.url", "", DATABASE_URL),
        "The registry, as `sqlite:///<absolute path>`; empty means the file in the XDG data folder.",
    ),
    Key(
        *("push.max_text_len", 200, MAX_TEXT_LEN),
        "Characters of a body that are typed or printed; 0 means all.",
    ),
    Key(
        *("push.hold_timeout", 300, "CAFLEET_HOLD_TIMEOUT"),
        "Seconds after which a busy agent is typed into all the same; 0 means never.",
    ),
    Key(
        *("monitor.quiet_after", 180, "CAFLEET_QUIET_AFTER"),
        "Seconds without an act of its own after which a member is quiet.",
    ),
    Key(
        *("monitor.overdue_after", 600, "CAFLEET_OVERDUE_AFTER"),
        "Seconds after which a message that nobody has acked is overdue.",
    ),
    Key(
        *("server.host", "127.0.0.1", "CAFLEET_BROKER_HOST"),
        "The address at which `cafleet server` listens.",
    ),
    Key(
        *("server.port", 8000, "CAFLEET_BROKER_PORT"),
        "The port at which `cafleet server` listens.",
        65535,
    ),
    Key(
        *("tui.theme", "", "CAFLEET_THEME"),
        "The control room's theme: `cafleet-dark`, `cafleet-light`, or another of Textual's.",
    ),
    Key(
        *("tui.bell", True, "CAFLEET_BELL"),
        "Ring the terminal's bell when a member begins to wait for an answer.",
    ),
    Key(
        *("tui.title", True, "CAFLEET_TITLE"),
        "Tell in the terminal's title how many wait for an answer.",
    ),
    Key(
        *("tui.desktop", False, "CAFLEET_DESKTOP"),
        "Show a desktop notification when a member begins to wait for an answer.",
    ),
)
"""Every setting of the file but the tables `[agents.<name>]` and `[tui.keys]`."""


class PushRules(NamedTuple):
    """What a user may decide of a push: code points shown, seconds to wait for a busy agent.

    0 means no limit, and for ever.
    """

    max_text_len: int = 200
    hold_timeout: int = 300


class Thresholds(NamedTuple):
    """Seconds: how long a member may do nothing, and how old its unacked mail may be."""

    quiet_after: int = 180
    overdue_after: int = 600


class Settings(NamedTuple):
    """What a command needs to know of its surroundings; see `KEYS` for what each means.

    `registry` is the absolute path of the SQLite file, `keys` maps the control room's
    actions to the keys that the user wants for them, `state_folder` is where the room
    leaves drafts: nowhere, where it is empty. `read_only` makes it only look.
    """

    registry: str
    max_text_len: int = 200
    session_id: str | None = None
    agent_id: str | None = None
    hold_timeout: int = 300
    quiet_after: int = 180
    overdue_after: int = 600
    server_host: str = "127.0.0.1"
    server_port: int = 8000
    theme: str = ""
    bell: bool = True
    title: bool = True
    desktop: bool = False
    keys: Mapping[str, str] = {}
    read_only: bool = False
    state_folder: str = ""

    @property
    def thresholds(self) -> Thresholds:
        """When a member counts as silent."""
        return Thresholds(self.quiet_after, self.overdue_after)

    @property
    def push_rules(self) -> PushRules:
        """What of these settings a push goes by."""
        return PushRules(self.max_text_len, self.hold_timeout)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ`, by default the process's own, and the user's file.

    Raises InvalidSetting, naming variable and value, or file, line and key, for one that
    does not parse.
    """
    env = os.environ if environ is None else environ
    said: Mapping[str, Value] = {}
    keys: Mapping[str, str] = {}
    path = user_file(env)
    if os.path.exists(path):
        from cafleet_core import config_file  # most people have none

        said, keys = config_file.read(path)
    values: dict[str, Any] = {}
    for key in KEYS:
        if env.get(key.variable):
            values[key.field] = from_environment(key, env)
        elif key.name in said:
            values[key.field] = said[key.name]
    values["registry"] = registry_path(env, str(said.get("registry.url", "")))
    return Settings(
        **values,
        session_id=env.get(SESSION_ID) or None,
        agent_id=env.get(AGENT_ID) or None,
        keys=keys,
        state_folder=state_folder(env),
    )


def from_environment(key: Key, env: Mapping[str, str]) -> Value:
    """The value that the key's variable has; raises InvalidSetting where it is none."""
    value = env[key.variable]
    if isinstance(key.default, bool):
        if value.casefold() not in _SWITCH:
            raise InvalidSetting(f"{key.variable}={value!r} is neither true nor false.")
        return _SWITCH[value.casefold()]
    return _count(key, value) if isinstance(key.default, int) else value


def registry_path(env: Mapping[str, str], configured: str = "") -> str:
    """The file that `CAFLEET_DATABASE_URL` names, else `configured`, else the default one.

    Raises InvalidSetting for another scheme, a relative path or a directory, and where
    there is no home for the default one.
    """
    url = env.get(DATABASE_URL) or configured
    named = f"{DATABASE_URL if env.get(DATABASE_URL) else 'registry.url'}={url!r}"
    if not url:
        data = _base_folder(env, "XDG_DATA_HOME", ".local/share")
        if not os.path.isabs(data):
            raise InvalidSetting(
                f"HOME={env.get('HOME', '')!r} is no folder to keep the registry in;"
                f" set HOME, or {DATABASE_URL}."
            )
        return os.path.join(data, "cafleet", "registry.db")
    if not url.startswith(_SQLITE):
        raise InvalidSetting(f"{named}: only sqlite:///<absolute path> is supported.")
    path = os.path.expanduser(url[len(_SQLITE) :])
    if not os.path.isabs(path):
        raise InvalidSetting(
            f"{named} is a relative path; write sqlite:////absolute/path."
        )
    if os.path.isdir(path):
        raise InvalidSetting(f"{named} is a directory, not a file.")
    return path


def user_file(env: Mapping[str, str]) -> str:
    """Where the user may leave settings; nothing needs to be there."""
    return os.path.join(config_folder(env), "cafleet", "config.toml")


def config_folder(env: Mapping[str, str]) -> str:
    """Where programs keep the user's settings, each in a folder of its own."""
    return _base_folder(env, "XDG_CONFIG_HOME", ".config")


def state_folder(env: Mapping[str, str]) -> str:
    """Where what outlives a program, and nobody would miss, is kept; it need not be there."""
    return os.path.join(_base_folder(env, "XDG_STATE_HOME", ".local/state"), "cafleet")


def _base_folder(env: Mapping[str, str], variable: str, below_home: str) -> str:
    configured = env.get(variable, "")
    if configured.startswith("/"):
        return configured
    return os.path.join(env.get("HOME") or os.path.expanduser("~"), below_home)


def _count(key: Key, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > _LONGEST_COUNT:
        raise InvalidSetting(
            f"{key.variable}={value!r} is not a whole number of 0 or more."
        )
    if int(value) > key.most:
        raise InvalidSetting(f"{key.variable}={value!r} is above {key.most}.")
    return int(value)
