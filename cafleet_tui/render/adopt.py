"""Draw the agents that nobody owns, and what became of one's adoption."""

from __future__ import annotations

from textual.content import Content

from cafleet_core.records import Agent
from cafleet_core.text import cut
from cafleet_tui.operations.adopt_member import Stray
from cafleet_tui.render import status_line
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import shorten

TITLE = Content.styled("Adopt an agent", "bold $primary")

LOOKING = Content.styled("Looking for agents that nobody owns …", "$text-muted")

HINT = Content("Its name among the members; Enter alone names it after its kind.")

_LONGEST_NAME = 20
_KIND_CELLS, _SESSION_CELLS = 12, 20


def row(stray: Stray) -> Content:
    """One agent: its pane, its kind, what it does, in which tmux session."""
    among = shorten(label(stray.among), _SESSION_CELLS)
    return Content.assemble(
        (stray.pane_id.ljust(6), "bold"),
        (shorten(label(stray.kind), _KIND_CELLS).ljust(_KIND_CELLS + 2), ""),
        (str(stray.state).ljust(11), "$text-muted"),
        (among, "$text-muted"),
    )


def about(count: int) -> Content:
    """What adopting one means, or why there is none to adopt."""
    if not count:
        return Content(
            "Every coding agent in the Director's tmux server is some team's already."
        )
    return Content(
        "It becomes a member in its own pane; nothing is typed, and it may be let go again."
    )


def unseen(trouble: str) -> Content:
    """Why they cannot be looked for."""
    return status_line.warning(f"Not seen: {trouble}")


def naming(stray: Stray) -> Content:
    """Asks for the name of the one that was chosen."""
    return Content.assemble(
        "Adopt ", (f"{label(stray.kind)} in pane {stray.pane_id}", "bold")
    )


def outcome(member: Agent, command: str) -> Content:
    """That it is a member, and the CLI equivalent."""
    return Content.assemble(
        ("✓ ", "$success"),
        f"{cut(label(member.name), _LONGEST_NAME)} is a member now",
        status_line.cli_equivalent(command),
    )


def failure(stray: Stray, why: str, command: str) -> Content:
    """Why it is no member."""
    return Content.assemble(
        status_line.warning(f"pane {stray.pane_id} not adopted: {why}"),
        status_line.cli_equivalent(command),
    )
