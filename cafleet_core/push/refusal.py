"""What can become of a push, and which of it a refusing pane's facts mean."""

from typing import NamedTuple

from cafleet_core.panes.tmux.facts import is_shell
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason

MOVED = PushResult(PushOutcome.HELD, PushReason.BUSY)
"""The pane is not as it was looked at: no more at rest, or told of a part by somebody else."""


class Refusal(NamedTuple):
    """Facts about a pane in which the writer did not type, all read in the same call."""

    server_pid: int
    pane_id: str
    agent_id: str
    typed: tuple[str, ...]
    dead: bool
    in_mode: bool
    tty: str
    command: str


def of_refusal(
    refusal: Refusal,
    server_pid: int,
    pane_id: str,
    agent_id: str,
    at_rest: tuple[str, ...] = (),
    announces: tuple[str, ...] = (),
) -> PushResult:
    """Why nothing was typed; SHOWN means that the text may be shown on the pane's tty.

    `at_rest` are the commands that would have been typed into, had their screen not
    moved on since it was seen at rest; `announces` the messages that the text is about,
    which somebody else may have typed.
    """
    if refusal.server_pid != server_pid:
        return PushResult(PushOutcome.NONE, PushReason.SERVER_GONE)
    # for a target that does not exist tmux answers with another pane's facts
    if refusal.pane_id != pane_id:
        return PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    if refusal.agent_id != agent_id:
        return PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)
    told = [one in refusal.typed for one in announces]
    if any(told):
        return PushResult(PushOutcome.DELIVERED) if all(told) else MOVED
    if refusal.dead:
        return PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    if refusal.in_mode:
        return PushResult(PushOutcome.HELD, PushReason.COPY_MODE)
    if is_shell(refusal.command):
        return PushResult(PushOutcome.SHOWN)
    if refusal.command in at_rest:
        return MOVED
    return PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)
