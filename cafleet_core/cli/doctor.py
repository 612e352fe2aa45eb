"""`cafleet doctor`: faults of this host, as a list and an exit code."""

from __future__ import annotations

from cafleet_core.diagnosis import checks
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation

_MARKS = {True: "✓", False: "✗", None: "·"}


def doctor(run: Invocation, fix: bool) -> int:
    """Look at the registry, tmux, the panes and the coding agents; 1 when something is wrong."""
    fixed = _fixed(run.settings.registry) if fix else []
    results = checks.examine(run.settings.registry)
    problems = sum(check.ok is False for check in results)
    lines = [f"+ {line}" for line in fixed]
    lines += [f"{_MARKS[check.ok]} {check.name}: {check.detail}" for check in results]
    lines.append("1 problem." if problems == 1 else f"{problems} problems.")
    run.say(
        "\n".join(lines),
        {
            "checks": [check._asdict() for check in results],
            "problems": problems,
            "fixed": fixed,
        },
    )
    return 1 if problems else 0


def _fixed(registry: str) -> list[str]:
    from cafleet_core.diagnosis import (
        repair,  # what only looks needs half as many modules
    )

    return repair.repair(registry)
