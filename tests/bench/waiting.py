"""Measure `cafleet message poll --wait`: how soon it is woken, and what it costs until then."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from statistics import median

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from tests.bench.timing import CAFLEET, Figure, precise_cpu_seconds, wakeups
from tests.team import Team
from tests.terminal import Terminal, environment

_WAITER = "waiter"
_ROUNDS = 9
_SETTLE_SECONDS = 1.0
_REST_SECONDS = 10.0


def figures(registry: Registry, terminal: Terminal, team: Team) -> Iterator[Figure]:
    """Figures from a commit to the message on the waiting command's output, and for its CPU.

    Whoever waits has acked all before: with a message waiting, the command would not.
    """
    team.others[_WAITER] = agents.register(registry, team.session, _WAITER, "")
    woken = [_woken(registry, terminal, team, number) for number in range(_ROUNDS)]
    beside = f"worst {max(woken) * 1000:.1f} ms"
    yield Figure("poll --wait woken", median(woken) * 1000, "ms", 10, beside)
    waiter = _started(terminal, team)
    time.sleep(_SETTLE_SECONDS)
    before, roused = precise_cpu_seconds(waiter.pid), wakeups(waiter.pid)
    time.sleep(_REST_SECONDS)
    share = (precise_cpu_seconds(waiter.pid) - before) / _REST_SECONDS
    often = (wakeups(waiter.pid) - roused) / _REST_SECONDS
    assert waiter.poll() is None
    waiter.terminate()
    waiter.communicate()
    beside = f"{often:.1f} wakeups a second"
    yield Figure("poll --wait, waiting", share * 100, "% of a core", 0.1, beside)


def _woken(registry: Registry, terminal: Terminal, team: Team, number: int) -> float:
    """Seconds from a commit to the first line that a waiting poll prints."""
    waiter = _started(terminal, team)
    time.sleep(_SETTLE_SECONDS + number * 0.007)
    assert waiter.poll() is None
    recipient = team.others[_WAITER]
    send.send(registry, team.director, [recipient], "wake up")
    began = time.perf_counter()
    assert waiter.stdout is not None
    assert waiter.stdout.readline()
    took = time.perf_counter() - began
    waiter.communicate()
    inbox.ack_all(registry, team.caller(_WAITER))
    return took


def _started(terminal: Terminal, team: Team) -> subprocess.Popen[str]:
    flags = ("--session-id", team.session.session_id, "--agent-id", _WAITER)
    return subprocess.Popen(
        [CAFLEET, *flags, "message", "poll", "--wait", "60"],
        env=environment(terminal.registry),
        stdout=subprocess.PIPE,
        text=True,
    )
