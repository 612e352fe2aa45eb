"""Settings: defaults, overridden by the user's `config.toml`, overridden by the environment."""

from __future__ import annotations

import os.path

from cafleet_core.config import folders
from cafleet_core.config.keys import (
    AGENT_ID,
    KEYS,
    SESSION_ID,
    FileSettings,
    Key,
    Value,
)
from cafleet_core.config.rules import OnConflict, PushRules, Revive, Thresholds
from cafleet_core.config.written_values import from_environment
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Settings(FileSettings):
    """The settings of one command; the table in `keys` documents each.

    `registry` is the absolute path of the SQLite file, `keys` maps the control room's
    actions to the user's keys for them, `state_folder` is where the room keeps drafts:
    nowhere, if it is empty. `rules_file` holds the user's rules, if there is such a file.
    `read_only` keeps the room from changing anything. Settings are immutable; `replace` makes
    changed copies.
    """

    session_id: str | None = None
    agent_id: str | None = None
    keys: Mapping[str, str] = {}  # immutable
    read_only: bool = False
    state_folder: str = ""
    rules_file: str = ""

    def __init__(self, registry: str, **values: Any) -> None:
        unknown = [name for name in values if not hasattr(Settings, name)]
        if unknown:
            raise TypeError(f"there is no setting {unknown[0]!r}")
        self.__dict__.update(values, registry=registry)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"settings are not changed, not even {name}")

    def replace(self, **values: Any) -> Settings:
        """A copy with some settings changed."""
        return Settings(**{**self.__dict__, **values})

    def value(self, key: Key[Any]) -> Value:
        """The value of a setting of the file."""
        value: Value = getattr(self, key.field)
        return value

    @property
    def thresholds(self) -> Thresholds:
        """After how many seconds a member counts as quiet or unheard, and its messages as overdue."""
        return Thresholds(
            *(self.quiet_after, self.overdue_after, self.unheard_after),
            Revive(self.restart),
            resume_after_limit=self.resume_after_limit,
        )

    @property
    def file_rule(self) -> OnConflict:
        """What becomes of an edit of a file that another agent uses."""
        return OnConflict(self.on_file_conflict)

    @property
    def push_rules(self) -> PushRules:
        """The settings that pushes follow."""
        return PushRules(
            self.max_text_len, self.hold_timeout, self.remote_wait, self.transport
        )


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ`, by default the process's own, and the user's file.

    Raises InvalidSetting, naming variable and value, or file, line and key.
    """
    env = os.environ if environ is None else environ
    said: Mapping[str, Value] = {}
    keys: Mapping[str, str] = {}
    path = folders.user_file(env)
    if os.path.exists(path):
        from cafleet_core.config import user_file  # most people have none

        said, keys = user_file.read(path)
    values: dict[str, Any] = {}
    for key in KEYS:
        if key.binding and said.get(key.name):
            values[key.field] = True
        elif env.get(key.variable):
            values[key.field] = from_environment(key, env)
        elif key.name in said:
            values[key.field] = said[key.name]
    values["registry"] = folders.registry_path(env, str(said.get("registry.url", "")))
    return Settings(
        **values,
        session_id=env.get(SESSION_ID) or None,
        agent_id=env.get(AGENT_ID) or None,
        keys=keys,
        state_folder=folders.state_folder(env),
        rules_file=path,
    )
