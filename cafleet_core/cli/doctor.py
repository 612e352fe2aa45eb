"""`cafleet doctor`: what is wrong, as a list and an exit code."""

from __future__ import annotations

import click

from cafleet_core import diagnosis
from cafleet_core.cli.invocation import Command, Invocation, pass_invocation

_MARKS = {True: "✓", False: "✗", None: "·"}


@click.command(cls=Command)
@pass_invocation
def doctor(run: Invocation) -> int:
    """Look at the registry, tmux, the panes and the coding agents; 1 when something is wrong."""
    checks = diagnosis.examine(run.settings.registry)
    problems = sum(check.ok is False for check in checks)
    lines = [f"{_MARKS[check.ok]} {check.name}: {check.detail}" for check in checks]
    lines.append("1 problem." if problems == 1 else f"{problems} problems.")
    run.say(
        "\n".join(lines),
        {"checks": [check._asdict() for check in checks], "problems": problems},
    )
    return 1 if problems else 0
