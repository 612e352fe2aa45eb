"""`cafleet setup`: show, install and remove what coding agents need to work with cafleet."""

from __future__ import annotations

import os
from collections import Counter

import click

from cafleet_core import text
from cafleet_core.cli import output
from cafleet_core.cli.parser import Command, pass_invocation
from cafleet_core.diagnosis import versions
from cafleet_core.errors import CafleetError, InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.setup import agent_folders, inventory, plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.setup.piece import Piece
    from cafleet_core.setup.plan import FileChange, Plan


class _Done(NamedTuple):
    """A change that was made, and the backup of the earlier file."""

    change: FileChange
    copy: str | None


@click.command(cls=Command)
@click.argument("pieces", nargs=-1, metavar="[PIECE]...")
@click.option("--apply", "apply", is_flag=True, help="Make the changes.")
@click.option("--remove", is_flag=True, help="Take out again what cafleet has put in.")
@click.option(
    "--force", is_flag=True, help="Replace also what was changed by hand; a copy stays."
)
@click.option(
    "--skip",
    type=click.Choice(agent_folders.AGENTS),
    multiple=True,
    help="Leave this agent alone; repeatable.",
)
@pass_invocation
def setup(
    run: Invocation,
    pieces: tuple[str, ...],
    apply: bool,
    remove: bool,
    force: bool,
    skip: tuple[str, ...],
) -> int:
    """Show what coding agents need, and what would change; change it with --apply.

    A PIECE is one of the names that are shown, or an agent: claude, codex, opencode.
    Without any, it is about every agent that is installed, and for a registry on a server
    about the host process, which systemd can run.
    """
    if apply and remove:
        raise InvalidInput("--apply and --remove exclude each other.")
    registry = run.settings.registry
    offered = inventory.chosen(pieces, os.environ, registry)
    chosen = [piece for piece in offered if piece.agent not in skip]
    planned = plan.plan(chosen, remove=remove, force=force)
    done, problems = _carried_out(planned) if apply or remove else ([], [])
    problems = [*planned.problems, *problems]
    if run.json:
        output.document(_document(chosen, planned, done, problems))
    else:
        lines = (
            _told(planned, done)
            if apply or remove
            else _shown(chosen, planned, every=not pieces)
        )
        output.line("\n".join([*lines, *_notes(chosen, done, remove=remove)]))
        for warning in [] if remove else versions.warnings(os.environ):
            output.note(f"Note: {warning}")
        for problem in problems:
            output.note(f"Error: {text.label(problem)}")
    return 1 if problems else 0


def _carried_out(planned: Plan) -> tuple[list[_Done], list[str]]:
    done, problems = [], []
    for change in planned.changes:
        try:
            done.append(_Done(change, plan.carry_out(change)))
        except CafleetError as error:
            problems.append(error.message)
    return done, problems


def _shown(chosen: list[Piece], planned: Plan, *, every: bool) -> Iterator[str]:
    """The changes, then the pieces and their states, which stay visible below a long diff."""
    for change in planned.changes:
        if not change.is_prose:
            yield f"{plan.difference(change)}\n"
    statuses = [plan.status(piece) for piece in chosen]
    rows = [
        (status.piece.name, status.state, status.piece.purpose) for status in statuses
    ]
    if rows:
        yield output.table(("piece", "state", "so that"), rows)
    for agent in agent_folders.AGENTS if every else ():
        if not any(piece.agent == agent for piece in chosen):
            yield f"{agent_folders.TITLES[agent]} is not installed."
    yield from _files("write", "delete", planned.changes)
    yield from _left(planned)
    if planned.changes:
        yield "Nothing was changed. Say --apply to do it; what is yours is kept as a copy."


def _told(planned: Plan, done: list[_Done]) -> Iterator[str]:
    """The changes that were made."""
    yield from _files("wrote", "deleted", [step.change for step in done])
    for change, copy in done:
        if not change.is_prose:
            verb = "deleted" if change.after is None else "wrote"
            kept = f"\n  before: {text.label(copy)}" if copy else ""
            yield f"{verb} {text.label(change.path)}{kept}"
    yield from _left(planned)
    if not planned.changes:
        yield "There was nothing to change."


def _files(written: str, deleted: str, changes: Iterable[FileChange]) -> Iterator[str]:
    """Files that are not shown as diffs, a line for each piece."""
    counts = Counter(
        (change.home, deleted if change.after is None else written)
        for change in changes
        if change.is_prose
    )
    for (home, verb), count in counts.items():
        files = "1 file" if count == 1 else f"{count} files"
        yield f"{verb} {files} in {text.label(os.path.join(home, 'skills'))}"


def _notes(chosen: list[Piece], done: list[_Done], *, remove: bool) -> Iterator[str]:
    """What is left for the user to do."""
    changed = {name for change, _ in done for name in change.pieces}
    notes = [
        piece.parting if remove else piece.note
        for piece in chosen
        if piece.name in changed
    ]
    yield from dict.fromkeys(filter(None, notes))


def _left(planned: Plan) -> Iterator[str]:
    for path in planned.left:
        yield f"left {text.label(path)}: changed by hand, or not from cafleet"


def _document(
    chosen: list[Piece], planned: Plan, done: list[_Done], problems: list[str]
) -> dict[str, Any]:
    copies = {change.path: copy for change, copy in done}
    return {
        "pieces": [_piece(piece) for piece in chosen],
        "changes": [
            {
                "path": change.path,
                "pieces": change.pieces,
                "done": change.path in copies,
                "backup": copies.get(change.path),
                "diff": None if change.is_prose else plan.difference(change),
            }
            for change in planned.changes
        ],
        "left": planned.left,
        "problems": problems,
    }


def _piece(piece: Piece) -> dict[str, Any]:
    status = plan.status(piece)
    return {
        "name": piece.name,
        "agent": piece.agent,
        "state": status.state,
        "purpose": piece.purpose,
        "files": [target.path for target in piece.targets],
    }
