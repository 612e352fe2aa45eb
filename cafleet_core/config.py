"""Settings: defaults, overridden by environment variables."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from typing import NamedTuple

from cafleet_core.errors import InvalidSetting

DATABASE_URL = "CAFLEET_DATABASE_URL"
MAX_TEXT_LEN = "CAFLEET_MAX_TEXT_LEN"
SESSION_ID = "CAFLEET_SESSION_ID"
AGENT_ID = "CAFLEET_AGENT_ID"

_SQLITE = "sqlite:///"
_LONGEST_COUNT = 18


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
    """What a command needs to know of its surroundings.

    `registry` is the absolute path of the SQLite file, `max_text_len` a number of
    code points (0 = no limit); `hold_timeout`, `quiet_after`
    and `overdue_after` are seconds.
    """

    registry: str
    max_text_len: int = 200
    session_id: str | None = None
    agent_id: str | None = None
    hold_timeout: int = 300
    quiet_after: int = 180
    overdue_after: int = 600

    @property
    def thresholds(self) -> Thresholds:
        """When a member counts as silent."""
        return Thresholds(self.quiet_after, self.overdue_after)

    @property
    def push_rules(self) -> PushRules:
        """What of these settings a push goes by."""
        return PushRules(self.max_text_len, self.hold_timeout)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ`, by default the process's own.

    Raises InvalidSetting, naming variable and value, for one that does not parse.
    """
    env = os.environ if environ is None else environ
    return Settings(
        registry=registry_path(env),
        max_text_len=_count(env, MAX_TEXT_LEN, 200),
        session_id=env.get(SESSION_ID) or None,
        agent_id=env.get(AGENT_ID) or None,
    )


def registry_path(env: Mapping[str, str]) -> str:
    """The file that `CAFLEET_DATABASE_URL` names, or the default one.

    Raises InvalidSetting for another scheme, a relative path or a directory.
    """
    url = env.get(DATABASE_URL)
    if not url:
        data = _base_folder(env, "XDG_DATA_HOME", ".local/share")
        return os.path.join(data, "cafleet", "registry.db")
    if not url.startswith(_SQLITE):
        raise InvalidSetting(
            f"{DATABASE_URL}={url!r}: only sqlite:///<absolute path> is supported."
        )
    path = os.path.expanduser(url[len(_SQLITE) :])
    if not os.path.isabs(path):
        raise InvalidSetting(
            f"{DATABASE_URL}={url!r} is a relative path; write sqlite:////absolute/path."
        )
    if os.path.isdir(path):
        raise InvalidSetting(f"{DATABASE_URL}={url!r} is a directory, not a file.")
    return path


def user_file(env: Mapping[str, str]) -> str:
    """Where the user may leave settings; nothing needs to be there."""
    home = _base_folder(env, "XDG_CONFIG_HOME", ".config")
    return os.path.join(home, "cafleet", "config.toml")


def _base_folder(env: Mapping[str, str], variable: str, below_home: str) -> str:
    configured = env.get(variable, "")
    if configured.startswith("/"):
        return configured
    return os.path.join(env.get("HOME") or os.path.expanduser("~"), below_home)


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name)
    if value is None or value == "":
        return default
    if not value.isascii() or not value.isdigit() or len(value) > _LONGEST_COUNT:
        raise InvalidSetting(f"{name}={value!r} is not a whole number of 0 or more.")
    return int(value)
