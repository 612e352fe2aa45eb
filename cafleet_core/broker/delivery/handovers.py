"""Which messages go through their recipients' own inboxes, and what became of those that did."""

from __future__ import annotations

import time

from cafleet_core import clock, process
from cafleet_core.agents import cues, present
from cafleet_core.broker.delivery import confirmation, policy, turns
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.push import transport, writer
from cafleet_core.push.native_inbox import kinds
from cafleet_core.push.script import Turn
from cafleet_core.push.transport import Handover
from cafleet_core.states import PaneState, PushReason, Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cafleet_core.broker.delivery.confirmation import Confirmation
    from cafleet_core.broker.delivery.turns import Owed, Push
    from cafleet_core.push.native_inbox.inbox import Inbox
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent, Placement, PushResult, Task

_SILENT_FOR = 5.0
"""Seconds after which an agent at rest that has not got a message will not get it."""

_NOTED_WITHIN = 0.5
"""Seconds in which an agent notes what it has read from its socket; it takes milliseconds."""

_ASKED_AGAIN = 20.0
"""Seconds until the next look at an agent whose human was asked about a message."""

_GONE_AGAIN = 5.0
"""Seconds until the next look at an agent whose program is not there."""

_WITHOUT_TMUX = frozenset((PushReason.NO_ACCESS, PushReason.NO_ANSWER))
_OPEN = frozenset(
    (
        *(PaneState.IDLE, PaneState.BUSY, PaneState.WAITING),
        *(PaneState.DRAFT, PaneState.UNKNOWN),
    )
)
"""States of an agent that runs and that its service does not refuse."""


def hand_over(
    pushes: Sequence[Push], readings: Mapping[str, PaneReading]
) -> list[PushResult | None]:
    """The result of each push that went through its recipient's inbox; None for all others."""
    meant = [
        _handover(push, readings.get(push.owed.recipient.agent_id)) for push in pushes
    ]
    results = iter(transport.hand_over([each for each in meant if each]))
    return [next(results) if each else None for each in meant]


def handed_before(
    pushes: Sequence[Push], readings: Mapping[str, PaneReading]
) -> dict[str, PushResult]:
    """Results of tasks that agents have got, as they say themselves, where no pane could tell."""
    results: dict[str, PushResult] = {}
    for push in pushes:
        agent = push.owed.recipient
        reading = readings.get(agent.agent_id)
        if not _is_without_tmux(reading):
            continue
        task_ids = [task.task_id for task in push.owed.tasks]
        inbox = _inbox(agent, reading) if task_ids else None
        if inbox is not None:
            got = transport.accepted(inbox, task_ids)
            results.update(dict.fromkeys(got, writer.HANDED))
    return results


def examined(owed: Owed, reading: PaneReading | None) -> dict[str, Confirmation]:
    """Confirm messages handed to a recipient's inbox, by the files of its coding agent."""
    agent, tasks = owed.recipient, owed.typed
    inbox = _inbox(agent, reading)
    if inbox is None:
        return dict.fromkeys((task.task_id for task in tasks), _unseen(tasks))
    receipts = _receipts(inbox, tasks)
    alike: dict[Receipt, list[Task]] = {}
    for task in tasks:
        alike.setdefault(receipts[task.task_id], []).append(task)
    return {
        task.task_id: seen
        for receipt, some in alike.items()
        for seen in (_confirmation(receipt, agent, some, reading, inbox),)
        for task in some
    }


def _receipts(inbox: Inbox, tasks: Sequence[Task]) -> dict[str, Receipt]:
    """The receipt of each message; MISSING only where that is proven.

    The proof: the agent has read its socket since, has had time to record what it read,
    and is at rest.
    """
    task_ids = [task.task_id for task in tasks]
    receipts = inbox.receipts(task_ids)
    if Receipt.MISSING not in receipts.values():
        return receipts
    if _waited(tasks) < _SILENT_FOR or not inbox.has_read():
        return {
            task_id: Receipt.UNKNOWN if receipt == Receipt.MISSING else receipt
            for task_id, receipt in receipts.items()
        }
    time.sleep(_NOTED_WITHIN)
    return inbox.receipts(task_ids, since=clock.epoch(min(map(_handed_at, tasks))))


def _confirmation(
    receipt: Receipt,
    agent: Agent,
    tasks: Sequence[Task],
    reading: PaneReading | None,
    inbox: Inbox,
) -> Confirmation:
    """The confirmation that a receipt gives; a missing message is taken back, to be typed.

    The inbox has refused it, unless it was handed to a program before this one.
    """
    if receipt == Receipt.READ:
        forgiven = agent.placement is not None and agent.placement.inbox_refusals
        return confirmation.SUBMITTED._replace(taken_by=agent.agent_id * bool(forgiven))
    waited = _waited(tasks)
    asked = any(task.push_reason == PushReason.INBOX_HELD for task in tasks)
    if receipt != Receipt.ACCEPTED and asked:
        return confirmation.ASKED._replace(after=_ASKED_AGAIN)
    if waited > policy.COVERED_FOR:
        return confirmation.UNVERIFIED
    if receipt == Receipt.ASKED and waited >= _SILENT_FOR:
        return confirmation.ASKED._replace(refused_by=agent.agent_id)
    if receipt != Receipt.MISSING or waited < _SILENT_FOR:
        return confirmation.LOOK_LATER
    if not _taken_back(agent, tasks, reading, inbox):
        return confirmation.LOOK_LATER
    is_refused = clock.epoch(max(map(_handed_at, tasks))) >= inbox.begun
    return confirmation.TAKEN_BACK._replace(refused_by=agent.agent_id * is_refused)


def _taken_back(
    agent: Agent, tasks: Sequence[Task], reading: PaneReading | None, inbox: Inbox
) -> bool:
    """Whether messages can be typed now: neither the inbox nor the pane's marks hold them."""
    turn = turns.marked(agent, tasks)
    if not isinstance(turn, Turn) or reading is None or reading.refusal is not None:
        return False
    return inbox.take_back([task.task_id for task in tasks]) and writer.unmark(turn)


def _unseen(tasks: Sequence[Task]) -> Confirmation:
    """The confirmation where the agent's program has ended or cannot be identified.

    It may be started again, and has its messages then.
    """
    if _waited(tasks) > policy.COVERED_FOR:
        return confirmation.UNVERIFIED
    return confirmation.LOOK_LATER._replace(after=_GONE_AGAIN)


def _handed_at(task: Task) -> str:
    return task.notified_at or task.created_at


def _waited(tasks: Sequence[Task]) -> float:
    """Seconds since the last of some messages was handed over."""
    return clock.age(max(map(_handed_at, tasks)), clock.now())


def _handover(push: Push, reading: PaneReading | None) -> Handover | None:
    """The handover to a recipient's inbox; None without an inbox that takes messages now."""
    agent, turn = push.owed.recipient, push.turn
    if not isinstance(turn, Turn):
        return None
    without_tmux = _is_without_tmux(reading)
    if not without_tmux and (reading is None or not _is_open(reading)):
        return None
    inbox = _inbox(agent, reading)
    if inbox is None or (inbox.is_slow and _keys_are_free(push.owed, reading)):
        return None
    return Handover(turn, inbox, reading and reading.screen, not without_tmux)


def _is_open(reading: PaneReading) -> bool:
    free = reading.refusal is None and not reading.executes
    return free and reading.state in _OPEN


def _keys_are_free(owed: Owed, reading: PaneReading | None) -> bool:
    """Whether an agent is at rest, and nothing has kept these messages from being typed yet."""
    if reading is None or reading.state != PaneState.IDLE or reading.draft:
        return False
    return not any(task.push_attempts for task in owed.tasks)


def _is_without_tmux(reading: PaneReading | None) -> bool:
    return reading is None or reading.refusal in _WITHOUT_TMUX


def _inbox(agent: Agent, reading: PaneReading | None) -> Inbox | None:
    """The own inbox of an agent that is provably in its pane; None without one."""
    placement, pane_pid = agent.placement, _pane_pid(agent, reading)
    if placement is None or not pane_pid:
        return None
    known = cues.parse(present.cues(placement, present.changed_at())).inbox
    return kinds.find(known, pane_pid, reading.title if reading else "")


def _pane_pid(agent: Agent, reading: PaneReading | None) -> int:
    """The first process of an agent's pane, if it is still that; else 0."""
    if reading is not None and reading.pane.pid:
        return reading.pane.pid
    placement = agent.placement
    return _by_placement(placement) if placement else 0


def _by_placement(placement: Placement) -> int:
    pid, program = placement.pane_pid, placement.program_pid
    if not pid or process.started(pid) != placement.pane_started:
        return 0
    if program and process.started(program) != placement.program_started:
        return 0  # another may have been started in its place
    return pid
