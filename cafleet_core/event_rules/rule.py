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

    `after` is for how many seconds what has happened must last. In the `quiet` hours, given
    as beginning and end in this machine's time, nothing is done; what still lasts at their
    end is dealt with then. Either `run` is a command's words, or `notify` an apprise URL.
    `key` is the same for as long as the rule is.
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


class Subject(NamedTuple):
    """What an event is about, as patterns see it: names, and what ids stand for them."""

    agent_name: str
    agent_id: str
    session_label: str
    session_id: str


def is_about(rule: EventRule, event: Event, subject: Subject) -> bool:
    """Whether an event is one of those that a rule names."""
    return (
        event.kind in rule.kinds
        and _is_meant(rule.agents, subject.agent_name, subject.agent_id)
        and _is_meant(rule.sessions, subject.session_label, subject.session_id)
    )


def is_quiet(rule: EventRule, at: time) -> bool:
    """Whether a local time of day lies in the quiet hours, which may span midnight."""
    if rule.quiet is None:
        return False
    begin, end = rule.quiet
    return begin <= at < end if begin <= end else at >= begin or at < end


def _is_meant(pattern: str, name: str, its_id: str) -> bool:
    return fnmatchcase(name, pattern) or (bool(its_id) and its_id.startswith(pattern))
