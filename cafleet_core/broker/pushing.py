"""The turn that is typed for an agent, or why there is none."""

from __future__ import annotations

from cafleet_core.panes.facts import host
from cafleet_core.push.script import Turn
from cafleet_core.records import NONE, Agent, Placement, PushResult


def turn_for(recipient: Agent, words: str) -> Turn | PushResult:
    """`words` as a turn in the recipient's pane, or why it has none that can be reached."""
    placement = recipient.placement
    if placement is None:
        return PushResult(NONE, "no_placement")
    if placement.tmux_pane_id is None:
        return PushResult(NONE, "pending_placement")
    if placement.host != host():
        return PushResult(NONE, "other_host")
    return _turn(recipient.agent_id, placement, placement.tmux_pane_id, words)


def _turn(agent_id: str, placement: Placement, pane_id: str, words: str) -> Turn:
    return Turn(
        agent_id=agent_id,
        socket=placement.tmux_socket,
        server_pid=placement.tmux_server_pid,
        pane_id=pane_id,
        process_names=tuple(placement.process_names.split()),
        text=words,
    )
