"""The link that a rule's notification holds: to one question, or to the page for a phone."""

from __future__ import annotations

from cafleet_core.broker.team import answer_rights
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import EventKind

if TYPE_CHECKING:
    from cafleet_core.event_rules.rule import EventRule
    from cafleet_core.records import Event
    from cafleet_core.storage.registry import Registry


def made(registry: Registry, rule: EventRule, event: Event) -> str:
    """The address to open; empty where the rule wants none."""
    if not rule.link_at:
        return ""
    asked = event.kind == EventKind.ASKED
    right = answer_rights.for_event(registry, event) if asked else ""
    return f"{rule.link_at}/m/answer/{right}" if right else f"{rule.link_at}/m"
