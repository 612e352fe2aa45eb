"""Measure `cafleet message poll --wait`: how soon it is woken, and what it costs until then."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from statistics import median

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from tests.bench.timing import CAFLEET, Figure, cpu_seconds
from tests.team import Team
from tests.terminal import Terminal, environment

_ROUNDS = 9
_SETTLE_SECONDS = 1.0
_REST_SECONDS = 10.0


def figures(registry: Registry, terminal: Terminal, team: Team) -> Iterator[Figure]:
    """Figures from a commit to the message on the waiting command's output, and for its CPU."""
    woken = [_woken(registry, terminal, team, number) for number in range(_ROUNDS)]
    beside = f"worst {max(woken) * 1000:.1f} ms"
    yield Figure("poll --wait woken", median(woken) * 1000, "ms", 10, beside)
    waiter = _started(terminal, team)
    time.sleep(_SETTLE_SECONDS)
    before = cpu_seconds(waiter.pid)
    time.sleep(_REST_SECONDS)
    share = (cpu_seconds(waiter.pid) - before) / _REST_SECONDS
    waiter.terminate()
    waiter.communicate()
    yield Figure("poll --wait, waiting", share * 100, "% of a core", 0.1)


def _woken(registry: Registry, terminal: Terminal, team: Team, number: int) -> float:
    """Seconds from a commit to the first line that a waiting poll prints."""
    waiter = _started(terminal, team)
    time.sleep(_SETTLE_SECONDS + number * 0.007)
    sender = team.director
    send.send(registry, sender, [team.others["reader"]], "wake up")
    began = time.perf_counter()
    assert waiter.stdout is not None
    assert waiter.stdout.readline()
    took = time.perf_counter() - began
    waiter.communicate()
    return took


def _started(terminal: Terminal, team: Team) -> subprocess.Popen[str]:
    flags = ("--session-id", team.session.session_id, "--agent-id", "reader")
    return subprocess.Popen(
        [CAFLEET, *flags, "message", "poll", "--wait", "60"],
        env=environment(terminal.registry),
        stdout=subprocess.PIPE,
        text=True,
    )
