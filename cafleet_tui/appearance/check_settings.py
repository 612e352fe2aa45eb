"""Check the theme and the keys of `[tui]`."""

from __future__ import annotations

import os
from collections.abc import Iterator

from textual.theme import BUILTIN_THEMES

from cafleet_core.config.settings import Settings
from cafleet_core.errors import InvalidSetting
from cafleet_core.suggestion import nearest
from cafleet_tui.appearance import themes
from cafleet_tui.keys import keymap


def faults(settings: Settings) -> Iterator[tuple[str, str]]:
    """Invalid settings of `[tui]`, as (name, reason)."""
    known = [*(theme.name for theme in themes.THEMES), *BUILTIN_THEMES]
    if settings.theme and settings.theme not in known:
        meant = nearest(settings.theme, known)
        hint = f"; did you mean {meant}?" if meant else ""
        yield "tui.theme", f"there is no theme {settings.theme!r}{hint}"
    yield from keymap.faults(settings.keys)


def check(settings: Settings) -> None:
    """Raise InvalidSetting for the first invalid setting, with its line or variable."""
    for name, why in faults(settings):
        from cafleet_core.config import user_file

        raise InvalidSetting(user_file.traced(name, why, os.environ))
