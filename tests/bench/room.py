"""Measure the control room: start, idle and busy CPU, latency of another process's commit."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.records import Agent
from tests.bench import waiting
from tests.bench.commands import place
from tests.bench.past import AGENTS, ROUND, a_team_with_a_past
from tests.bench.timing import CAFLEET, Figure, milliseconds, precise_cpu_seconds, ratio
from tests.team import a_team
from tests.terminal import Terminal, eventually

_BARE_APP = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    changes = 0
    def compose(self):
        yield Static("painted")
    def on_mount(self):
        if {per_second}:
            self.set_interval(1 / {per_second}, self.change)
    def change(self):
        self.changes += 1
        self.query_one(Static).update(f"change {{self.changes}}")
Bare().run()
"""
_MEMBERS = 20
_STARTS = 7
_COMMITS = 25
_SETTLE_SECONDS = 62.0
"""Seconds until every age on the screen is in minutes, and changes once a minute."""
_IDLE_SECONDS = 20.0
_BUSY_SECONDS = 10.0
_PER_SECOND = 25
_LOOK_SECONDS = 0.002
_ENTRIES = 50_000
_FRAME = 1 / 60
"""Seconds between two paints of Textual."""


def figures(registry: Registry, terminal: Terminal, folder: Path) -> Iterator[Figure]:
    """Figures for first paint, CPU at rest and under load, changed cells, keys and waiting."""
    team = a_team(registry, "reader")
    for number in range(_MEMBERS):
        place(registry, terminal, team, f"member-{number}")
    argv = [CAFLEET, "tui", "--session-id", team.session.session_id]
    yield from _first_paint(terminal, argv)
    pane = terminal.pane(argv)
    eventually(lambda: "Timeline" in terminal.screen(pane))
    yield _idle(terminal, pane)
    director, reader = team.director, team.others["reader"]
    yield _busy(registry, terminal, pane, director, reader)
    yield from _latency(registry, terminal, pane, director, reader)
    yield from waiting.figures(registry, terminal, team)
    yield _key(terminal, folder)


def _bare(per_second: int = 0) -> list[str]:
    return [sys.executable, "-c", _BARE_APP.format(per_second=per_second)]


def _first_paint(terminal: Terminal, argv: Sequence[str]) -> Iterator[Figure]:
    """Until the frame is seen, and the CPU time spent by then: by turns with a bare app."""
    pairs = [
        (_painted(terminal, argv, "Timeline"), _painted(terminal, _bare(), "painted"))
        for _ in range(_STARTS)
    ]
    name = "control room's first paint : bare Textual app's"
    for suffix, measure in (("", 0), (", CPU", 1)):
        sides = [(room[measure], bare[measure]) for room, bare in pairs]
        yield ratio(name + suffix, sides, 1.3)


def _painted(terminal: Terminal, argv: Sequence[str], text: str) -> tuple[float, float]:
    """Seconds and CPU seconds from a program's start until its pane shows a text."""
    started = time.perf_counter()
    pane = terminal.pane(argv)
    _await(terminal, pane, text)
    took = time.perf_counter() - started
    spent = precise_cpu_seconds(_pid_of(terminal, pane))
    terminal.tmux("kill-pane", "-t", pane)
    return took, spent


def _pid_of(terminal: Terminal, pane: str) -> int:
    return int(terminal.tmux("display-message", "-p", "-t", pane, "#{pane_pid}"))


def _idle(terminal: Terminal, pane: str) -> Figure:
    """CPU share at rest, with a screen shown and every pane looked at each second."""
    time.sleep(_SETTLE_SECONDS)
    bare = terminal.pane(_bare())
    _await(terminal, bare, "painted")
    shares = _shares(terminal, (pane, bare), lambda: time.sleep(_IDLE_SECONDS))
    terminal.tmux("kill-pane", "-t", bare)
    name = f"room of {_MEMBERS} at rest with a live screen"
    beside = f"a bare app {shares[1]:.2%}"
    return Figure(name, shares[0] * 100, "% of a core", 0.5, beside)


def _busy(
    registry: Registry, terminal: Terminal, pane: str, sender: Agent, recipient: Agent
) -> Figure:
    """CPU share under load, against a bare application that changes one line as often."""
    bare = terminal.pane(_bare(_PER_SECOND))
    _await(terminal, bare, "change")

    def talk() -> None:
        began = time.perf_counter()
        for number in range(int(_PER_SECOND * _BUSY_SECONDS)):
            due = began + number / _PER_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            send.send(registry, sender, [recipient], f"message {number}")

    shares = _shares(terminal, (pane, bare), talk)
    terminal.tmux("kill-pane", "-t", bare)
    name = f"room told of {_PER_SECOND} messages a second"
    beside = f"a bare app's changes {shares[1]:.0%}"
    return Figure(name, shares[0] * 100, "% of a core", 6, beside)


def _shares(
    terminal: Terminal, panes: Sequence[str], act: Callable[[], None]
) -> list[float]:
    """The share of one core that each pane's process uses during `act`."""
    pids = [_pid_of(terminal, pane) for pane in panes]
    before = [precise_cpu_seconds(pid) for pid in pids]
    began = time.perf_counter()
    act()
    took = time.perf_counter() - began
    return [
        (precise_cpu_seconds(pid) - known) / took
        for pid, known in zip(pids, before, strict=True)
    ]


def _latency(
    registry: Registry, terminal: Terminal, pane: str, sender: Agent, recipient: Agent
) -> Iterator[Figure]:
    """Latency from commit to changed cell, beside a terminal's echo of a typed word."""
    echo = terminal.pane(["cat"])
    times = []
    for number in range(_COMMITS):
        word = f"needle-{number}-needle"
        time.sleep(0.13 + number * 0.007)
        started = time.perf_counter()
        send.send(registry, sender, [recipient], word)
        _await(terminal, pane, word)
        seen = time.perf_counter()
        terminal.keys(echo, word, "Enter")
        _await(terminal, echo, word)
        times.append((seen - started, time.perf_counter() - seen))
    beside = f"a terminal's echo {milliseconds(median(echo for _, echo in times))}"
    shown = [shown for shown, _ in times]
    name = "commit elsewhere to changed cell"
    yield Figure(f"{name}, median", median(shown) * 1000, "ms", 15, beside)
    yield Figure(f"{name}, worst", max(shown) * 1000, "ms", 30, beside)


def _key(terminal: Terminal, folder: Path) -> Figure:
    """How much later than a plain terminal a room with a long timeline echoes a typed word."""
    path = folder / "long" / "registry.db"
    team = a_team_with_a_past(path, _ENTRIES * ROUND // (ROUND - AGENTS))
    argv = [CAFLEET, "tui", "--session-id", team.session.session_id]
    pane = terminal.pane(argv, {"CAFLEET_DATABASE_URL": f"sqlite:///{path}"})
    eventually(lambda: "Timeline" in terminal.screen(pane))
    echo = terminal.pane(["cat"])
    later = []
    for number in range(_COMMITS):
        word = f"q{number}q"
        seconds = []
        for where in (pane, echo):
            started = time.perf_counter()
            terminal.keys(where, word)
            _await(terminal, where, word)
            seconds.append(time.perf_counter() - started)
        later.append(seconds[0] - seconds[1])
    terminal.tmux("kill-pane", "-t", pane)
    name = f"a key's echo beside {_ENTRIES:,} entries, behind a terminal's"
    return Figure(name, median(later) * 1000, "ms", _FRAME * 1000)


def _await(terminal: Terminal, pane: str, text: str) -> None:
    while text not in terminal.screen(pane):
        time.sleep(_LOOK_SECONDS)
