"""Where the value of each setting comes from."""

from __future__ import annotations

import os

from cafleet_core.config import folders, keys
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT = "default"


def of(environ: Mapping[str, str]) -> dict[str, str]:
    """By a setting's name: `default`, a variable, or `path:line` of the user's file."""
    file = folders.user_file(environ)
    lines: dict[str, int] = {}
    if os.path.exists(file):
        from cafleet_core.config import user_file  # most people have none

        lines = user_file.lines_of(file)
    origins = {name: f"{file}:{line}" for name, line in lines.items()}
    for key in keys.KEYS:
        if environ.get(key.variable):
            origins[key.name] = key.variable
        else:
            origins.setdefault(key.name, DEFAULT)
    return origins
