"""Measure delivery: from a send to the submitted turn, and with many senders."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from statistics import median

from cafleet_core import clock
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import pane_states
from tests.bench.timing import Figure, milliseconds, wall
from tests.push.crowd import PANES, SENDERS, Crowd
from tests.team import a_team_in_panes, log_of
from tests.terminal import Terminal, environment, eventually

_ROUNDS = 25
_SLOWEST = 2.0
_CAFLEET = str(Path(sys.executable).with_name("cafleet"))


def figures(registry: Registry, terminal: Terminal) -> Iterator[Figure]:
    """Figures for send to submitted turn, a hundred senders, and a monitor's look."""
    with tempfile.TemporaryDirectory(prefix="cafleet-bench-") as folder:
        yield from _submitted(registry, terminal, Path(folder))
    with tempfile.TemporaryDirectory(prefix="cafleet-bench-") as folder:
        crowd = Crowd(registry, terminal, Path(folder))
        slowest = max(call.seconds for call in crowd.talk())
        name = f"slowest of {SENDERS} sends during a broadcast to {PANES}"
        yield Figure(name, milliseconds(slowest), slowest / _SLOWEST, 1)
        yield _look(registry, terminal, crowd.session_id)


def _submitted(registry: Registry, terminal: Terminal, logs: Path) -> Iterator[Figure]:
    """Figures from the call, and from the process's start, to the agent's turn."""
    team = a_team_in_panes(registry, terminal, logs, "alice")
    alice, log = team.others["alice"], log_of(logs, "alice")
    flags = ("--session-id", team.session.session_id, "--agent-id", "Director")
    send = [_CAFLEET, *flags, "message", "send", "--to", "alice", "--text", "hello"]
    bare = ["tmux", "-S", terminal.socket, "display-message", "-p", "hello"]
    env = environment(terminal.registry)

    def by_call() -> None:
        messages.send(registry, team.director, [alice], "hello")

    def by_command() -> None:
        subprocess.run(send, env=env, stdout=subprocess.DEVNULL, check=True)

    for name, act in (
        ("send() to submitted turn", by_call),
        ("message send to submitted turn", by_command),
    ):
        pairs = [(_until_turn(log, act), wall(bare, env)) for _ in range(_ROUNDS)]
        ratio = median(measured / reference for measured, reference in pairs)
        value = milliseconds(median(measured for measured, _ in pairs))
        yield Figure(f"{name} : one tmux call", value, ratio, None)


def _until_turn(log: Path, act: Callable[[], None]) -> float:
    """Seconds until the agent has logged one more turn, by the log's own stamp."""
    known = _taken(log)
    started = clock.now()
    act()
    taken = eventually(lambda: _taken(log)[len(known) :])
    return (taken[0] - started).total_seconds()


def _taken(log: Path) -> list[datetime]:
    if not log.exists():
        return []
    lines = log.read_text("utf-8").splitlines()
    return [datetime.fromisoformat(json.loads(line)["at"]) for line in lines]


def _look(registry: Registry, terminal: Terminal, session_id: str) -> Figure:
    """The figure for a monitor's look at all panes."""
    bare = ["tmux", "-S", terminal.socket, "display-message", "-p", "hello"]
    env = environment(terminal.registry)
    pairs = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        pane_states.observe(registry, session_id)
        pairs.append((time.perf_counter() - started, wall(bare, env)))
    ratio = median(measured / reference for measured, reference in pairs)
    value = milliseconds(median(measured for measured, _ in pairs))
    return Figure(f"a look at {PANES} panes : one tmux call", value, ratio, None)
