"""Draw sessions as lines of the picker."""

from __future__ import annotations

from datetime import datetime

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from cafleet_core import clock
from cafleet_core.requests import UpRequest, UpResult
from cafleet_core.text import cut
from cafleet_core.views import SessionSummary
from cafleet_tui.render import status_line
from cafleet_tui.render.age import age
from cafleet_tui.render.entry_detail import moment
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.status_line import session_name

_FIGURES = 44
"""Cells for agents, unacked, last activity and creation."""

_ALWAYS = 22
"""Cells for the figures that even a narrow picker shows."""


def header(width: int) -> Content:
    """The names of the columns."""
    name = "session".ljust(_name_width(width))
    text = name + "agents".rjust(7) + "unacked".rjust(8) + "last".rjust(7)
    if _wide(width):
        text += "created".rjust(_FIGURES - _ALWAYS)
    return Content.styled(text, "$text-muted")


def row(summary: SessionSummary, width: int, at: datetime) -> Content:
    """One session in `width` cells."""
    session = summary.session
    last = summary.last_activity
    deleted = session.deleted_at is not None
    name = session_name(session) + ("  (deleted)" if deleted else "")
    parts = [
        (_fit(name, _name_width(width)), "$text-muted" if deleted else "bold"),
        (str(summary.active_agents).rjust(7), ""),
        (
            str(summary.unacked or "·").rjust(8),
            "" if summary.unacked else "$text-muted",
        ),
        ((age(clock.age(last, at)) if last else "–").rjust(7), "$text-muted"),
    ]
    if _wide(width):
        created = moment(session.created_at)[:16]
        parts.append((created.rjust(_FIGURES - _ALWAYS), "$text-muted"))
    return Content.assemble(*parts)


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


def _wide(width: int) -> bool:
    return width >= _FIGURES + 24


def _name_width(width: int) -> int:
    return max(8, width - (_FIGURES if _wide(width) else _ALWAYS))


def _fit(text: str, width: int) -> str:
    if cell_len(text) > width - 1:
        text = set_cell_size(text, width - 2) + "…"
    return set_cell_size(text, width)
