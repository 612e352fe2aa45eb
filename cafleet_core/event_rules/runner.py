"""Run the user's rules in any number of processes: each event is acted on at most once."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.event_rules import links, message, persistence, rule
from cafleet_core.event_rules.program import Program
from cafleet_core.event_rules.rule import Subject
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import events, lookup, rule_runs
from cafleet_core.storage.registry import NO_SESSION
from cafleet_core.views import EventFilter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cafleet_core.event_rules.rule import EventRule
    from cafleet_core.records import Event
    from cafleet_core.storage.registry import Registry

PROMPT_SECONDS = 120.0
"""Seconds after its due time until which an event is acted on even if its state is over:
nobody wants to hear in the morning of a question that was answered at night."""

_SKIP = 1000
"""How many events that do not match a rule may pass before its cursor is stored."""

_MOST_AT_ONCE = 8


class _Running(NamedTuple):
    rule: EventRule
    event: Event
    program: Program


class RuleRunner:
    """Runs the rules of one user, a step at a time, in any number of processes at once.

    An event is claimed before a rule acts on it: if the process dies in between, no other
    acts on it. A rule sees no events from before it was first run.
    """

    def __init__(self, registry: Registry, rules: Sequence[EventRule]) -> None:
        self._registry = registry
        self._rules = rules
        self._running: list[_Running] = []
        self._failed: dict[str, str] = {}
        if not rules:
            return
        with registry.write(NO_SESSION):
            last = events.last_seq(registry, None)
            for each in rules:
                rule_runs.begin(registry, each.key, last)

    def step(self) -> None:
        """Store the outcomes of ended runs, and start those that are due; raises RegistryError."""
        self._reap()
        for each in self._rules:
            if room := _MOST_AT_ONCE - len(self._running):
                self._act(each, room)

    @property
    def trouble(self) -> str:
        """Which rule's last run failed, and why; empty if none did."""
        return next(iter(self._failed.values()), "")

    def wait(self) -> None:
        """Wait until all runs have ended, and store their outcomes."""
        for running in self._running:
            running.program.wait_for_end()
        self._reap()

    def close(self) -> None:
        """Kill what still runs, and store that."""
        for running in self._running:
            running.program.kill()
        self._reap()

    def _act(self, each: EventRule, most: int) -> None:
        """Claim up to `most` due events of one rule, and act on those that it matches."""
        begin = rule_runs.cursor(self._registry, each.key)
        now = clock.now()
        if begin is None or rule.is_quiet(each, now.astimezone().time()):
            return
        wanted = EventFilter(kinds=tuple(each.kinds))
        last = events.last_seq(self._registry, None)
        happened = events.after(self._registry, begin, wanted, most)
        due, end = _due(each, happened, now)
        if end is None:
            newest = happened[-1].seq if happened else begin
            # what has come since `last` was asked is among what happened
            end = newest if len(happened) == most else max(last, newest)
        if not due and end - begin < _SKIP:
            return
        meant = [event for event in due if self._is_meant(each, event, now)]
        with self._registry.write(NO_SESSION):
            if not rule_runs.advance(self._registry, each.key, begin, end):
                return
            for event in meant:
                rule_runs.start(
                    self._registry, each.key, event.seq, each.name, clock.stamp(now)
                )
        for event in meant:
            link = links.made(self._registry, each, event)
            notice = message.of(event, self._subject(event), link)
            self._running.append(_Running(each, event, Program(each, event, notice)))

    def _is_meant(self, each: EventRule, event: Event, now: datetime) -> bool:
        if not rule.is_about(each, event, self._subject(event)):
            return False
        late = clock.age(event.at, now) - each.after > PROMPT_SECONDS
        return not (each.after or late) or persistence.lasts(self._registry, event)

    def _subject(self, event: Event) -> Subject:
        sessions = lookup.sessions(self._registry, event.session_id)
        label = sessions[0].label if sessions else None
        return Subject(
            event.agent_name or "", event.agent_id or "", label or "", event.session_id
        )

    def _reap(self) -> None:
        ended = [
            (running, outcome)
            for running in self._running
            if (outcome := running.program.outcome()) is not None
        ]
        if not ended:
            return
        with self._registry.write(NO_SESSION):
            for running, outcome in ended:
                rule_runs.end(
                    self._registry, running.rule.key, running.event.seq, *outcome
                )
        for running, outcome in ended:
            self._failed.pop(running.rule.key, None)
            if not outcome.ok:
                said = f"Rule {running.rule.name} failed: {outcome.words}."
                self._failed[running.rule.key] = said
        over = [running for running, _ in ended]
        self._running = [each for each in self._running if each not in over]


def _due(
    each: EventRule, happened: Sequence[Event], now: datetime
) -> tuple[list[Event], int | None]:
    """The events old enough for a rule; and the last before the first too new, None if all are."""
    due: list[Event] = []
    for event in happened:
        if each.after and clock.age(event.at, now) < each.after:
            return due, event.seq - 1
        due.append(event)
    return due, None
