"""Interrupt an agent at work by its own key, and see whether it has stopped."""

from __future__ import annotations

import time

from cafleet_core import text
from cafleet_core.agents import catalog
from cafleet_core.broker.delivery import input_box, policy, turns
from cafleet_core.broker.delivery.type_now import SendFailed
from cafleet_core.broker.directory import placements
from cafleet_core.config.rules import PushRules
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING, StrEnum
from cafleet_core.panes.reading.look import look
from cafleet_core.push import writer
from cafleet_core.push.refusal import MOVED
from cafleet_core.records import PushResult
from cafleet_core.states import (
    REFUSED,
    PaneState,
    PushOutcome,
    PushReason,
)

if TYPE_CHECKING:
    from cafleet_core.agents.catalog import CodingAgent
    from cafleet_core.agents.cues import Cues
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent

SECONDS = 10.0
"""Seconds within which an agent has usually stopped."""

_BETWEEN_KEYS = 0.2
"""Seconds between two keys: closer together, a terminal program takes them for another key."""

_LOOK_SECONDS = 0.15
_LOOKS = 2
"""Looks in a row that must show it at rest: one at work may show nothing for a moment."""

_AT_WORK_TOO, _WAITED = PushRules(hold_timeout=1), 2.0
_STOPPED = frozenset((PaneState.IDLE, PaneState.DRAFT, *REFUSED))
_NOT_SEEN = {
    PaneState.DEAD: PushReason.PANE_GONE,
    PaneState.SHELL: PushReason.NOT_THE_AGENT,
}


class Interruption(StrEnum):
    """What became of an agent's work that was to be interrupted.

    INTERRUPTED: it was seen at work, its key was pressed, and it was seen to have stopped.
    """

    INTERRUPTED = "interrupted"
    NOT_BUSY = "not_busy"
    STILL_BUSY = "still_busy"


def interrupt(member: Agent, seconds: float = SECONDS) -> Interruption:
    """Press the keys by which the member's coding agent stops working, if it is at work.

    Each is pressed only while the pane shows that, and before its own empty input box.
    Raises Refused if it has no pane or no such key is known, SendFailed with the reason if
    a question, a draft or something in front of its box forbids a key.
    """
    kind = _kind(member)
    for number, key in enumerate(kind.interrupt_keys):
        if number:
            time.sleep(_BETWEEN_KEYS)
        if _press(member, key, kind.cues):
            continue
        if not number:
            return Interruption.NOT_BUSY
        break
    if _has_stopped(member, time.monotonic() + seconds):
        return Interruption.INTERRUPTED
    return Interruption.STILL_BUSY


def _kind(member: Agent) -> CodingAgent:
    """The member's coding agent; raises Refused if no key is known that interrupts it."""
    placement, _ = placements.pane_of(member)
    kind = catalog.load().get(placement.coding_agent)
    if kind is None or not kind.interrupt_keys:
        name = text.label(placement.coding_agent)
        raise Refused(f"no key is known that interrupts coding agent '{name}'.")
    return kind


def _press(member: Agent, key: str, cues: Cues) -> bool:
    """Press a key while the agent is seen at work; False, with nothing pressed, if it is not."""
    _, pane_id = placements.pane_of(member)
    result = PushResult(PushOutcome.NONE, PushReason.NO_ANSWER)
    for _ in input_box.tries():
        seen = look([member]).get(member.agent_id)
        # a command that runs in the pane may be what is to be stopped
        seen = seen and seen._replace(executes=False)
        turn = turns.turn_for(member, "")
        if seen is None or isinstance(turn, PushResult):
            break
        if seen.refusal is None and seen.state in _STOPPED:
            return False
        if reason := _hold(seen):
            raise _not_pressed(pane_id, policy.held(reason))
        pressing = turns.interrupting(turn, seen, cues, key)
        result = writer.type_turns([pressing])[0]
        if result is not MOVED:
            break
    if result.outcome != PushOutcome.DELIVERED:
        raise _not_pressed(pane_id, result)
    return True


def _hold(seen: PaneReading) -> PushReason | None:
    """Why no key may be pressed now: all that forbids typing, and what is not seen at work."""
    if seen.state == PaneState.BUSY:
        return policy.hold(seen, _WAITED, _AT_WORK_TOO)
    return (
        policy.hold(seen, 0.0, _AT_WORK_TOO)
        or _NOT_SEEN.get(seen.state)
        or PushReason.UNKNOWN
    )


def _not_pressed(pane_id: str, result: PushResult) -> SendFailed:
    return SendFailed(
        f"no key was pressed in pane {pane_id}: {result.outcome} ({result.reason})."
    )


def _has_stopped(member: Agent, deadline: float) -> bool:
    """Whether the agent is seen at rest before the deadline, and still is a moment later."""
    at_rest = 0
    while True:
        seen = look([member]).get(member.agent_id)
        stopped = seen and seen.refusal is None and seen.state in _STOPPED
        at_rest = at_rest + 1 if stopped else 0
        if at_rest == _LOOKS:
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK_SECONDS)
