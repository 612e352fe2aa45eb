"""What the human has missed: a line for each agent to which something happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from cafleet_core.records import Event
from cafleet_core.states import EventKind, PaneState

KINDS = (
    *(EventKind.STATE, EventKind.ASKED, EventKind.DIED),
    *(EventKind.LIMIT_REACHED, EventKind.LEFT),
)
"""The kinds of events that `missed` reads."""


class Change(IntEnum):
    """What happened to an agent, the most urgent first."""

    ASKS = 0
    DIED = 1
    LIMITED = 2
    LEFT = 3
    ASKED = 4
    FINISHED = 5


class Missed(NamedTuple):
    """The most urgent change of an agent: how often it came, and its last time.

    `event` is the last of them.
    """

    change: Change
    name: str
    times: int
    event: Event


class Absence(NamedTuple):
    """What was missed since a stamp, the most urgent first.

    `whole` is false if only the newest events were read.
    """

    since: str
    missed: tuple[Missed, ...] = ()
    whole: bool = True


@dataclass
class _Story:
    """What happened to one agent, while its events are read."""

    changes: dict[Change, list[Event]]
    state: str | None = None


_OF_KIND = {
    EventKind.ASKED: Change.ASKED,
    EventKind.DIED: Change.DIED,
    EventKind.LIMIT_REACHED: Change.LIMITED,
    EventKind.LEFT: Change.LEFT,
}

_LASTS = {Change.DIED: PaneState.DEAD, Change.LIMITED: PaneState.LIMIT}
"""Changes that are over once the agent is in another state."""


def missed(since: str, events: Sequence[Event], limit: int) -> Absence:
    """The summary of these events, oldest first, of which at most `limit` were read."""
    stories: dict[str, _Story] = {}
    for event in events:
        if event.agent_id is not None:
            _tell(stories.setdefault(event.agent_id, _Story({})), event)
    lines = [line for story in stories.values() for line in _most_urgent(story)]
    lines.sort(key=lambda line: line.event.at, reverse=True)
    lines.sort(key=lambda line: line.change)
    return Absence(since, tuple(lines), whole=len(events) < limit)


def _tell(story: _Story, event: Event) -> None:
    change = _OF_KIND.get(event.kind)
    if event.kind == EventKind.STATE:
        story.state = event.new
        if (event.old, event.new) == (PaneState.BUSY, PaneState.IDLE):
            change = Change.FINISHED
    if change is not None:
        story.changes.setdefault(change, []).append(event)


def _most_urgent(story: _Story) -> Iterable[Missed]:
    """The change to tell of an agent; none if it only changed between other states."""
    changes = dict(story.changes)
    if Change.ASKED in changes and story.state == PaneState.WAITING:
        changes[Change.ASKS] = changes.pop(Change.ASKED)[-1:]
    over = {c for c, s in _LASTS.items() if story.state not in (None, s)}
    current = {c: events for c, events in changes.items() if c not in over} or changes
    if current:
        change = min(current)
        events = current[change]
        yield Missed(change, events[-1].agent_name or "", len(events), events[-1])
