"""Store pane states for readers without tmux, and record their changes as events."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import EventKind, PaneState
from cafleet_core.storage import events, monitors, outbox
from cafleet_core.storage import screens as kept_screens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cafleet_core.readings import PaneReading, Question
    from cafleet_core.records import Agent, Placement
    from cafleet_core.storage.registry import Registry

_ENTERED = {
    PaneState.LIMIT: EventKind.LIMIT_REACHED,
    PaneState.DEAD: EventKind.DIED,
}
"""The further event that is recorded when an agent enters a state."""


class _Change(NamedTuple):
    """An agent whose pane shows another state or question than the stored one."""

    agent: Agent
    before: Placement
    reading: PaneReading
    question: str | None


def keep(
    registry: Registry,
    team: Sequence[Agent],
    readings: Mapping[str, PaneReading],
    *,
    screens: bool = False,
) -> None:
    """Store the states that have changed, and make the pushes to those agents due now.

    With `screens`, the screen of each of these panes is stored too.
    """
    changes = list(_changes(team, readings))
    if not changes:
        return
    at = clock.stamp()
    sessions = {change.agent.session_id for change in changes}
    with registry.write(sessions.pop() if len(sessions) == 1 else None):
        for change in changes:
            agent, state = change.agent, change.reading.state
            monitors.keep_state(registry, agent.agent_id, state, at, change.question)
            if state != change.before.pane_state:
                outbox.make_due(registry, agent.agent_id, at)
            for kind in _kinds(change):
                events.add(
                    registry,
                    kind,
                    at,
                    agent.session_id,
                    agent.agent_id,
                    old=change.before.pane_state,
                    new=state,
                    detail=_detail(kind, change),
                )
            if screens and change.reading.screen:
                kept_screens.add(
                    *(registry, agent.session_id, agent.agent_id),
                    *(state, at, change.reading.screen),
                )


def _changes(
    team: Sequence[Agent], readings: Mapping[str, PaneReading]
) -> Iterator[_Change]:
    for agent in team:
        reading, before = readings.get(agent.agent_id), agent.placement
        if reading is None or before is None:
            continue
        question = _question(reading.question)
        if (reading.state, question) != (before.pane_state, before.question):
            yield _Change(agent, before, reading, question)


def _kinds(change: _Change) -> Iterator[EventKind]:
    old, new = change.before.pane_state, change.reading.state
    if new != old:
        yield EventKind.STATE
        if new in _ENTERED:
            yield _ENTERED[new]
        if old == PaneState.LIMIT:
            yield EventKind.LIMIT_OVER
    if new == PaneState.WAITING and (new != old or change.question):
        yield EventKind.ASKED


def _detail(kind: EventKind, change: _Change) -> str | None:
    """What the event adds to its kind: the question, the end of the limit, the evidence."""
    if kind == EventKind.ASKED:
        return change.question
    if kind == EventKind.LIMIT_REACHED:
        return _document(until=change.reading.until, evidence=change.reading.evidence)
    if kind == EventKind.DIED:
        return _document(evidence=change.reading.evidence)
    return None


def _question(question: Question | None) -> str | None:
    if question is None:
        return None
    options = [
        {"digit": option.digit, "label": option.label} for option in question.options
    ]
    return _document(asked=question.asked, options=options)


def _document(**fields: object) -> str:
    import json  # few looks find a question

    return json.dumps(fields)
