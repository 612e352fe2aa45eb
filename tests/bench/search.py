"""Measure searches and pages in a registry with a million tasks and a thousand agents."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from cafleet_core.broker.messages.pages import Reader
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import roster
from cafleet_core.views import Filter, Newest
from tests.bench.past import a_team_with_a_past
from tests.bench.timing import Figure
from tests.terminal import Terminal

_TASKS = (400_000, 300_000, 300_000)
"""Of each session; the first one is read."""
_AGENTS = (1_000, 20, 20)
_READS = 15
_COMMON = "draft"
_PAGE = 50


def figures(_registry: Registry, _terminal: Terminal, folder: Path) -> Iterator[Figure]:
    """Figures for a common word, one with an agent, the roster, and a member's page."""
    path = folder / "million" / "registry.db"
    sessions = zip(_TASKS, _AGENTS, strict=True)
    team, *_ = [a_team_with_a_past(path, tasks, count) for tasks, count in sessions]
    session = team.session.session_id
    member = team.others["member-03"].agent_id

    def page(wanted: Filter) -> Callable[[Registry], object]:
        return lambda registry: Reader(registry, session, wanted, _PAGE).page(Newest())

    of_member = Filter(party=member)
    for name, read, aim in (
        ("a page with a common word", page(Filter(words=_COMMON)), 10),
        (
            "a page with a common word and an agent",
            page(Filter(party=member, words=_COMMON)),
            10,
        ),
        (
            "the roster of 1,000 with activity",
            lambda registry: roster.roster(registry, session),
            15,
        ),
        ("a page of one member's", page(of_member), 2),
    ):
        took = [_took(path, read) for _ in range(_READS)]
        yield Figure(f"{name}, of 1,000,000 tasks", median(took) * 1000, "ms", aim)


def _took(path: Path, read: Callable[[Registry], object]) -> float:
    """Seconds that one read takes in an open registry; nothing is kept from the one before."""
    with closing(open_registry(path)) as registry:
        began = time.perf_counter()
        read(registry)
        return time.perf_counter() - began
