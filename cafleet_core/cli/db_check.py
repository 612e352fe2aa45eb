"""`cafleet db check`: whether the registry is sound, and how much is in it."""

from __future__ import annotations

from cafleet_core.broker.registry import maintenance
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation


def check(run: Invocation) -> int:
    """Say whether the registry is sound, and how much is in it; 1 when it is not."""
    checked = maintenance.check(run.registry)
    counts = [f"{table}: {rows}" for table, rows in checked.counts.items()]
    verdict = checked.complaints or ["The registry is sound."]
    run.say(
        "\n".join([*counts, *verdict]),
        {"counts": checked.counts, "complaints": checked.complaints},
    )
    return 1 if checked.complaints else 0
