"""Run a rule's action on a made-up event."""

from __future__ import annotations

import json

from cafleet_core import clock
from cafleet_core.config import folders
from cafleet_core.errors import NotFound
from cafleet_core.event_rules import message, tables
from cafleet_core.event_rules.program import Outcome, Program
from cafleet_core.event_rules.rule import Subject
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Event
from cafleet_core.states import EventKind, PaneState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cafleet_core.event_rules.rule import EventRule
    from cafleet_core.records import Session

_QUESTION = {
    "asked": "Is this a test?",
    "options": [{"digit": 1, "label": "Yes"}, {"digit": 2, "label": "No"}],
}


def rule_named(name: str, env: Mapping[str, str]) -> EventRule:
    """A rule of the user's file. Raises NotFound with the names of all, or InvalidSetting."""
    rules = tables.load(folders.user_file(env))
    for rule in rules:
        if rule.name == name:
            return rule
    names = ", ".join(rule.name for rule in rules)
    known = f"Rules here: {names}." if rules else "There is no [[on]] in config.toml."
    raise NotFound(f"Rule {name} not found. {known}")


def carry_out(rule: EventRule, session: Session | None) -> Outcome:
    """Run a rule's action on a made-up event, and wait for its outcome."""
    event = _made_up(rule, session)
    label = session.label if session else None
    subject = Subject("tester", event.agent_id or "", label or "", event.session_id)
    link = f"{rule.link_at}/m" if rule.link_at else ""
    return Program(rule, event, message.of(event, subject, link)).wait()


def _made_up(rule: EventRule, session: Session | None) -> Event:
    kind = sorted(rule.kinds)[0]
    asked = json.dumps(_QUESTION) if kind == EventKind.ASKED else None
    state = PaneState.WAITING if kind in (EventKind.STATE, EventKind.ASKED) else None
    return Event(
        seq=0,
        at=clock.stamp(),
        session_id=session.session_id if session else "",
        agent_id="",
        kind=kind,
        old=None,
        new=state,
        reference=None,
        detail=asked,
        agent_name="tester",
    )
