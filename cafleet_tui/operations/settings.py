"""The human's settings: read with their origins, and changed in the settings file."""

from __future__ import annotations

import os
from threading import Lock
from typing import Any, NamedTuple

from cafleet_core.broker.registry.open import url_of
from cafleet_core.config import file_edits, folders, origins, settings
from cafleet_core.config.keys import KEYS, Key, Value
from cafleet_core.config.settings import Settings
from cafleet_core.config.written_values import from_words
from cafleet_core.errors import InvalidSetting
from cafleet_tui.appearance import check_settings, themes

_OF_THE_ROOM = ("registry", "read_only", "session_id", "agent_id", "state_folder")
"""What a room was opened with, and keeps."""

_WRITING = Lock()
"""Quick keys start one thread after another: each reads what the one before has written."""

_REGISTRY, _THEME = "registry.url", "tui.theme"


class Loaded(NamedTuple):
    """Settings as they count now, and each fault of `[tui]`, in whose place the usual ones do."""

    settings: Settings
    faults: tuple[str, ...]


class ShownSetting(NamedTuple):
    """A setting, its value, and where that comes from: see `config.origins`."""

    key: Key[Any]
    value: Value
    origin: str

    @property
    def is_default(self) -> bool:
        """Whether neither the file nor a variable says anything of it."""
        return self.origin == origins.DEFAULT

    @property
    def variable_counts(self) -> bool:
        """Whether a variable says it, so that the file does not count."""
        variable: str = self.key.variable
        return self.origin == variable

    @property
    def choices(self) -> tuple[Value, ...]:
        """All values that it can have, in order; empty where it is written out."""
        if isinstance(self.key.default, bool):
            return (True, False)
        if self.key.name == _THEME:
            return ("", *themes.names())
        if isinstance(self.key.default, tuple):
            return ()
        choices: tuple[str, ...] = self.key.choices
        return choices


def read() -> tuple[ShownSetting, ...]:
    """All settings as they are now; raises InvalidSetting."""
    now, origin = settings.load(), origins.of(os.environ)
    return tuple(
        ShownSetting(key, _value(now, key, origin[key.name]), origin[key.name])
        for key in KEYS
    )


def _value(now: Settings, key: Key[Any], origin: str) -> Value:
    """A setting's value, that of the registry as it is written."""
    if key.name != _REGISTRY:
        return now.value(key)
    return "" if origin == origins.DEFAULT else url_of(now.registry)


def change(key: Key[Any], value: Value | None) -> None:
    """Write a setting into the file, after those that are being written; None takes it out.

    Raises CafleetError.
    """
    with _WRITING:
        file_edits.change(folders.user_file(os.environ), key.name, value)


def from_human(key: Key[Any], words: str) -> Value:
    """The value that a human has written; raises InvalidSetting."""
    return from_words(key, words.strip(), key.name)


def load(before: Settings) -> Loaded:
    """The settings anew, for a room that was opened with `before`."""
    try:
        now = settings.load()
    except InvalidSetting as error:
        return Loaded(before, (error.message,))
    kept = {name: getattr(before, name) for name in _OF_THE_ROOM}
    return Loaded(*check_settings.usable(now.replace(**kept)))
