"""`cafleet db`: the registry file itself."""

from __future__ import annotations

import click

from cafleet_core.broker import maintenance
from cafleet_core.cli.invocation import Group, Invocation, pass_invocation
from cafleet_core.cli.times import Moment


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


@db.command()
@pass_invocation
def check(run: Invocation) -> int:
    """Say whether the registry is sound, and how much is in it; 1 when it is not."""
    found = maintenance.check(run.registry)
    counts = [f"{table}: {rows}" for table, rows in found.counts.items()]
    verdict = found.complaints or ["The registry is sound."]
    run.say(
        "\n".join([*counts, *verdict]),
        {"counts": found.counts, "complaints": found.complaints},
    )
    return 1 if found.complaints else 0


@db.command()
@click.argument("path")
@pass_invocation
def backup(run: Invocation, path: str) -> None:
    """Copy the registry to a new file, while others go on using it."""
    target = maintenance.backup(run.registry, path)
    run.say(f"Backup written to {target}.", {"path": str(target)})


@db.command()
@click.option(
    "--older-than",
    "before",
    type=Moment(),
    required=True,
    metavar="SPAN|TIME",
    help="A span such as 30d, or a time.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@pass_invocation
def prune(run: Invocation, before: str, dry_run: bool) -> None:
    """Remove settled messages, departed agents and deleted sessions of long ago."""
    pruned = maintenance.prune(run.registry, before, dry_run=dry_run)
    verb = "Would remove" if dry_run else "Removed"
    run.say(
        f"{verb} {pruned.tasks} tasks, {pruned.agents} agents, {pruned.sessions} sessions.",
        {**pruned._asdict(), "dry_run": dry_run},
    )
