"""Import every module, make and check a registry: `python -W error -m tests.install.smoke`."""

from __future__ import annotations

import os
import pkgutil
import sys
from importlib import import_module
from tempfile import TemporaryDirectory

import cafleet_core
import cafleet_tui
from cafleet_core.cli.main import run

COMMANDS = (
    ["--version"],
    ["db", "init"],
    ["session", "list"],
    ["db", "check"],
    ["config", "check"],
)


OF_EXTRAS = ("anyio", "apprise", "genai_prices", "mcp", "mcp_types", "psycopg")
"""What only those modules need that come with an extra, which are not all installed here."""


def modules() -> list[str]:
    """Every module of both packages, except those that run a program on import."""
    return [
        module.name
        for package in (cafleet_core, cafleet_tui)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not module.name.endswith("__main__")
    ]


def main() -> int:
    """Import and run everything; the number of commands that failed."""
    for name in modules():
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            if error.name not in OF_EXTRAS:
                raise
    with TemporaryDirectory() as folder:
        os.environ["CAFLEET_DATABASE_URL"] = f"sqlite:///{folder}/registry.db"
        os.environ["XDG_CONFIG_HOME"] = folder
        return sum(run(command) != 0 for command in COMMANDS)


if __name__ == "__main__":
    sys.exit(main())
