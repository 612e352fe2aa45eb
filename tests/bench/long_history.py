"""Measure the control room with a long history: a million tasks against a thousand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import NamedTuple

from cafleet_core.broker.messages.pages import Reader
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.views import EVERYTHING, AtTime, Filter, Newest, Older, Reach, Unacked
from tests.bench.past import ROUND, a_team_with_a_past, stamp_of
from tests.bench.timing import CAFLEET, Figure, cpu_seconds, memory, milliseconds
from tests.team import Team
from tests.terminal import Terminal, eventually

_FEW, _MANY = 1_000, 1_000_000
_STARTS = 5
_JOURNEYS = 10
_RESIZES = 20
_PAGES_UP = 25
_READS = 20
_MOST = 1.5
"""How much longer anything may take in the long history."""

_KEY_SECONDS = 0.3
"""Seconds until a key's effect is drawn, and the page that it requests is loaded."""
_LIMIT = 30
"""Entries in a page; the short history can fill it under every filter."""


class _Past(NamedTuple):
    """A registry with `tasks` tasks, and their team."""

    path: Path
    team: Team
    tasks: int

    @property
    def middle(self) -> int:
        """The `seq` of a message in the middle of the history."""
        return self.tasks // 2 // ROUND * ROUND + 1

    @property
    def newest(self) -> str:
        """The beginning of the newest message."""
        return f"round {(self.tasks - 1) // ROUND * ROUND + 1}:"


class _Room:
    """A control room in a pane, on a registry with a history."""

    def __init__(self, terminal: Terminal, past: _Past) -> None:
        self.terminal, self.past = terminal, past
        argv = [CAFLEET, "tui", "--session-id", past.team.session.session_id]
        began = time.perf_counter()
        self.pane = terminal.pane(
            argv, {"CAFLEET_DATABASE_URL": f"sqlite:///{past.path}"}
        )
        self.shows(past.newest)
        self.opened = time.perf_counter() - began
        show_pid = ("display-message", "-p", "-t", self.pane, "#{pane_pid}")
        self.pid = int(terminal.tmux(*show_pid))
        self.spent = cpu_seconds(self.pid)

    def shows(self, text: str) -> None:
        eventually(lambda: text in self.terminal.screen(self.pane))

    def keys(self, *keys: str) -> None:
        self.terminal.keys(self.pane, *keys)

    def go_to_timeline(self) -> None:
        while "end newest" not in self.terminal.screen(self.pane):
            self.keys("BTab")
            time.sleep(_KEY_SECONDS)

    def close(self) -> None:
        self.terminal.tmux("kill-pane", "-t", self.pane)

    def cpu(self, act: Callable[[_Room], None], times: int) -> float:
        """The control room's CPU seconds for one call of `act`."""
        act(self)
        before = cpu_seconds(self.pid)
        for _ in range(times):
            act(self)
        return (cpu_seconds(self.pid) - before) / times


def figures(_registry: Registry, terminal: Terminal, folder: Path) -> Iterator[Figure]:
    """Figures for opening, going to a time, resizing, memory and reading, as ratios."""
    few, many = (
        _Past(path, a_team_with_a_past(path, tasks), tasks)
        for tasks in (_FEW, _MANY)
        if (path := folder / str(tasks) / "registry.db")
    )
    yield from _opening(terminal, few, many)
    yield from _staying(_Room(terminal, few), _Room(terminal, many))
    yield from _reading(few, many)


def _opening(terminal: Terminal, few: _Past, many: _Past) -> Iterator[Figure]:
    pairs = []
    for _ in range(_STARTS):
        pair = _Room(terminal, many), _Room(terminal, few)
        pairs.append(pair)
        for room in pair:
            room.close()
    yield _ratio("opened at the newest", [(a.opened, b.opened) for a, b in pairs])
    yield _ratio("opened at the newest, CPU", [(a.spent, b.spent) for a, b in pairs])


def _staying(few: _Room, many: _Room) -> Iterator[Figure]:
    """Figures for actions in an open control room; closes both rooms."""
    rooms = many, few
    for room in rooms:
        room.go_to_timeline()
    opened = [memory(room.pid) for room in rooms]
    yield _against("memory, opened", f"{opened[0]:.0f} MB", opened[0], opened[1])
    for name, act, times in (
        ("going to a time and back, CPU", _go_and_return, _JOURNEYS),
        ("a resize, CPU", _resize, _RESIZES),
    ):
        yield _ratio(name, [(many.cpu(act, times), few.cpu(act, times))])
    for _ in range(_PAGES_UP):
        many.keys("Home")
        time.sleep(_KEY_SECONDS)
    yield _against(
        f"memory, {_PAGES_UP} pages up : opened",
        f"{memory(many.pid):.0f} MB",
        memory(many.pid),
        opened[0],
    )
    for room in rooms:
        room.close()


def _go_and_return(room: _Room) -> None:
    room.keys("t")
    room.shows("Go to a time")
    room.keys(*stamp_of(room.past.middle), "Enter")
    room.shows(f"round {room.past.middle}:")
    room.keys("End")
    room.shows(room.past.newest)


def _resize(room: _Room) -> None:
    for width in (100, 160):
        size = ("-x", str(width), "-y", "50")
        room.terminal.tmux("resize-window", "-t", room.pane, *size)
        eventually(lambda width=width: _is_as_wide(room, width))  # type: ignore[misc]


def _is_as_wide(room: _Room, width: int) -> bool:
    lines = room.terminal.screen(room.pane).splitlines()
    return max(len(line.rstrip()) for line in lines) == width


def _reading(few: _Past, many: _Past) -> Iterator[Figure]:
    """Figures for reading pages, without a control room."""
    for name, wanted, reach in (
        ("the newest page", EVERYTHING, lambda _: Newest()),
        ("an older page", EVERYTHING, lambda past: Older(past.middle)),
        ("a page at a time", EVERYTHING, lambda past: AtTime(stamp_of(past.middle))),
        ("the next unacked", EVERYTHING, lambda past: Unacked(past.middle + ROUND)),
        ("a page of a member's", "party", lambda _: Newest()),
        ("a page with a rare word", Filter(words="521"), lambda _: Newest()),
        ("a page with a common word", Filter(words="draft"), lambda _: Newest()),
    ):
        pairs = [
            (_read(many, wanted, reach(many)), _read(few, wanted, reach(few)))
            for _ in range(_READS)
        ]
        yield _ratio(f"{name}, read, CPU", pairs)


def _read(past: _Past, wanted: Filter | str, reach: Reach) -> float:
    if not isinstance(wanted, Filter):
        wanted = Filter(party=past.team.others["member-03"].agent_id)
    with closing(open_registry(past.path)) as registry:
        began = time.process_time()
        Reader(registry, past.team.session.session_id, wanted, _LIMIT).page(reach)
        return time.process_time() - began


def _ratio(name: str, pairs: list[tuple[float, float]]) -> Figure:
    value = median(measured for measured, _ in pairs)
    reference = median(other for _, other in pairs)
    return _against(name, milliseconds(value), value, reference)


def _against(name: str, value: str, measured: float, reference: float) -> Figure:
    name = f"{name}, {_MANY:,} : {_FEW:,} tasks"
    return Figure(name, measured / reference, "x", _MOST, value)
