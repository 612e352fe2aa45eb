"""Capture the text of a member's pane."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.directory import placements
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import commands, facts

if TYPE_CHECKING:
    from cafleet_core.records import Agent


def capture(member: Agent, lines: int, ansi: bool) -> list[str]:
    """The last `lines` lines of a member's pane, without trailing blank ones.

    Without `ansi` they hold no control sequences. Raises Refused while the pane is being
    made, TmuxError if it is gone or not provably the member's.
    """
    placement, pane_id = placements.pane_of(member)
    pane = facts.panes(placement.tmux_socket).get(pane_id)
    if pane is None or member.agent_id not in pane.agent_ids:
        raise TmuxError(f"pane {pane_id} of member {member.agent_id} is gone.")
    captured = commands.capture(placement.tmux_socket, pane_id, lines, ansi)
    return captured if ansi else [text.sanitise(line) for line in captured]
