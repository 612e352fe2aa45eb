"""What the control room costs: to start, to sit there, and to show another process's commit."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from cafleet_core.broker import messages
from cafleet_core.broker.registry import Registry
from cafleet_core.records import Agent
from tests.bench.timing import Figure, cpu_seconds, milliseconds
from tests.team import a_team
from tests.terminal import Terminal, eventually

_CAFLEET = str(Path(sys.executable).with_name("cafleet"))
_BARE_APP = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("painted")
Bare().run()
"""
_STARTS = 7
_COMMITS = 25
_SETTLE_SECONDS = 62.0
"""Until every age on the screen is in minutes, and changes once in one."""
_IDLE_SECONDS = 20.0
_LOOK_SECONDS = 0.002


def figures(registry: Registry, terminal: Terminal) -> Iterator[Figure]:
    """First paint, idle CPU, and the time from a commit to the changed cell."""
    team = a_team(registry, *(f"member-{number}" for number in range(20)))
    argv = [_CAFLEET, "tui", "--session-id", team.session.session_id]
    yield _first_paint(terminal, argv)
    pane = terminal.pane(argv)
    eventually(lambda: "Timeline" in terminal.screen(pane))
    yield _idle(terminal, pane)
    yield _latency(registry, terminal, pane, team.director, team.others["member-0"])


def _first_paint(terminal: Terminal, argv: Sequence[str]) -> Figure:
    bare = [sys.executable, "-c", _BARE_APP]
    pairs = [
        (_painted(terminal, argv, "Timeline"), _painted(terminal, bare, "painted"))
        for _ in range(_STARTS)
    ]
    return Figure(
        "control room's first paint : bare Textual app's",
        milliseconds(median(one for one, _ in pairs)),
        median(one / other for one, other in pairs),
        None,
    )


def _painted(terminal: Terminal, argv: Sequence[str], text: str) -> float:
    started = time.perf_counter()
    pane = terminal.pane(argv)
    _await(terminal, pane, text)
    took = time.perf_counter() - started
    terminal.tmux("kill-pane", "-t", pane)
    return took


def _idle(terminal: Terminal, pane: str) -> Figure:
    pid = int(terminal.tmux("display-message", "-p", "-t", pane, "#{pane_pid}"))
    time.sleep(_SETTLE_SECONDS)
    before = cpu_seconds(pid)
    time.sleep(_IDLE_SECONDS)
    share = (cpu_seconds(pid) - before) / _IDLE_SECONDS
    return Figure("control room at rest, of one core", f"{share:.2%}", None, None)


def _latency(
    registry: Registry, terminal: Terminal, pane: str, sender: Agent, recipient: Agent
) -> Figure:
    times = []
    for number in range(_COMMITS):
        word = f"needle-{number}-needle"
        time.sleep(0.13 + number * 0.007)
        started = time.perf_counter()
        messages.send(registry, sender, [recipient], word)
        _await(terminal, pane, word)
        times.append(time.perf_counter() - started)
    worst = f"{median(times) * 1000:.0f} ms, worst {max(times) * 1000:.0f}"
    return Figure("commit elsewhere to seen here (aim: 150 ms)", worst, None, None)


def _await(terminal: Terminal, pane: str, text: str) -> None:
    while text not in terminal.screen(pane):
        time.sleep(_LOOK_SECONDS)
