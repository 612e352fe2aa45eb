"""What can become of a push, and which of it a refusing pane's facts mean."""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple
from cafleet_core.panes.tmux.facts import is_shell
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason

MOVED = PushResult(PushOutcome.HELD, PushReason.BUSY)
"""The pane is not as it was looked at: no more at rest, or told of a part by somebody else."""


class Refusal(NamedTuple):
    """Facts about a pane in which the writer did not type, all read in the same call."""

    server_pid: int
    pane_id: str
    pane_pid: int
    agent_ids: tuple[str, ...]
    typed: tuple[str, ...]
    dead: bool
    in_mode: bool
    synchronized: bool
    input_off: bool
    tty: str
    command: str


def of_refusal(
    refusal: Refusal,
    server_pid: int,
    pane_id: str,
    agent_id: str,
    bound: tuple[str, ...] = (),
    announces: tuple[str, ...] = (),
    pane_pid: int = 0,
) -> PushResult:
    """Why nothing was typed; SHOWN means that the text may be shown on the pane's tty.

    `bound` are the commands that would have been typed into, had their screen still been
    what it was when it was looked at; `announces` the messages that the text is about,
    which somebody else may have typed. `pane_pid` is the pane's first process as it was
    when the agent was placed, 0 where that is not known.
    """
    if refusal.server_pid != server_pid:
        return PushResult(PushOutcome.NONE, PushReason.SERVER_GONE)
    # for a target that does not exist tmux answers with another pane's facts
    if refusal.pane_id != pane_id:
        return PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    if agent_id not in refusal.agent_ids:
        return PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)
    known = [mark in refusal.typed for mark in announces]
    if any(known):
        return PushResult(PushOutcome.DELIVERED) if all(known) else MOVED
    if refusal.dead:
        return PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    if pane_pid not in (0, refusal.pane_pid):
        return PushResult(PushOutcome.HELD, PushReason.ANOTHER_AGENT)
    if reason := _diverted(refusal):
        return PushResult(PushOutcome.HELD, reason)
    if is_shell(refusal.command):
        return PushResult(PushOutcome.SHOWN)
    if refusal.command in bound:
        return MOVED
    return PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)


def _diverted(refusal: Refusal) -> PushReason | None:
    """Why tmux itself would not give the keys to the pane's program, or not to it alone."""
    if refusal.in_mode:
        return PushReason.COPY_MODE
    if refusal.synchronized:
        return PushReason.SYNCHRONIZED
    return PushReason.INPUT_OFF if refusal.input_off else None
