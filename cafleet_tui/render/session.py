"""Words of the session picker: an empty list, and what became of a new session."""

from __future__ import annotations

from textual.content import Content

from cafleet_core.requests import UpRequest, UpResult
from cafleet_core.text import cut
from cafleet_tui.render import status_line
from cafleet_tui.render.safe_text import label


def empty(trouble: str | None, key: str | None) -> Content:
    """How to create the first session, or why none can be read; `key` creates one."""
    if trouble:
        return Content.assemble(
            ("The sessions cannot be read.\n\n", "bold $warning"), trouble
        )
    how = Content.assemble(
        ("No session yet.\n\n", "bold"),
        ("In the tmux pane of your Director, run\n\n", "$text-muted"),
        ("cafleet session create", "bold $primary"),
        ("\n\nIt appears here by itself.", "$text-muted"),
    )
    if key is None:
        return how
    return Content.assemble(
        how,
        ("\n\nOr press ", "$text-muted"),
        (key, "bold $primary"),
        (" for one with a Director of its own.", "$text-muted"),
    )


def creating(request: UpRequest) -> Content:
    """That a session is being created."""
    return Content(f"Starting {_named(request)} and its Director …")


def created(request: UpRequest, started: UpResult, command: str) -> Content:
    """That a session was created, whether its Director is ready, and the CLI equivalent."""
    ready = status_line.readiness(started.director)
    return Content.assemble(
        ("✓ ", "$success"),
        f"{_named(request)} started, Director {ready}",
        status_line.cli_equivalent(command),
    )


def not_created(request: UpRequest, text: str, command: str) -> Content:
    """Why there is no new session."""
    return Content.assemble(
        status_line.warning(f"{_named(request)} not started: {text}"),
        status_line.cli_equivalent(command),
    )


def _named(request: UpRequest) -> str:
    return cut(label(request.label or ""), 20) or "a session"
