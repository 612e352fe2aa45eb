"""Show the human an agent's pane."""

from __future__ import annotations

from cafleet_core import host
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import commands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cafleet_core.records import Agent


def refusal(agent: Agent, environ: Mapping[str, str]) -> str | None:
    """Why the agent's pane cannot be shown from here; None if it can."""
    placement = agent.placement
    if placement is None or placement.tmux_pane_id is None:
        return "it has no pane"
    if placement.host != host.host_id():
        return "its pane is on another machine"
    socket = environ.get("TMUX", "").split(",")[0]
    if not socket:
        return "not inside tmux"
    return None if socket == placement.tmux_socket else "its pane is in another tmux"


def visit(agent: Agent, environ: Mapping[str, str]) -> None:
    """Select the agent's window and pane in the tmux client that shows this pane.

    Raises Refused with what `refusal` says, TmuxError if the pane is gone.
    """
    if why := refusal(agent, environ):
        raise Refused(f"cannot go there: {why}.")
    placement = agent.placement
    assert placement is not None  # noqa: S101  # or there would be a refusal
    pane = placement.tmux_pane_id or ""
    socket = placement.tmux_socket
    commands.run(socket, "select-window", "-t", pane)
    commands.run(socket, "select-pane", "-t", pane)
    commands.run(socket, "switch-client", "-t", pane)
