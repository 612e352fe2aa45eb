"""Whether the state that an event reported still holds, for rules that act later."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import UNSETTLED, AgentStatus, EventKind
from cafleet_core.storage import lookup, tasks, unsettled_tasks

if TYPE_CHECKING:
    from cafleet_core.records import Event
    from cafleet_core.storage.registry import Registry

_OF_A_PANE = frozenset(
    (EventKind.STATE, EventKind.ASKED, EventKind.LIMIT_REACHED, EventKind.DIED)
)
_OF_AN_OPEN_MESSAGE = frozenset(
    (
        *(EventKind.SCHEDULED, EventKind.SENT, EventKind.PUSHED),
        *(EventKind.SUBMITTED, EventKind.READ),
    )
)


def lasts(registry: Registry, event: Event) -> bool:
    """Whether the reported state still holds; False for an event that reports none."""
    if event.kind in _OF_A_PANE:
        return _pane_is_unchanged(registry, event)
    if event.kind in _OF_AN_OPEN_MESSAGE and event.reference:
        return _is_open(registry, event.reference)
    return False


def _pane_is_unchanged(registry: Registry, event: Event) -> bool:
    """Whether the pane has stayed in the event's state, and still shows its question."""
    for agent in lookup.agents(registry, event.session_id, event.agent_id or ""):
        placement = agent.placement
        if agent.status != AgentStatus.ACTIVE or placement is None:
            return False
        if event.kind == EventKind.ASKED and placement.question != event.detail:
            return False
        since = placement.pane_state_since or ""
        return placement.pane_state == event.new and since <= event.at
    return False


def _is_open(registry: Registry, task_id: str) -> bool:
    """Whether any delivery of a message is still open."""
    stored = tasks.get(registry, [task_id])
    return any(task.status_state in UNSETTLED for task in stored) or bool(
        unsettled_tasks.open_of(registry, task_id)
    )
