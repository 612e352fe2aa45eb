"""The result of a push that the writer refused, from the facts of the pane."""

from __future__ import annotations

from cafleet_core import ids
from cafleet_core.fast_types import NamedTuple
from cafleet_core.panes.tmux.facts import is_shell
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason

MOVED = PushResult(PushOutcome.HELD, PushReason.BUSY)
"""The pane has changed since its snapshot: it is at work, or part of the turn was typed already."""


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

    `bound` are the commands that would have been typed into, had the screen not changed
    since its snapshot; `announces` the messages of the turn, which another process may have
    typed. `pane_pid` is the pane's first process in its placement, 0 if unknown.
    """
    if refusal.server_pid != server_pid:
        return PushResult(PushOutcome.NONE, PushReason.SERVER_GONE)
    # for a target that does not exist tmux answers with another pane's facts
    if refusal.pane_id != pane_id:
        return PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    if agent_id not in refusal.agent_ids:
        return PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)
    known = [is_known(mark, refusal.typed) for mark in announces]
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


def is_known(mark: str, typed: tuple[str, ...]) -> bool:
    """Whether a pane has the mark of a message: typed there, or handed to its agent."""
    return mark in typed or ids.handed(mark) in typed


def _diverted(refusal: Refusal) -> PushReason | None:
    """Why tmux would not pass the keys to the pane's program, or not to it alone."""
    if refusal.in_mode:
        return PushReason.COPY_MODE
    if refusal.synchronized:
        return PushReason.SYNCHRONIZED
    return PushReason.INPUT_OFF if refusal.input_off else None
