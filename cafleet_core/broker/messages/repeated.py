"""A message that is sent again by its id, as after a lost connection: it stays one message."""

from __future__ import annotations

from cafleet_core import ids, text
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import SCHEDULED, PushResult, Sent
from cafleet_core.states import PushOutcome, TaskState
from cafleet_core.storage import related_tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import Agent, Task
    from cafleet_core.storage.registry import Registry


def sent_before(
    registry: Registry,
    sender: Agent,
    recipients: Sequence[Agent],
    body: str,
    head_id: str,
) -> Sent | None:
    """The message of this id as it is by now, with what became of its pushes; None for none.

    Raises InvalidInput for what is no id, Refused where it is the id of another message.
    """
    if not ids.is_whole(head_id):
        raise InvalidInput("--id is no UUID in small letters; 'uuidgen' makes one.")
    deliveries = related_tasks.of_message(registry, head_id)
    if not deliveries:
        return None
    wanted = {agent.agent_id for agent in recipients}
    if (
        {task.to_agent_id for task in deliveries} != wanted
        or {task.from_agent_id for task in deliveries} != {sender.agent_id}
        or deliveries[0].text != text.storable(body)
    ):
        raise Refused(f"--id {head_id} is another message's; nothing was sent.")
    return Sent(deliveries[0], tuple((task, _pushed(task)) for task in deliveries))


def _pushed(task: Task) -> PushResult:
    """What became of a delivery's push; one that nobody has tried yet is held."""
    if task.status_state == TaskState.SCHEDULED:
        return SCHEDULED
    return PushResult(task.push_outcome or PushOutcome.HELD, task.push_reason)
