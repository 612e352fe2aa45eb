"""Dispatch owed pushes after each send and whenever a retry is due: in order, never twice."""

from __future__ import annotations

import os

from cafleet_core import clock, host
from cafleet_core.broker.delivery import (
    confirm,
    input_box,
    policy,
    record_results,
    turns,
    ways,
)
from cafleet_core.broker.delivery.turns import Owed, Push, turn_of
from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading.look import look
from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.held_clients import holding
from cafleet_core.push import writer
from cafleet_core.push.refusal import MOVED
from cafleet_core.push.script import Turn
from cafleet_core.storage import lookup, outbox
from cafleet_core.storage.rows import task_of
from cafleet_core.storage.unsettled_pushes import Due

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from cafleet_core.broker.delivery.confirm import Readings
    from cafleet_core.broker.delivery.confirmation import Confirmation
    from cafleet_core.config.rules import PushRules
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent, PushResult, Task
    from cafleet_core.storage.registry import Registry, Statement
    from cafleet_core.storage.unsettled_pushes import Horizons


def retry(
    registry: Registry, session_id: str, due: Due, at: Horizons, rules: PushRules
) -> int:
    """Settle what was due in a session on this host; how many messages reached a screen."""
    ids = list(dict.fromkeys((*due.owed_to, *due.typed_to)))
    registry.foresee(lambda there: lookup.by_ids(there, ids))
    [rows] = registry.change(session_id, outbox.claim(host.host_id(), due, at))
    if not rows:
        return 0
    tasks = sorted(map(task_of, rows), key=turns.order)
    recipients = lookup.by_ids(registry, ids)
    results, _ = deliver(registry, debts(recipients, tasks), rules)
    return sum(result.notified for result in results.values())


def claim(recipients: Sequence[Agent], beside: str = "") -> list[Statement]:
    """The statement that claims all that is unsettled at recipients on this host.

    Empty where none of them lives here: other hosts claim their own, and nothing is owed to
    an agent without a pane. See `outbox.claim`.
    """
    here = host.host_id()
    ids = [agent.agent_id for agent in those_on(here, recipients)]
    if not ids:
        return []
    at = policy.horizons(clock.now())
    return [outbox.claim(here, Due(ids, ids), at, beside)]


def those_on(here: str, recipients: Sequence[Agent]) -> list[Agent]:
    """Those of these recipients that live on the host with this id."""
    return [
        agent
        for agent in recipients
        if agent.placement and agent.placement.host == here
    ]


def debts(recipients: Sequence[Agent], tasks: Sequence[Task]) -> list[Owed]:
    """The unsettled ones of these tasks, oldest first, by recipient; none without a task."""
    untyped: dict[str, list[Task]] = {}
    typed: dict[str, list[Task]] = {}
    for task in tasks:
        kept = typed if task.notified_at else untyped
        kept.setdefault(task.context_id, []).append(task)
    return [
        Owed(agent, tuple(untyped.get(agent_id, ())), tuple(typed.get(agent_id, ())))
        for agent in {agent.agent_id: agent for agent in recipients}.values()
        if (agent_id := agent.agent_id) in untyped or agent_id in typed
    ]


def deliver(
    registry: Registry, owed: Sequence[Owed], rules: PushRules
) -> tuple[dict[str, PushResult], list[Task]]:
    """Type what each recipient is owed, one turn each.

    Returns the result of every task by its id, and the tasks as they are then, without
    those that another process has typed meanwhile.

    One tmux client a server takes snapshots of the panes, and then types into them. The
    snapshots also confirm what was typed there before. Each outcome is committed, with the
    time of the next try if one is owed. If that fails, the lease ends by itself, and the
    pane's marks say what was typed.
    """
    if not owed:
        return {}, []
    with holding():
        results, confirmations, seen = _told(registry, owed, rules)
    try:
        return results, record_results.record(
            registry, owed, results, confirmations, seen
        )
    except RegistryError:
        return results, []  # see above: the claim ends by itself


def _told(
    registry: Registry, owed: Sequence[Owed], rules: PushRules
) -> tuple[dict[str, PushResult], dict[str, Confirmation], dict[str, PaneReading]]:
    """Look, type and confirm, and again where a pane has moved; the readings by agent id."""
    results: dict[str, PushResult] = {}
    confirmations: dict[str, Confirmation] | None = None
    inboxes = ways.rooms(registry, owed, rules)
    parts = (part for debt in owed for part in ways.parts(debt, inboxes))
    pushes = [_push(part, rules) for part in parts]
    seen: dict[str, PaneReading] = {}
    for _ in input_box.tries():
        readings = look(push.owed.recipient for push in pushes if _is_seen(push))
        seen |= readings
        if confirmations is None:
            confirmations = confirm.examined(owed, readings, rules)
        typed = ways.pushed_before(pushes, readings, inboxes)
        pushes = [push for push in _without(pushes, typed, rules) if push.owed.tasks]
        results |= typed | _try(pushes, readings, rules)
        pushes = [
            push
            for push in pushes
            if any(results[task.task_id] is MOVED for task in push.owed.tasks)
        ]
        if not pushes:
            break
    return results, confirmations or {}, seen


def tell(recipient: Agent, words: str, rules: PushRules) -> PushResult:
    """Type words that are no message when a pane may take one; nothing is stored."""
    turn = turns.notice(recipient, words)
    plan = _plan(0.0, turn, look([recipient]).get(recipient.agent_id), rules)
    return writer.type_turns([plan])[0] if isinstance(plan, Turn) else plan


def _push(owed: Owed, rules: PushRules) -> Push:
    recipient, tasks = owed.recipient, owed.tasks
    return Push(
        owed, turn_of(recipient, tasks, rules.max_text_len, by_inbox=owed.by_inbox)
    )


def _is_seen(push: Push) -> bool:
    """Whether the recipient's pane needs a snapshot: for a turn, or for what was typed there."""
    return bool(push.owed.typed) or isinstance(push.turn, Turn)


def _without(
    pushes: Iterable[Push], typed: Container[str], rules: PushRules
) -> Iterator[Push]:
    """The pushes without the tasks that were typed already."""
    for push in pushes:
        tasks = tuple(t for t in push.owed.tasks if t.task_id not in typed)
        if tasks == push.owed.tasks:
            yield push
        else:
            yield _push(push.owed._replace(tasks=tasks), rules)


def _try(
    pushes: Sequence[Push],
    readings: Readings,
    rules: PushRules,
) -> dict[str, PushResult]:
    """Hand over or type each turn that may be; the results of all tasks by id."""
    now = clock.now()
    handed = ways.hand_over(pushes, readings)
    plans = [
        handed.get(number)
        or _plan(
            clock.age(push.owed.tasks[0].sent_at, now),
            push.turn,
            readings.get(push.owed.recipient.agent_id),
            policy.rules_for(push.owed.tasks[0], rules),
        )
        for number, push in enumerate(pushes)
    ]
    typed = iter(writer.type_turns([plan for plan in plans if isinstance(plan, Turn)]))
    results: dict[str, PushResult] = {}
    for push, plan in zip(pushes, plans, strict=True):
        result = next(typed) if isinstance(plan, Turn) else plan
        results.update((task.task_id, result) for task in push.owed.tasks)
        if os.environ.get(client.TRACE):
            _trace(push.owed, plan, result)
    return results


def _trace(owed: Owed, plan: Turn | PushResult, result: PushResult) -> None:
    from cafleet_core import trace  # only for the trace

    addressed = {
        "agent": owed.recipient.agent_id,
        "tasks": [task.task_id for task in owed.tasks],
    }
    kind = "type" if isinstance(plan, Turn) else "leave"
    trace.note("decision", **addressed, decision=kind, **plan._asdict())
    trace.note("outcome", **addressed, **result._asdict())


def _plan(
    age: float,
    turn: Turn | PushResult,
    reading: PaneReading | None,
    rules: PushRules,
) -> Turn | PushResult:
    """The turn, bound to the screen in its reading; or why it is held.

    `age` is how many seconds the recipient has been waited for. Without a reading the
    writer decides.
    """
    if not isinstance(turn, Turn) or reading is None:
        return turn
    if reason := policy.hold(reading, age, rules):
        return policy.held(reason)
    return turns.bound(turn, reading)
