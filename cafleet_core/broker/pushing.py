"""Whether a stored message is pushed at all, and the turn that is typed for it."""

from __future__ import annotations

from collections.abc import Sequence

from cafleet_core.panes.facts import host
from cafleet_core.push import preview, writer
from cafleet_core.push.script import Turn
from cafleet_core.records import NONE, Agent, Placement, PushResult, Task


def push(
    stored: Sequence[Task], recipients: Sequence[Agent], max_text_len: int
) -> list[PushResult]:
    """Announce each task to its recipient, one tmux call a server; the outcomes in order."""
    planned = [
        plan(task, recipient, max_text_len)
        for task, recipient in zip(stored, recipients, strict=True)
    ]
    typed = iter(writer.type_turns([one for one in planned if isinstance(one, Turn)]))
    return [next(typed) if isinstance(one, Turn) else one for one in planned]


def plan(task: Task, recipient: Agent, max_text_len: int) -> Turn | PushResult:
    """The turn to type, or the reason why there is none."""
    if task.from_agent_id == recipient.agent_id:
        return PushResult(NONE, "self")
    turn = turn_for(recipient, preview.preview(task, max_text_len))
    return turn._replace(show=True) if isinstance(turn, Turn) else turn


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
