"""Send messages: commit first, then push, then record the outcome."""

from __future__ import annotations

from cafleet_core import host, ids, text
from cafleet_core.broker.delivery import dispatch, turns
from cafleet_core.broker.directory import identity
from cafleet_core.broker.messages.message import Message
from cafleet_core.config.rules import PushRules
from cafleet_core.errors import CommitUnknown, InvalidInput, Refused, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.records import (
    AT_ONCE,
    SCHEDULED,
    Agent,
    PushResult,
    Sent,
    Task,
    Timing,
)
from cafleet_core.states import AgentKind, PushOutcome, PushReason, SenderProof
from cafleet_core.storage import lookup, new_tasks, tasks
from cafleet_core.storage.rows import task_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.broker.delivery.remote import RemotePushes
    from cafleet_core.broker.delivery.turns import Owed
    from cafleet_core.comments import Comment
    from cafleet_core.records import Attachment
    from cafleet_core.storage.registry import Registry, Statement

DEFAULT_RULES = PushRules()

_TASK_ID = 1
"""Index of its id in a task's row."""


def send(
    registry: Registry,
    sender: Agent,
    recipients: Sequence[Agent],
    body: str,
    *,
    reply_to: str | None = None,
    head_id: str | None = None,
    proof: SenderProof | None = None,
    rules: PushRules = DEFAULT_RULES,
    timing: Timing = AT_ONCE,
    attached: Sequence[Attachment] = (),
    comments: Sequence[Comment] = (),
) -> Sent:
    """Store one delivery for each recipient, then push each, unless it is to wait.

    `proof` says how the sender was proven, None if nobody asked. The caller may choose the
    first one's id, the others' origin, as `head_id`: what was sent by that is not sent again.
    Raises InvalidInput for an empty body, Refused if the sender or a recipient is no longer
    active, or where `head_id` is another message's.
    """
    _refuse_unreadable(body)
    if head_id is not None and (
        before := _before(registry, sender, recipients, body, head_id)
    ):
        return before
    task_ids = [ids.new() for _ in recipients]
    task_ids[0] = head_id or task_ids[0]
    message = Message(
        *(sender, body, recipients, task_ids, None, reply_to, proof),
        *(timing, attached, comments),
    )
    remote = None if timing.waits else _remote(registry, recipients, rules)
    stored = _stored(registry, message)
    if stored is None:
        return _sent_meanwhile(registry, message, head_id)
    if timing.waits:
        waiting = sorted(stored.tasks)
        return Sent(waiting[0], tuple((task, SCHEDULED) for task in waiting))
    return _pushed(registry, task_ids, stored, rules, remote)


def _sent_meanwhile(registry: Registry, message: Message, head_id: str | None) -> Sent:
    """What another call with this id has sent; raises Refused where an agent has left."""
    sender, recipients = message.sender, message.recipients
    _refuse_inactive(registry, sender, *recipients)
    if head_id and (
        before := _before(registry, sender, recipients, message.body, head_id)
    ):
        return before
    raise Refused("an agent was leaving; nothing was sent.")


def _before(
    registry: Registry,
    sender: Agent,
    recipients: Sequence[Agent],
    body: str,
    head_id: str,
) -> Sent | None:
    from cafleet_core.broker.messages import repeated  # few choose an id

    return repeated.sent_before(registry, sender, recipients, body, head_id)


def broadcast(
    registry: Registry,
    sender: Agent,
    body: str,
    *,
    head_id: str | None = None,
    proof: SenderProof | None = None,
    rules: PushRules = DEFAULT_RULES,
) -> Sent:
    """Store a summary and one delivery for everyone but sender and Administrator; push.

    `proof` says how the sender was proven. The caller may choose the summary's id as
    `head_id`. Raises InvalidInput for an empty body, Refused if there is no recipient.
    """
    _refuse_unreadable(body)
    summary_id = head_id or ids.new()
    while True:
        recipients = _everyone_else(registry, sender)
        if not recipients:
            _refuse_inactive(registry, sender)
            raise Refused("nobody else is active in this session; nothing was sent.")
        task_ids = [ids.new() for _ in recipients]
        message = Message(sender, body, recipients, task_ids, summary_id, None, proof)
        remote = _remote(registry, recipients, rules)
        stored = _stored(registry, message)
        if stored is not None:
            return _pushed(registry, [summary_id, *task_ids], stored, rules, remote)
        _refuse_inactive(registry, sender)  # else a recipient has left since


def _everyone_else(registry: Registry, sender: Agent) -> list[Agent]:
    """Whom a broadcast is for: neither the sender nor the Administrator."""
    return [
        agent
        for agent in lookup.active_agents(registry, sender.session_id)
        if agent.agent_id != sender.agent_id and agent.kind != AgentKind.ADMINISTRATOR
    ]


def _refuse_unreadable(body: str) -> None:
    if not text.is_text(body):
        raise InvalidInput("the message is not UTF-8 text.")
    if not text.sanitise(body).strip():
        raise InvalidInput("the message is empty.")


def _refuse_inactive(registry: Registry, *agents: Agent) -> None:
    """Raise Refused, or NotFound, where one of the agents is not active by now."""
    active = lookup.active_among(registry, [agent.agent_id for agent in agents])
    for agent in agents:
        if agent.agent_id not in active:
            identity.active(
                identity.find_agent(registry, agent.session_id, agent.agent_id)
            )


class _Stored(NamedTuple):
    """A message that is committed: its tasks, and what is owed to agents of this host."""

    tasks: list[Task]
    owed: list[Owed]


def _stored(registry: Registry, message: Message) -> _Stored | None:
    """Commit a message, and claim its pushes.

    None, and nothing stored, where its sender or a recipient has left since it was
    resolved. Where the connection was lost meanwhile, it is stored once all the same.
    """
    sender, recipients = message.sender, message.recipients
    active = [sender.agent_id, *(agent.agent_id for agent in recipients)]
    waits = message.timing.waits
    here = [] if waits else dispatch.those_on(host.host_id(), recipients)

    def statements(at: str) -> list[Statement]:
        rows = message.rows(at)
        return [
            *new_tasks.insert(registry, rows, active),
            *new_tasks.settled_at_once(rows),
            *message.enclosed(at),
            *dispatch.claim(here, beside=rows[0].task_id),
        ]

    def store() -> _Stored | None:
        stored, *_, last = registry.change_at(sender.session_id, statements)
        if not stored:
            return None
        claimed = sorted(map(task_of, last if here else ()), key=turns.order)
        owed = {task.task_id: task for task in claimed}
        new = [owed.get(row[_TASK_ID]) or task_of(row) for row in stored]
        if message.summary_id:  # a statement may not see what it stores itself
            new = [task._replace(broadcast=1) for task in new]
        return _Stored(new, dispatch.debts(here, claimed))

    try:
        return store()
    except CommitUnknown:
        pass
    # what the lost connection may have begun ends before this does, or never
    stored = store()
    if stored is None and (kept := tasks.get(registry, message.task_ids)):
        return _Stored(kept, dispatch.debts(here, sorted(kept, key=turns.order)))
    return stored


def _remote(
    registry: Registry, recipients: Sequence[Agent], rules: PushRules
) -> RemotePushes | None:
    """The pushes to other machines, whose outcomes are told from now on; None for none."""
    here = host.host_id()
    away = [
        each for each in recipients if each.placement and each.placement.host != here
    ]
    if not away:
        return None
    from cafleet_core.broker.delivery.remote import RemotePushes  # most live here

    return RemotePushes(registry, away, rules)


def _pushed(
    registry: Registry,
    task_ids: Sequence[str],
    stored: _Stored,
    rules: PushRules,
    remote: RemotePushes | None,
) -> Sent:
    """Push what is owed; each outcome is recorded in a transaction of its own.

    The first of the tasks is the message's head. It is sent, whatever becomes of the
    registry from now on: what nobody can be asked about stays owed, and is said to be held.
    """
    known = {task.task_id: task for task in stored.tasks}
    deliveries = [task for task in stored.tasks if task.to_agent_id]
    results = {
        task.task_id: PushResult(task.push_outcome, task.push_reason)
        for task in deliveries
        if task.push_outcome
    }
    try:
        settled = list(results)
        typed, tried = dispatch.deliver(registry, stored.owed, rules)
        results.update(typed)
        known.update((task.task_id, task) for task in tried)
        settled += [task.task_id for task in tried]
        untold = [task.task_id for task in deliveries if task.task_id not in settled]
        others = _by_others(registry, untold, rules, remote) if untold else ()
        for task, result in others:
            known[task.task_id] = task
            results.setdefault(task.task_id, result)
    except RegistryError:
        for task in deliveries:
            results.setdefault(task.task_id, _unasked(task, remote))
    pushed = [
        (known[task_id], results[task_id]) for task_id in task_ids if task_id in results
    ]
    return Sent(known[task_ids[0]], tuple(pushed))


def _by_others(
    registry: Registry,
    task_ids: Sequence[str],
    rules: PushRules,
    remote: RemotePushes | None,
) -> list[tuple[Task, PushResult]]:
    """What others have told of these tasks: their machines, and who types to the same panes."""
    there = remote.settled(task_ids) if remote else []
    known = {task.task_id for task, _ in there}
    left = tasks.get(registry, [each for each in task_ids if each not in known])
    waiting = [task for task in left if task.push_next_at or task.push_outcome]
    if not waiting:
        return there
    from cafleet_core.broker.delivery import same_pane  # seldom another types there

    return [*there, *same_pane.settled(registry, waiting, rules)]


def _unasked(task: Task, remote: RemotePushes | None) -> PushResult:
    """What is said of a push that nobody could be asked about."""
    if remote and remote.concerns(task):
        return remote.untold(task)
    return PushResult(PushOutcome.HELD, PushReason.BUSY)
