"""Loops in the background as the machine knows them, and alice, whose mail they deliver."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from cafleet_core.broker.delivery import deliverer
from cafleet_core.broker.registry.open import Registry
from cafleet_core.states import Watcher
from tests.team import Team, log_of
from tests.terminal import Terminal, eventually, turns

ON = {"CAFLEET_DELIVERY_BACKGROUND": "true"}
"""Variables of a command that may start a loop; the tests' own environment forbids it."""


def loops(session_id: str) -> list[int]:
    """The pids of the loops that deliver for a session."""
    return [
        pid
        for pid in _pids()
        if session_id in (words := _words(pid)) and "--only-deliver" in words
    ]


def the_loop(session_id: str) -> int:
    """The pid of the only loop of a session, once it has begun."""
    [pid] = eventually(lambda: loops(session_id))
    return pid


def end_all(session_id: str) -> None:
    """Kill the loops of a session and see them gone."""

    def none_left() -> bool:
        for pid in loops(session_id):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not loops(session_id)

    eventually(none_left)


def write(terminal: Terminal, team: Team) -> None:
    """Have alice be in the middle of a line, so that mail for her is held."""
    terminal.keys(_pane(team), "-l", "half a thought")
    eventually(lambda: "half a thought" in terminal.screen(_pane(team)))


def rest(terminal: Terminal, team: Team) -> None:
    """Have her input box empty again."""
    terminal.keys(_pane(team), "C-c")
    eventually(lambda: "half a thought" not in terminal.screen(_pane(team)))


def bodies(logs: Path) -> list[str]:
    """What was said to alice, in the order in which it was typed."""
    lines = [line for turn in turns(log_of(logs, "alice")) for line in turn.split("\n")]
    return [line for line in lines if not line.startswith("[cafleet")]


def watcher(registry: Registry, team: Team) -> Watcher | None:
    """Who looks after the session now."""
    return deliverer.find(registry, team.session.session_id).watcher


def environment_of(pid: int) -> dict[str, str]:
    """The variables with which a process was started."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def cpu_seconds(pid: int) -> float:
    """What a process and its ended children have used of a processor."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return []


def _pane(team: Team) -> str:
    placement = team.others["alice"].placement
    assert placement is not None
    return placement.tmux_pane_id or ""
