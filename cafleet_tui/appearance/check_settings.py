"""Check the theme and the keys of `[tui]`."""

from __future__ import annotations

import os
from collections.abc import Iterator

from cafleet_core.config.settings import Settings
from cafleet_core.suggestion import nearest
from cafleet_tui.appearance import themes
from cafleet_tui.keys import keymap

_KEYS = "tui.keys."


def faults(settings: Settings) -> Iterator[tuple[str, str]]:
    """Invalid settings of `[tui]`, as (name, reason)."""
    known = themes.names()
    if settings.theme and settings.theme not in known:
        meant = nearest(settings.theme, known)
        hint = f"; did you mean {meant}?" if meant else ""
        yield "tui.theme", f"there is no theme {settings.theme!r}{hint}"
    yield from keymap.faults(settings.keys, settings.preset)


def usable(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings without what cannot be of `[tui]`, whose usual values count; and each fault.

    A fault is one line, which begins with its line of the file or its variable.
    """
    said: list[str] = []
    while fault := next(faults(settings), None):
        name, why = fault
        said.append(_traced(name, why))
        action_id = name.removeprefix(_KEYS)
        keys = {each: key for each, key in settings.keys.items() if each != action_id}
        if action_id == name:
            settings = settings.replace(theme="")
        elif len(keys) < len(settings.keys):
            settings = settings.replace(keys=keys)
        else:  # whose fault it is cannot be told
            settings = settings.replace(keys={})
    return settings, tuple(said)


def _traced(name: str, why: str) -> str:
    from cafleet_core.config import user_file

    return user_file.traced(name, why, os.environ)
