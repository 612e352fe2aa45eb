"""Measure delivery: from a send to the submitted turn, many senders, and looks at many panes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median

from cafleet_core import clock
from cafleet_core.broker.registry.open import Registry
from tests.bench import room_panes
from tests.bench.timing import (
    BARE,
    CAFLEET,
    Figure,
    milliseconds,
    ratio,
    wall,
)
from tests.push.crowd import PANES, SENDERS, Crowd
from tests.team import a_team_in_panes, log_of
from tests.terminal import Terminal, environment, eventually

_ROUNDS = 25
_CROWD = 10
_CROWD_ROUNDS = 7

_STARTED = """
import sys
from cafleet_core.cli import main, message_send, message_options, positional, message_body
from cafleet_core.broker.messages import send
print("ready", flush=True)
sys.stdin.readline()
main.main()
"""
"""A `cafleet` that has started, and runs its command line when it is told to."""


def figures(registry: Registry, terminal: Terminal, folder: Path) -> Iterator[Figure]:
    """Figures for send to submitted turn, ten and a hundred senders, and a look at 200 panes."""
    yield _submitted(registry, terminal, folder)
    yield _together(registry, terminal, folder)
    logs = folder / "crowd"
    logs.mkdir()
    slowest = max(call.seconds for call in Crowd(registry, terminal, logs).talk())
    yield Figure(
        f"slowest of {SENDERS} sends during a broadcast to {PANES}", slowest, "s", 2.0
    )
    yield from room_panes.figures(registry, terminal)


def _submitted(registry: Registry, terminal: Terminal, folder: Path) -> Figure:
    """From the process's start to the turn that its agent takes, by the agent's own stamp."""
    team = a_team_in_panes(registry, terminal, folder, "alice")
    log = log_of(folder, "alice")
    flags = ("--session-id", team.session.session_id, "--agent-id", "Director")
    send = [CAFLEET, *flags, "message", "send", "--to", "alice", "--text", "hello"]
    env = environment(terminal.registry, HOME=str(folder))
    wall(send, env)
    eventually(lambda: _taken(log))
    pairs = []
    for _ in range(_ROUNDS):
        known, started = len(_taken(log)), clock.now()
        wall(send, env)
        taken = eventually(lambda known=known: _taken(log)[known:])  # type: ignore[misc]
        pairs.append(((taken[0] - started).total_seconds(), wall(BARE, env)))
    return ratio("message send to submitted turn : python -c pass", pairs, 2.2)


def _taken(log: Path) -> list[datetime]:
    """When an agent took its turns."""
    if not log.exists():
        return []
    lines = log.read_text("utf-8").splitlines()
    return [datetime.fromisoformat(json.loads(line)["at"]) for line in lines]


def _together(registry: Registry, terminal: Terminal, folder: Path) -> Figure:
    """Until all of ten senders' messages are submitted in one pane; the processes run already."""
    logs = folder / "together"
    logs.mkdir()
    team = a_team_in_panes(registry, terminal, logs, "bob")
    log = log_of(logs, "bob")
    times = []
    for attempt in range(_CROWD_ROUNDS):
        marks = [f"mark-{attempt}-{number};" for number in range(_CROWD)]
        senders = [_started(terminal, team.session.session_id, mark) for mark in marks]
        began = clock.now()
        for sender in senders:
            assert sender.stdin is not None
            sender.stdin.write("go\n")
            sender.stdin.flush()
        last = eventually(lambda marks=marks: _all_taken(log, marks))  # type: ignore[misc]
        assert last is not None
        times.append((last - began).total_seconds())
        for sender in senders:
            sender.communicate()
    beside = f"worst {milliseconds(max(times))}"
    name = f"{_CROWD} senders to one pane, all submitted"
    return Figure(name, median(times) * 1000, "ms", 60, beside)


def _started(terminal: Terminal, session: str, words: str) -> subprocess.Popen[str]:
    """A sender that waits for a line on its standard input."""
    flags = ("--session-id", session, "--agent-id", "Director")
    line = (*flags, "message", "send", "--to", "bob", "--text", words)
    process = subprocess.Popen(
        [sys.executable, "-c", _STARTED, *line],
        env=environment(terminal.registry),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _all_taken(log: Path, marks: list[str]) -> datetime | None:
    """When the last of these words was taken; None while one is missing."""
    taken = []
    for mark in marks:
        turns = map(
            json.loads, log.read_text("utf-8").splitlines() if log.exists() else ()
        )
        at = next((turn["at"] for turn in turns if mark in turn["turn"]), None)
        if at is None:
            return None
        taken.append(datetime.fromisoformat(at))
    return max(taken)
