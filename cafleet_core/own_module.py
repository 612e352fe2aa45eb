"""Run one of our modules with this very Python."""

from __future__ import annotations

import sys


def command(name: str, *arguments: str) -> list[str]:
    """The argument list that runs a module, from any folder.

    `-P` keeps that folder, somebody's project, out of the module path.
    """
    return [sys.executable, "-P", "-m", name, *arguments]
