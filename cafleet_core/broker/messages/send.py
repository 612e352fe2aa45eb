"""Send messages: commit first, then push, then record the outcome."""

from __future__ import annotations

from cafleet_core import clock, ids, text
from cafleet_core.broker.delivery import dispatch
from cafleet_core.broker.directory import identity
from cafleet_core.config.rules import PushRules
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.records import Agent, Sent, Task
from cafleet_core.states import AgentKind, SenderProof, TaskState, TaskType
from cafleet_core.storage import lookup, tasks
from cafleet_core.storage.tasks import NewTask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.broker.delivery.turns import Owed
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.storage.registry import Registry

DEFAULT_RULES = PushRules()


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
) -> Sent:
    """Store one delivery for each recipient, then push each.

    `proof` says how the sender was proven, None if nobody asked. Several deliveries have
    the first one's id as their origin; the caller may choose it as `head_id`. Raises
    InvalidInput for an empty body, Refused if the sender or a recipient is no longer
    active.
    """
    _refuse_unreadable(body)
    task_ids = [ids.new() for _ in recipients]
    task_ids[0] = head_id or task_ids[0]
    origin = task_ids[0] if len(task_ids) > 1 else None
    with registry.write():
        _refuse_inactive(registry, sender, *recipients)
        at = clock.stamp()
        message = _Message(sender, body, at, origin, reply_to, proof)
        tasks.insert(registry, _deliveries(message, task_ids, recipients))
        tasks.touch(registry, sender.agent_id, at)
        owed = dispatch.claimed(registry, recipients)
    return _pushed(registry, task_ids[0], task_ids, owed, rules)


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
    with registry.write():
        _refuse_inactive(registry, sender)
        at = clock.stamp()
        recipients = [
            agent
            for agent in lookup.active_agents(registry, sender.session_id)
            if agent.agent_id != sender.agent_id
            and agent.kind != AgentKind.ADMINISTRATOR
        ]
        if not recipients:
            raise Refused("nobody else is active in this session; nothing was sent.")
        task_ids = [ids.new() for _ in recipients]
        message = _Message(sender, body, at, summary_id, None, proof)
        deliveries = _deliveries(message, task_ids, recipients)
        tasks.insert(registry, [_summary(message, summary_id), *deliveries])
        tasks.touch(registry, sender.agent_id, at)
        owed = dispatch.claimed(registry, recipients)
    return _pushed(registry, summary_id, task_ids, owed, rules)


def cancel(registry: Registry, caller: Caller, reference: str) -> Task:
    """Cancel an open delivery; with a broadcast's id, all its deliveries that are still open.

    Raises NotFound, or Refused for another agent's task or one that is settled.
    """
    at = clock.stamp()
    with registry.write():
        task = identity.find_own_task(registry, caller, reference)
        if task.from_agent_id != caller.agent.agent_id:
            raise Refused("Only the sender can cancel a task")
        open_ids = _open_deliveries(registry, task)
        if not open_ids:
            raise Refused(f"Cannot cancel task in state {task.status_state}")
        tasks.cancel(registry, open_ids, at)
        tasks.touch(registry, caller.agent.agent_id, at)
    return tasks.get(registry, [task.task_id])[0]


def _open_deliveries(registry: Registry, task: Task) -> list[str]:
    if task.type == TaskType.BROADCAST_SUMMARY:
        return tasks.open_of(registry, task.task_id)
    return [task.task_id] if task.status_state == TaskState.INPUT_REQUIRED else []


def _refuse_unreadable(body: str) -> None:
    if not text.is_text(body):
        raise InvalidInput("the message is not UTF-8 text.")
    if not text.sanitise(body).strip():
        raise InvalidInput("the message is empty.")


def _refuse_inactive(registry: Registry, *agents: Agent) -> None:
    """Raise Refused if an agent is no longer active; asked again under the write lock."""
    active = lookup.active_among(registry, [agent.agent_id for agent in agents])
    for agent in agents:
        if agent.agent_id not in active:
            identity.active(
                identity.find_agent(registry, agent.session_id, agent.agent_id)
            )


class _Message(NamedTuple):
    """The columns that all tasks of a message share."""

    sender: Agent
    body: str
    at: str
    origin: str | None
    reply_to: str | None
    proof: SenderProof | None


def _summary(message: _Message, task_id: str) -> NewTask:
    return NewTask(
        task_id=task_id,
        session_id=message.sender.session_id,
        context_id=message.sender.agent_id,
        sender_id=message.sender.agent_id,
        recipient_id=None,
        kind=TaskType.BROADCAST_SUMMARY,
        text=text.storable(message.body),
        origin=task_id,
        reply_to=None,
        state=TaskState.COMPLETED,
        at=message.at,
        proof=message.proof,
    )


def _deliveries(
    message: _Message, task_ids: Sequence[str], recipients: Sequence[Agent]
) -> list[NewTask]:
    return [
        NewTask(
            task_id=task_id,
            session_id=message.sender.session_id,
            context_id=recipient.agent_id,
            sender_id=message.sender.agent_id,
            recipient_id=recipient.agent_id,
            kind=TaskType.UNICAST,
            text=text.storable(message.body),
            origin=message.origin,
            reply_to=message.reply_to,
            state=TaskState.INPUT_REQUIRED,
            at=message.at,
            proof=message.proof,
        )
        for task_id, recipient in zip(task_ids, recipients, strict=True)
    ]


def _pushed(
    registry: Registry,
    head_id: str,
    task_ids: Sequence[str],
    owed: Sequence[Owed],
    rules: PushRules,
) -> Sent:
    """Push committed tasks; each outcome is recorded in a transaction of its own."""
    results = dispatch.deliver(registry, owed, rules)
    stored = tasks.get(registry, list(dict.fromkeys([head_id, *task_ids])))
    [head] = (task for task in stored if task.task_id == head_id)
    pushed = [
        (task, results[task.task_id]) for task in stored if task.task_id in results
    ]
    return Sent(head, tuple(pushed))
