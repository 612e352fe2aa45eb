"""The options of `cafleet db check`: see `command_table`. The rest of `cafleet db` is rare."""

from __future__ import annotations

from cafleet_core.cli.options import Command

COMMANDS = {"db check": Command("db_check.check")}
