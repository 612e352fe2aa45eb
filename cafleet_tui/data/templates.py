"""The human's templates: the files of a folder beside the settings, one a template."""

from __future__ import annotations

import os
from contextlib import suppress

from cafleet_core.text import disarmed, label
from cafleet_tui.model.template import Template

_ENDINGS = (".md", ".txt")
_MOST, _LONGEST = 100, 64_000
"""How many are offered, and of how many characters each."""


def folder_of(settings_file: str) -> str:
    """The folder beside the settings file."""
    return os.path.join(os.path.dirname(settings_file), "templates")


def read(folder: str) -> tuple[Template, ...]:
    """The templates by name; none where there is no such folder. What is no text is left out."""
    templates: list[Template] = []
    with suppress(OSError):
        for file in sorted(os.listdir(folder))[: 10 * _MOST]:
            name, ending = os.path.splitext(file)
            if ending not in _ENDINGS or not label(name):
                continue
            if text := _text(os.path.join(folder, file)):
                templates.append(Template(label(name), text))
    return tuple(templates[:_MOST])


def _text(path: str) -> str | None:
    if not os.path.isfile(path):  # a pipe would never end
        return None
    with suppress(OSError, ValueError), open(path, encoding="utf-8") as file:
        return disarmed(file.read(_LONGEST)).rstrip("\n") or None
    return None
