"""Measure looks at 200 panes in which nothing happens: their time, and what one a second costs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from statistics import median

from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team.pane_states import observe, past_readings
from tests.bench.commands import place
from tests.bench.timing import Figure, milliseconds, precise_cpu_seconds
from tests.team import a_team
from tests.terminal import Terminal

_WATCHED = 200
_SETTLE_LOOKS = 6
_LOOKS = 30
_LOOK_SECONDS = 1.0


def figures(registry: Registry, terminal: Terminal) -> Iterator[Figure]:
    """Figures for looks of a process that keeps what it has seen, one a second, as a room's.

    The first looks take every screen: a screen counts as settled some seconds after its
    program has started.
    """
    team = a_team(registry)
    for number in range(_WATCHED):
        place(registry, terminal, team, f"watched-{number}")
    server = int(terminal.tmux("display-message", "-p", "#{pid}"))
    past = past_readings()
    times = []
    for number in range(_SETTLE_LOOKS + _LOOKS):
        if number == _SETTLE_LOOKS:
            before = _spent(server)
        started = time.perf_counter()
        observe(registry, team.session.session_id, past)
        times.append(time.perf_counter() - started)
        time.sleep(_LOOK_SECONDS)
    spent = [
        (now - then) / _LOOKS for now, then in zip(_spent(server), before, strict=True)
    ]
    settled = times[_SETTLE_LOOKS:]
    beside = f"worst {milliseconds(max(settled))}, first {milliseconds(times[0])}"
    yield Figure(
        f"a look at {_WATCHED} panes", median(settled) * 1000, "ms", 40, beside
    )
    own, clients, server_share = (f"{seconds:.1%}" for seconds in spent)
    beside = f"{own}, with tmux's clients {clients}, its server {server_share}"
    name = f"{_WATCHED} panes watched, one look a second"
    yield Figure(name, sum(spent) * 100, "% of a core", 1.5, beside)


def _spent(server: int) -> tuple[float, float, float]:
    """CPU seconds of this process, of its children, and of a tmux server."""
    times = os.times()
    children = times.children_user + times.children_system
    return time.process_time(), children, precise_cpu_seconds(server)
