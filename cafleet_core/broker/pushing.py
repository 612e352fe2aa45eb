"""What is typed for an agent: a turn in its pane, or why there is none."""

from __future__ import annotations

from cafleet_core.panes.facts import host
from cafleet_core.push.script import Turn
from cafleet_core.records import NONE, Agent, PushResult


def turn_for(recipient: Agent, words: str) -> Turn | PushResult:
    """`words` as a turn in the recipient's pane, or why it has none that can be reached."""
    placement = recipient.placement
    if placement is None:
        return PushResult(NONE, "no_placement")
    if placement.tmux_pane_id is None:
        return PushResult(NONE, "pending_placement")
    if placement.host != host():
        return PushResult(NONE, "other_host")
    return Turn(
        agent_id=recipient.agent_id,
        socket=placement.tmux_socket,
        server_pid=placement.tmux_server_pid,
        pane_id=placement.tmux_pane_id,
        process_names=tuple(placement.process_names.split()),
        text=words,
    )
