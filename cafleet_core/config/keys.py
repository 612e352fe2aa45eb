"""The settings of the user's file: names, variables, defaults, meanings."""

from collections.abc import Mapping
from typing import NamedTuple

from cafleet_core.errors import InvalidSetting

DATABASE_URL = "CAFLEET_DATABASE_URL"
MAX_TEXT_LEN = "CAFLEET_MAX_TEXT_LEN"
SESSION_ID = "CAFLEET_SESSION_ID"
AGENT_ID = "CAFLEET_AGENT_ID"

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
        *("delivery.background", True, "CAFLEET_DELIVERY_BACKGROUND"),
        "Start a process in the background that delivers what is held, and ends when all is.",
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


def from_environment(key: Key, env: Mapping[str, str]) -> Value:
    """The value that the key's variable has; raises InvalidSetting where it is none."""
    value = env[key.variable]
    if isinstance(key.default, bool):
        if value.casefold() not in _SWITCH:
            raise InvalidSetting(f"{key.variable}={value!r} is neither true nor false.")
        return _SWITCH[value.casefold()]
    return _count(key, value) if isinstance(key.default, int) else value


def _count(key: Key, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > _LONGEST_COUNT:
        raise InvalidSetting(
            f"{key.variable}={value!r} is not a whole number of 0 or more."
        )
    if int(value) > key.most:
        raise InvalidSetting(f"{key.variable}={value!r} is above {key.most}.")
    return int(value)
