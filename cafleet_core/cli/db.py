"""`cafleet db`: the registry file itself."""

from __future__ import annotations

import click

from cafleet_core import text
from cafleet_core.broker.registry import maintenance
from cafleet_core.cli import output
from cafleet_core.cli.parameter_types import Absolute, Time
from cafleet_core.cli.parser import Group, pass_invocation
from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.registry_import.tasks import Moved


@click.group(cls=Group)
def db() -> None:
    """Create, check and maintain the registry."""


@db.command()
@pass_invocation
def init(run: Invocation) -> None:
    """Bring the registry to this version; safe to repeat."""
    done = maintenance.init(run.settings.registry)
    if done.before == done.after:
        words = f"Already at head ({done.after}); nothing to do."
    elif done.before == 0:
        words = f"Created {done.where} at revision {done.after}."
    else:
        words = f"Upgraded from {done.before} to {done.after}."
        words += f" Backup: {done.backup}" if done.backup else ""
    if done.left:
        output.note(done.left)
    run.say(
        words,
        {
            "path": done.where,
            "before": done.before,
            "after": done.after,
            "backup": done.backup and str(done.backup),
        },
    )


@db.command()
@click.argument("path", type=Absolute())
@pass_invocation
def backup(run: Invocation, path: str) -> None:
    """Copy the registry to a new file, while others go on using it."""
    target = maintenance.backup(run.registry, path)
    run.say(f"Backup written to {target}.", {"path": str(target)})


@db.command()
@click.option(
    "--to",
    "url",
    required=True,
    metavar="URL",
    help="postgresql://user@host/database?sslmode=verify-full, without a password.",
)
@pass_invocation
def copy(run: Invocation, url: str) -> None:
    """Copy the whole registry to an empty one on a PostgreSQL server; ids and times stay.

    All or nothing, and nobody else can write meanwhile. The registry here stays as it is.
    """
    counts = maintenance.copy(run.registry, url)
    tables = ("sessions", "agents", "tasks", "events")
    rows = ", ".join(f"{counts.get(table, 0)} {table}" for table in tables)
    run.say(
        f"Copied {rows}. Set CAFLEET_DATABASE_URL to the new one on every machine.",
        {"rows": counts},
    )


@db.command()
@click.argument("role")
@click.option(
    "--only-read", is_flag=True, help="Let it only look: it sends and changes nothing."
)
@pass_invocation
def grant(run: Invocation, role: str, only_read: bool) -> None:
    """Let a role of the PostgreSQL server take part in this session; safe to repeat."""
    session = run.session()
    run.registry.grant(role, session.session_id, only_read=only_read)
    to_read = " to read" if only_read else ""
    run.say(
        f"Granted session {session.session_id} to {role}{to_read}.",
        {"role": role, "session_id": session.session_id, "only_read": only_read},
    )


@db.command()
@click.argument("role")
@pass_invocation
def revoke(run: Invocation, role: str) -> None:
    """Take this session from a role of the PostgreSQL server again."""
    session = run.session()
    had = run.registry.revoke(role, session.session_id)
    run.say(
        f"Revoked session {session.session_id} from {role}."
        if had
        else f"{role} had no session {session.session_id}.",
        {"role": role, "session_id": session.session_id, "revoked": had},
    )


@db.command()
@click.option(
    "--older-than",
    "before",
    type=Time(),
    required=True,
    metavar="SPAN|TIME",
    help="A span such as 30d, or a time.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@pass_invocation
def prune(run: Invocation, before: str, dry_run: bool) -> None:
    """Remove settled messages, departed agents, deleted sessions and events of long ago."""
    pruned = maintenance.prune(run.registry, before, dry_run=dry_run)
    if not dry_run:
        _compact(run)
    verb = "Would remove" if dry_run else "Removed"
    run.say(
        f"{verb} {pruned.tasks} tasks, {pruned.agents} agents, {pruned.sessions} sessions,"
        f" {pruned.events} events.",
        {**pruned._asdict(), "dry_run": dry_run},
    )


def _compact(run: Invocation) -> None:
    """Return space to the disk; if it is too full for that, new rows use what was freed."""
    try:
        maintenance.compact(run.registry)
    except RegistryError as error:
        output.note(f"The file stays as large as it was: {error.message}")


@db.command("import")
@click.argument("path")
@click.option("--dry-run", is_flag=True, help="Only say what would come.")
@pass_invocation
def import_(run: Invocation, path: str, dry_run: bool) -> None:
    """Take in the sessions, agents and messages of an earlier cafleet's registry.

    PATH is only read. What is here already stays as it is, so that the command can be
    repeated. Ids and times are kept; panes are not: the agents come without one, their
    unacked messages wait to be polled, and nothing is typed. Nobody else can write until
    it is done.
    """
    from cafleet_core.registry_import import tasks

    def progress(done: int, total: int) -> None:
        output.note(f"{done} of {total} tasks ...")

    moved = tasks.move_in(run.registry, path, dry_run=dry_run, progress=progress)
    run.say(
        "\n".join(_told(moved, dry_run)),
        {
            **moved._asdict(),
            "renamed": [agent._asdict() for agent in moved.renamed],
            "dry_run": dry_run,
        },
    )


def _told(moved: Moved, dry_run: bool) -> Iterator[str]:
    """A line of counts; then a line for each thing that differs from the imported file."""

    def listed(which: str) -> str:
        tallies = zip(("sessions", "agents", "tasks"), moved[:3], strict=True)
        return ", ".join(f"{tally[which]} {noun}" for noun, tally in tallies)

    yield f"{'Would import' if dry_run else 'Imported'} {listed('imported')}."
    if any(tally["present"] for tally in moved[:3]):
        yield f"Already here: {listed('present')}."
    for agent_id, before, after in moved.renamed:
        yield f"Renamed: {agent_id} '{text.one_line(before)}' is '{after}' here."
    if moved.settled:
        yield f"Failed: {moved.settled} open deliveries to agents that had left."
    if moved.left_out:
        yield f"Left out: {moved.left_out} rows that name a session or an agent that the file does not hold."
