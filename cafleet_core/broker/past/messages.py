"""Messages as they stood at an earlier time: what was delivered, read and acked by then."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import PushOutcome, TaskState
from cafleet_core.storage import past, timeline
from cafleet_core.storage.rows import newer, push_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cafleet_core.states import PushReason
    from cafleet_core.storage.past import Change
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import Delivery, Entry

    _Push = tuple[PushOutcome | None, PushReason | None]

_ENDED_UNACKED = (TaskState.CANCELED, TaskState.FAILED)


def as_of(
    registry: Registry, session_id: str, entries: Sequence[Entry], at: str, version: int
) -> list[Entry]:
    """The entries as they stood at a stamp, all with this `version`."""
    earlier = _earlier_pushes(registry, session_id, entries, at)
    return [
        entry._replace(
            version=version,
            deliveries=tuple(_delivery(each, at, earlier) for each in entry.deliveries),
            comments=tuple(
                each._replace(acked_at=_by(each.acked_at, at))
                for each in entry.comments
            ),
        )
        for entry in entries
    ]


def _delivery(delivery: Delivery, at: str, earlier: dict[str, _Push]) -> Delivery:
    """A delivery without what happened to it after a stamp."""
    notified = _by(delivery.notified_at, at)
    outcome, reason = earlier.get(
        delivery.task_id, (delivery.push_outcome, delivery.push_reason)
    )
    if notified is None and outcome in (PushOutcome.DELIVERED, PushOutcome.SHOWN):
        outcome = reason = None  # the events that would tell are pruned
    state, since = _state(delivery, at)
    return delivery._replace(
        state=state,
        status_timestamp=since,
        notified_at=notified,
        read_at=_by(delivery.read_at, at),
        acked_at=_by(delivery.acked_at, at),
        push_outcome=outcome,
        push_reason=reason,
        push_transport=None if notified is None else delivery.push_transport,
        submitted_at=_by(delivery.submitted_at, at),
        not_before=(
            _by(delivery.not_before, at) if delivery.awaits else delivery.not_before
        ),
    )


def _by(stamp: str | None, at: str) -> str | None:
    return stamp if stamp is not None and stamp <= at else None


def _state(delivery: Delivery, at: str) -> tuple[TaskState, str]:
    """The state of a delivery at a stamp, and since when it was in that."""
    if delivery.acked_at is not None and delivery.acked_at <= at:
        return TaskState.COMPLETED, delivery.acked_at
    if delivery.state in _ENDED_UNACKED and delivery.status_timestamp <= at:
        return delivery.state, delivery.status_timestamp
    timed = delivery.awaits is not None or delivery.not_before is not None
    released = delivery.state != TaskState.SCHEDULED and delivery.not_before
    if timed and not (released and released <= at):
        return TaskState.SCHEDULED, delivery.created_at
    return TaskState.INPUT_REQUIRED, released or delivery.created_at


def _earlier_pushes(
    registry: Registry, session_id: str, entries: Sequence[Entry], at: str
) -> dict[str, _Push]:
    """The push outcome at a stamp, by task id, of those that had another one later."""
    created = {
        each.task_id: each.created_at for entry in entries for each in entry.deliveries
    }
    outcomes: dict[str, _Push] = {}
    for some, _ in timeline.portions(list(created)):
        later = past.pushed_since(registry, some, at)
        if not later:
            continue
        since = min(created[task_id] for task_id in later)
        outcomes |= dict.fromkeys(later, (None, None))
        outcomes |= _outcomes(past.pushes(registry, session_id, later, since), at)
    return outcomes


def _outcomes(changes: Iterable[Change], at: str) -> dict[str, _Push]:
    """The outcome at a stamp of each task: after its last change by then, else before the first."""
    stood: dict[str, str | None] = {}
    for change in changes:
        if change.at <= at:
            stood[change.reference] = change.new
        else:
            stood.setdefault(change.reference, change.old)
    return {task_id: _push(words) for task_id, words in stood.items()}


def _push(words: str | None) -> _Push:
    """The outcome and the reason that an event names as `outcome:reason`."""
    outcome, _, reason = (words or "").partition(":")
    try:
        return push_of(outcome, reason)
    except ValueError as error:
        raise newer(error) from None
