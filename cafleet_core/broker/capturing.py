"""Reading a member's pane."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker import members
from cafleet_core.panes import tmux
from cafleet_core.records import Agent


def capture(member: Agent, lines: int, ansi: bool) -> list[str]:
    """The last `lines` lines of a member's pane, trailing blank ones left out.

    Without `ansi` they hold nothing that a terminal obeys. Raises Refused while the
    pane is being made, TmuxError where it is gone.
    """
    placement, pane_id = members.pane_of(member)
    captured = tmux.capture(placement.tmux_socket, pane_id, lines, ansi)
    return captured if ansi else [text.sanitise(line) for line in captured]
