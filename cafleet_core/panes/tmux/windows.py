"""Open, divide, lay out and close windows."""

from __future__ import annotations

import contextlib
import os
import re
import time

from cafleet_core import text
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client, commands, layouts
from cafleet_core.panes.tmux.layouts import LEAST, Size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LAYOUT_OPTION = "@cafleet_layout"
"""The window option that names the layout in which `arrange` keeps it."""

COMPLETE_OPTION = "@cafleet_complete"
"""The window option of a window that takes no more panes."""

_GONE_SECONDS = 3.0
_UNFIT_FOR_A_NAME = re.compile(r"[^\w -]+")
_OPENED = "#{socket_path}\t#{window_id}\t#{pane_id}"
_EXTENT = "#{window_width} #{window_height}"
_ORDER = (
    f"#{{{LAYOUT_OPTION}}} #{{window_zoomed_flag}} #{{window_width}}"
    " #{pane_id} #{pane_width}"
)


class Opened(NamedTuple):
    """A new window with its first pane."""

    socket: str
    window_id: str
    pane_id: str


def open_session(
    name: str,
    title: str,
    size: Size,
    environment: Mapping[str, str],
    argv: Sequence[str],
) -> Opened:
    """Create a detached tmux session of this size on the default server, `argv` in its pane."""
    return _opened(
        *("new-session", "-d", "-s", fit_name(name), "-n", fit_name(title)),
        *("-x", str(size.columns), "-y", str(size.rows)),
        environment=environment,
        argv=argv,
    )


def open_window(
    socket: str | None,
    beside: str,
    title: str,
    environment: Mapping[str, str],
    argv: Sequence[str],
) -> Opened:
    """Open a window after the one of the pane `beside`, without focus, `argv` in its pane."""
    window = commands.run(
        socket, "display-message", "-p", "-t", beside, "#{window_id}"
    )[0]
    return _opened(
        *("new-window", "-d", "-a", "-n", fit_name(title), "-t", window),
        socket=socket,
        environment=environment,
        argv=argv,
    )


def free_session_name(wanted: str) -> str:
    """A free name for a tmux session on the default server."""
    try:
        taken = set(commands.run(None, "list-sessions", "-F", "#{session_name}"))
    except client.NoServer:
        taken = set()  # no server runs yet
    base = name = fit_name(wanted)
    number = 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


def fit_name(wanted: str) -> str:
    """A name that tmux takes literally: it would expand formats, and run commands in them."""
    return _UNFIT_FOR_A_NAME.sub("-", text.label(wanted)).strip("- ") or "cafleet"


def split(
    opened: Opened,
    environment: Mapping[str, str],
    argv: Sequence[str],
    *how: str,
) -> str:
    """Divide a window's first pane, `how` in tmux's options, without focus; the new pane's id."""
    made = commands.run(
        opened.socket,
        *("split-window", "-d", *how, "-t", opened.pane_id, "-P", "-F", "#{pane_id}"),
        *variables(environment),
        *("--", *argv),
    )
    return made[0]


def size(opened: Opened) -> Size:
    """The size of a window."""
    extent = commands.run(
        opened.socket, "display-message", "-p", "-t", opened.window_id, _EXTENT
    )
    return Size(*map(int, extent[0].split()))


def set_options(socket: str, window_id: str, options: Mapping[str, str]) -> None:
    """Set options of one window."""
    for option, value in options.items():
        commands.run(socket, "set-option", "-w", "-t", window_id, option, value)


def arrange(socket: str, window_id: str) -> None:
    """Put a window's panes in its layout; a window without one, or that is gone, is left alone.

    A zoomed window stays zoomed. Raises ServerSilent if tmux cannot be asked.
    """
    try:
        panes = _panes(socket, window_id)
        layout, zoomed, *_ = panes[0]
        if len(panes) < 2 or not layout or layout == layouts.NONE:
            return
        commands.run(socket, "select-layout", "-t", window_id, layout)
        if layout == layouts.MAIN_VERTICAL:
            _leave_room(socket, window_id)
        if zoomed == "1":
            commands.run(socket, "resize-pane", "-Z", "-t", window_id)
    except client.ServerSilent:
        raise
    except TmuxError:
        return  # a window that closed with its last pane needs no layout


def close(socket: str, window_id: str) -> None:
    """Close a window, and wait until the programs in it have ended.

    One that has closed already is no error. Raises ServerSilent if tmux cannot be asked:
    then it may still be there.
    """
    try:
        listed = commands.run(
            socket, "list-panes", "-t", window_id, "-F", "#{pane_pid} #{pane_dead}"
        )
        commands.run(socket, "kill-window", "-t", window_id)
    except client.NoServer:
        return  # the server ended with its last window
    except client.ServerSilent:
        raise
    except TmuxError:
        return
    running = [int(pid) for pid, dead in map(str.split, listed) if dead != "1"]
    deadline = time.monotonic() + _GONE_SECONDS
    while any(map(_alive, running)) and time.monotonic() < deadline:
        time.sleep(0.02)


def attach_command(socket: str, session: str) -> list[str]:
    """The command that shows a tmux session in this terminal."""
    return ["tmux", "-S", socket, "attach-session", "-t", f"={session}"]


def popup_command(
    socket: str, environment: Mapping[str, str], argv: Sequence[str]
) -> list[str]:
    """The command that shows `argv` in a popup over the calling pane's window until it ends."""
    settings = [f"{name}={value}" for name, value in environment.items()]
    return [
        *("tmux", "-S", socket, "display-popup", "-E", "-w", "95%", "-h", "95%"),
        *("--", "env", *settings, *argv),
    ]


def variables(environment: Mapping[str, str]) -> list[str]:
    """tmux's options for the environment of a new pane."""
    return [
        word
        for name, value in environment.items()
        for word in ("-e", f"{name}={value}")
    ]


def _opened(
    *command: str,
    socket: str | None = None,
    environment: Mapping[str, str],
    argv: Sequence[str],
) -> Opened:
    settings = variables(environment)
    made = commands.run(socket, *command, "-P", "-F", _OPENED, *settings, "--", *argv)
    return Opened(*made[0].split("\t"))


def _panes(socket: str, window_id: str) -> list[list[str]]:
    listed = commands.run(socket, "list-panes", "-t", window_id, "-F", _ORDER)
    return [line.split(" ") for line in listed]


def _leave_room(socket: str, window_id: str) -> None:
    """Narrow the main pane if the user's `main-pane-width` leaves the others too little."""
    (_, _, columns, main, width), *_ = _panes(socket, window_id)
    widest = int(columns) - 1 - LEAST.columns
    if int(width) > widest >= LEAST.columns:
        commands.run(socket, "resize-pane", "-t", main, "-x", str(widest))


def _alive(pid: int) -> bool:
    with contextlib.suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
