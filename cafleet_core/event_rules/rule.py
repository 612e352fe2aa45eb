"""A rule: the events that it matches, when it acts, and its action. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import time

    from cafleet_core.records import Event
    from cafleet_core.states import EventKind


class EventRule(NamedTuple):
    """A table `[[on]]`; `agents` and `sessions` are patterns such as `test*`.

    The reported state must have lasted `after` seconds. In the `quiet` hours, begin and end
    in local time, the rule does not act; at their end it acts on what still holds. Either
    `run` holds the words of a command, or `notify` an apprise URL. `link_at` is the origin
    of a link to add, empty for none. `key` is a hash of all that the rule says.
    """

    name: str
    key: str
    kinds: frozenset[EventKind]
    agents: str = "*"
    sessions: str = "*"
    after: float = 0.0
    quiet: tuple[time, time] | None = None
    run: tuple[str, ...] = ()
    notify: str = ""
    link_at: str = ""


class Subject(NamedTuple):
    """The agent and the session of an event, by name and id, for a rule's patterns."""

    agent_name: str
    agent_id: str
    session_label: str
    session_id: str


def is_about(rule: EventRule, event: Event, subject: Subject) -> bool:
    """Whether a rule matches an event, by kind, agent and session."""
    return (
        event.kind in rule.kinds
        and _matches(rule.agents, subject.agent_name, subject.agent_id)
        and _matches(rule.sessions, subject.session_label, subject.session_id)
    )


def is_quiet(rule: EventRule, at: time) -> bool:
    """Whether a local time of day lies in the quiet hours, which may span midnight."""
    if rule.quiet is None:
        return False
    begin, end = rule.quiet
    return begin <= at < end if begin <= end else at >= begin or at < end


def _matches(pattern: str, name: str, reference: str) -> bool:
    return fnmatchcase(name, pattern) or (
        bool(reference) and reference.startswith(pattern)
    )
