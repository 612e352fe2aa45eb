"""Wait until every delivery of a message has reached a step, such as `acked`."""

from __future__ import annotations

import time

from cafleet_core.broker.messages import history
from cafleet_core.errors import NotReady, Refused
from cafleet_core.fast_types import TYPE_CHECKING, StrEnum
from cafleet_core.states import TaskState
from cafleet_core.storage import notices

if TYPE_CHECKING:
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import Delivery, Entry


class Step(StrEnum):
    """The steps of a delivery, in order; a later one implies those before it."""

    DELIVERED = "delivered"
    SUBMITTED = "submitted"
    READ = "read"
    ACKED = "acked"


def status(
    registry: Registry,
    caller: Caller,
    reference: str,
    step: Step,
    seconds: float,
    waited: float = 0.0,
) -> Entry:
    """The message, once each of its deliveries has reached the step.

    `waited` are seconds that were waited before, which count where it is told how long.
    Raises NotReady if that takes longer than `seconds`, Refused if a delivery was canceled
    or failed before.
    """
    deadline = time.monotonic() + seconds
    topics = [notices.changed(caller.session.session_id)]
    # before the first read, so that any later commit counts
    commits = registry.watch(topics=topics)
    try:
        while True:
            entry = history.status(registry, caller, reference)
            waiting = [
                each for each in entry.deliveries if not _has_reached(each, step)
            ]
            if not waiting:
                return entry
            _refuse_settled(waiting)
            left = deadline - time.monotonic()
            if left <= 0:
                names = ", ".join(each.recipient_name for each in waiting)
                whole = waited + seconds
                raise NotReady(f"not {step} after {whole:g} s: {names}.")
            commits.wait(left)
    finally:
        commits.close()


def _has_reached(delivery: Delivery, step: Step) -> bool:
    stamps = {
        Step.DELIVERED: delivery.notified_at,
        Step.SUBMITTED: delivery.submitted_at,
        Step.READ: delivery.read_at,
        Step.ACKED: delivery.acked_at,
    }
    later = list(Step)[list(Step).index(step) :]
    return any(stamps[each] for each in later)


def _refuse_settled(waiting: list[Delivery]) -> None:
    """Raise Refused for a delivery that reaches no further step: canceled, or failed."""
    for delivery in waiting:
        if delivery.state in (TaskState.CANCELED, TaskState.FAILED):
            raise Refused(f"{delivery.recipient_name}'s delivery is {delivery.state}.")
