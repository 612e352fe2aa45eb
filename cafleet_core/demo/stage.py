"""The demo's place in tmux: a window with a large pane for the control room."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from libtmux import Server
from libtmux.exc import LibTmuxException

from cafleet_core.errors import TmuxError
from cafleet_core.panes import client

SESSION = "cafleet-demo"
"""The tmux session that a demo started outside tmux makes."""

_REGISTRY_OPTION = "@cafleet_demo"
_TEAM_OPTION = "@cafleet_demo_session"
_SMALL_COLUMNS = 58
_SMALL_ROWS = 14
_COLUMNS_FOR_EVERYTHING = 140
_GONE_SECONDS = 3.0
_SEPARATOR = "\t"


class Stage(NamedTuple):
    """A running demo: its tmux server and window, and where its team is registered."""

    socket: str
    window_id: str
    registry: str
    session_id: str


class Opened(NamedTuple):
    """A new window with its first pane."""

    socket: str
    window_id: str
    pane_id: str


class Size(NamedTuple):
    """Columns and rows of a window."""

    columns: int
    rows: int


class Layout(NamedTuple):
    """A tmux layout whose large pane has this many columns, or rows, or both."""

    name: str
    columns: int
    rows: int


def layout(size: Size) -> Layout:
    """Where the control room goes: left where it has room there for all it shows, else on top."""
    columns = max(size.columns - _SMALL_COLUMNS - 1, size.columns // 2)
    rows = max(size.rows - _SMALL_ROWS - 1, size.rows // 2)
    left = columns >= _COLUMNS_FOR_EVERYTHING
    return Layout("main-vertical" if left else "main-horizontal", columns, rows)


def open_session(
    size: Size, environment: Mapping[str, str], argv: Sequence[str]
) -> Opened:
    """A tmux session of this size on the default server, detached, `argv` in its pane."""
    opened = _opened(
        *("new-session", "-d", "-s", SESSION, "-n", "demo"),
        *("-x", str(size.columns), "-y", str(size.rows)),
        environment=environment,
        argv=argv,
    )
    ending = " detach: C-b d · end: cafleet demo --stop "
    run(opened.socket, "set-option", "-t", f"={SESSION}:", "status-right", ending)
    run(opened.socket, "set-option", "-t", f"={SESSION}:", "status-right-length", "60")
    return opened


def open_window(environment: Mapping[str, str], argv: Sequence[str]) -> Opened:
    """A window beside the calling pane's own, selected, `argv` in its pane."""
    ours = os.environ["TMUX_PANE"]
    window = run(None, "display-message", "-p", "-t", ours, "#{window_id}")[0]
    return _opened(
        *("new-window", "-a", "-n", "demo", "-t", window),
        environment=environment,
        argv=argv,
    )


def add_control_room(
    opened: Opened, environment: Mapping[str, str], argv: Sequence[str]
) -> str:
    """Split a pane off before all others, which makes it the large one; its id."""
    wanted = _layout_of(opened)
    for option, value in (
        ("main-pane-width", str(wanted.columns)),
        ("main-pane-height", str(wanted.rows)),
        ("pane-border-status", "top"),
        ("pane-border-format", " #{pane_title} "),
    ):
        run(opened.socket, "set-option", "-w", "-t", opened.window_id, option, value)
    made = run(
        opened.socket,
        *("split-window", "-h", "-b", "-t", opened.pane_id, "-l", str(wanted.columns)),
        *("-P", "-F", "#{pane_id}"),
        *_variables(environment),
        *("--", *argv),
    )
    return made[0]


def arrange(opened: Opened) -> None:
    """Give the control room its large place, and the others what is left."""
    name = _layout_of(opened).name
    run(opened.socket, "select-layout", "-t", opened.window_id, name)


def name_pane(socket: str, pane_id: str, title: str) -> None:
    """Write a title on a pane's border."""
    run(socket, "select-pane", "-t", pane_id, "-T", title)


def remember(stage: Stage) -> None:
    """Leave on the window what ending the demo needs to know."""
    for option, value in (
        (_REGISTRY_OPTION, stage.registry),
        (_TEAM_OPTION, stage.session_id),
    ):
        run(stage.socket, "set-option", "-w", "-t", stage.window_id, option, value)


def running() -> list[Stage]:
    """The demos on the default tmux server."""
    fields = ("socket_path", "window_id", _REGISTRY_OPTION, _TEAM_OPTION)
    layout = _SEPARATOR.join(f"#{{{field}}}" for field in fields)
    try:
        listed = run(None, "list-windows", "-a", "-F", layout)
    except TmuxError:
        return []  # no server, no demo
    stages = [Stage(*line.split(_SEPARATOR)) for line in listed if line]
    return [stage for stage in stages if stage.registry]


def watched(stage: Stage) -> bool:
    """Whether a terminal shows the tmux session that a demo plays in."""
    asked = ("display-message", "-p", "-t", stage.window_id, "#{session_attached}")
    return run(stage.socket, *asked) != ["0"]


def end_unwatched(stage: Stage, seconds: int) -> None:
    """Have the tmux server end the demos that nobody watches after so long."""
    command = shlex.join(module("cafleet_core", "demo", "--stop-unwatched"))
    run(
        stage.socket,
        "run-shell",
        "-b",
        "-d",
        str(seconds),
        f"{command} 2>/dev/null || :",
    )


def strike(socket: str, window_id: str) -> None:
    """Close a window, and wait until the programs in it have ended.

    One that has closed by itself is no error.
    """
    try:
        listed = run(socket, "list-panes", "-t", window_id, "-F", "#{pane_pid}")
        run(socket, "kill-window", "-t", window_id)
    except TmuxError:
        return
    deadline = time.monotonic() + _GONE_SECONDS
    while any(map(_alive, map(int, listed))) and time.monotonic() < deadline:
        time.sleep(0.02)


def frame(socket: str, pane_id: str) -> str:
    """What a pane shows, as text without blank lines at its end."""
    shown = client.call(["capture-pane", "-p", "-t", pane_id], socket=socket).out
    return "\n".join(line.rstrip() for line in shown.splitlines()).rstrip()


def attach_command(socket: str) -> list[str]:
    """The command that shows a demo's own session in this terminal."""
    return ["tmux", "-S", socket, "attach-session", "-t", f"={SESSION}"]


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours with this very Python."""
    return [sys.executable, "-m", name, *arguments]


def run(socket: str | None, *arguments: str) -> list[str]:
    """One tmux command, on the default server where `socket` is None; what it prints.

    Raises TmuxError where there is no tmux, or it refuses.
    """
    if shutil.which("tmux") is None:
        raise TmuxError("tmux is not on PATH; the demo needs it.")
    try:
        reply = Server(socket_path=socket).cmd(*arguments)
    except LibTmuxException as error:
        raise TmuxError(f"tmux {arguments[0]} failed: {error}") from None
    if reply.returncode != 0 or reply.stderr:
        raise TmuxError(f"tmux {arguments[0]} failed: {' '.join(reply.stderr)}")
    return list(reply.stdout)


def _opened(
    *command: str, environment: Mapping[str, str], argv: Sequence[str]
) -> Opened:
    fields = "#{socket_path}\t#{window_id}\t#{pane_id}"
    made = run(
        None, *command, "-P", "-F", fields, *_variables(environment), "--", *argv
    )
    return Opened(*made[0].split(_SEPARATOR))


def _layout_of(opened: Opened) -> Layout:
    printed = "#{window_width} #{window_height}"
    told = run(opened.socket, "display-message", "-p", "-t", opened.window_id, printed)
    return layout(Size(*map(int, told[0].split())))


def _variables(environment: Mapping[str, str]) -> list[str]:
    return [
        word
        for name, value in environment.items()
        for word in ("-e", f"{name}={value}")
    ]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
