"""`cafleet db`: the registry file itself."""

from __future__ import annotations

import click

from cafleet_core.broker import maintenance
from cafleet_core.cli.invocation import Group, Invocation, pass_invocation


@click.group(cls=Group)
def db() -> None:
    """Create, check and maintain the registry."""


@db.command()
@pass_invocation
def init(run: Invocation) -> None:
    """Bring the registry to this version; safe to repeat."""
    path = run.settings.registry
    done = maintenance.init(path)
    if done.before == done.after:
        told = f"Already at head ({done.after}); nothing to do."
    elif done.before == 0:
        told = f"Created {path} at revision {done.after}."
    else:
        told = f"Upgraded from {done.before} to {done.after}. Backup: {done.backup}"
    run.say(
        told,
        {
            "path": str(path),
            "before": done.before,
            "after": done.after,
            "backup": done.backup and str(done.backup),
        },
    )
