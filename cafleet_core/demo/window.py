"""The demo's tmux window, with a large pane for the control room."""

from __future__ import annotations

import os
import shlex
from contextlib import ExitStack

from cafleet_core import own_module
from cafleet_core.broker.team import cleanup
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client, windows
from cafleet_core.panes.tmux.commands import run
from cafleet_core.panes.tmux.windows import COMPLETE_OPTION, LAYOUT_OPTION, Opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cafleet_core.panes.tmux.layouts import Size

SESSION = "cafleet-demo"
"""Name of the tmux session of a demo that was started outside tmux."""

_REGISTRY_OPTION = "@cafleet_demo"
_TEAM_OPTION = "@cafleet_demo_session"
_FOLDER_OPTION = "@cafleet_demo_folder"
_SMALL_COLUMNS = 58
_SMALL_ROWS = 14
_COLUMNS_FOR_EVERYTHING = 140
_SEPARATOR = "\t"


class DemoWindow(NamedTuple):
    """A demo's tmux server and window, its registry and its session.

    `folder` is the temporary folder of the registry; empty for a user's own registry.
    """

    socket: str
    window_id: str
    registry: str
    session_id: str
    folder: str


class Layout(NamedTuple):
    """A tmux layout; the size of its large pane in columns, rows, or both."""

    name: str
    columns: int
    rows: int


def layout(size: Size) -> Layout:
    """The layout for a window size: control room left if wide enough, otherwise on top."""
    columns = max(size.columns - _SMALL_COLUMNS - 1, size.columns // 2)
    rows = max(size.rows - _SMALL_ROWS - 1, size.rows // 2)
    left = columns >= _COLUMNS_FOR_EVERYTHING
    return Layout("main-vertical" if left else "main-horizontal", columns, rows)


def open_session(
    size: Size, environment: Mapping[str, str], argv: Sequence[str]
) -> Opened:
    """Open a detached tmux session of this size on the default server; `argv` in its pane."""
    opened = windows.open_session(SESSION, "demo", size, environment, argv)
    options = {
        "status-left-length": "20",
        "status-right": " detach: C-b d · end: cafleet demo --stop ",
        "status-right-length": "60",
    }
    with ExitStack() as undo:
        undo.push(cleanup.closes_window(opened))
        for option, value in options.items():
            run(opened.socket, "set-option", "-t", f"={SESSION}:", option, value)
        undo.pop_all()
    return opened


def open_window(environment: Mapping[str, str], argv: Sequence[str]) -> Opened:
    """Open and select a window in the calling pane's tmux session; `argv` in its pane."""
    ours = os.environ["TMUX_PANE"]
    opened = windows.open_window(None, ours, "demo", environment, argv)
    with ExitStack() as undo:
        undo.push(cleanup.closes_window(opened))
        run(opened.socket, "select-window", "-t", opened.window_id)
        undo.pop_all()
    return opened


def add_control_room(
    opened: Opened, environment: Mapping[str, str], argv: Sequence[str]
) -> str:
    """Open a pane before all others, which the layout makes the large one; its id."""
    wanted = layout(windows.size(opened))
    windows.set_options(
        opened.socket,
        opened.window_id,
        {
            "main-pane-width": str(wanted.columns),
            "main-pane-height": str(wanted.rows),
            "pane-border-status": "top",
            "pane-border-format": " #{pane_title} ",
        },
    )
    return windows.split(
        opened, environment, argv, "-h", "-b", "-l", str(wanted.columns)
    )


def arrange(opened: Opened) -> None:
    """Apply the layout, now and after each pane's end; no further member is placed there."""
    options = {
        LAYOUT_OPTION: layout(windows.size(opened)).name,
        COMPLETE_OPTION: "1",
    }
    windows.set_options(opened.socket, opened.window_id, options)
    windows.arrange(opened.socket, opened.window_id)


def name_pane(socket: str, pane_id: str, title: str) -> None:
    """Write a title on a pane's border."""
    run(socket, "select-pane", "-t", pane_id, "-T", title)


def enter(socket: str, pane_id: str) -> None:
    """Select this pane, so that the window's keys go to it."""
    run(socket, "select-pane", "-t", pane_id)


def remember(demo: DemoWindow) -> None:
    """Store a demo in options of its window, from which `running` reads it."""
    remembered = {
        _REGISTRY_OPTION: demo.registry,
        _TEAM_OPTION: demo.session_id,
        _FOLDER_OPTION: demo.folder,
    }
    windows.set_options(demo.socket, demo.window_id, remembered)


def running() -> list[DemoWindow]:
    """The demos on the default tmux server."""
    remembered = (_REGISTRY_OPTION, _TEAM_OPTION, _FOLDER_OPTION)
    fields = ("socket_path", "window_id", *remembered)
    layout = _SEPARATOR.join(f"#{{{field}}}" for field in fields)
    try:
        listed = run(None, "list-windows", "-a", "-F", layout)
    except client.NoServer:
        return []  # no server, no demo
    demos = [DemoWindow(*line.split(_SEPARATOR)) for line in listed if line]
    return [demo for demo in demos if demo.registry]


def watched(demo: DemoWindow) -> bool:
    """Whether a terminal is attached to the tmux session of a demo."""
    asked = ("display-message", "-p", "-t", demo.window_id, "#{session_attached}")
    return run(demo.socket, *asked) != ["0"]


def end_unwatched(demo: DemoWindow, seconds: int) -> None:
    """Let the tmux server end demos without an attached terminal after `seconds`."""
    command = shlex.join(own_module.command("cafleet_core", "demo", "--stop-unwatched"))
    run(
        demo.socket,
        "run-shell",
        "-b",
        "-d",
        str(seconds),
        f"{command} 2>/dev/null || :",
    )


def frame(socket: str, pane_id: str) -> str:
    """A pane's visible text, without blank lines at its end."""
    shown = client.call(["capture-pane", "-p", "-t", pane_id], socket=socket).out
    return "\n".join(line.rstrip() for line in shown.splitlines()).rstrip()
