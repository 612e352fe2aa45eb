"""The life of panes, through libtmux: made, arranged, captured, killed. Nothing is typed here."""

from __future__ import annotations

from collections.abc import Sequence

from libtmux import Server
from libtmux.exc import LibTmuxException

from cafleet_core.errors import TmuxError


def split(socket: str, window_id: str, cwd: str, argv: Sequence[str]) -> str:
    """A new pane in a window, running `argv`, without taking the focus; its id.

    Raises TmuxError where tmux refuses, for example for want of space.
    """
    made = _run(
        socket,
        *("split-window", "-d", "-t", window_id, "-c", cwd),
        *("-P", "-F", "#{pane_id}", "--", *argv),
    )
    return made[0]


def arrange(socket: str, window_id: str) -> None:
    """Put a window's panes in order: the Director's large on the left, the others beside it."""
    _run(socket, "select-layout", "-t", window_id, "main-vertical")


def kill(socket: str, pane_id: str) -> None:
    """End a pane; one that is gone already is no error."""
    Server(socket_path=socket).cmd("kill-pane", "-t", pane_id)


def capture(socket: str, pane_id: str, lines: int, ansi: bool) -> list[str]:
    """The last `lines` lines of a pane's screen and history, trailing blank ones left out.

    Raises TmuxError where the pane is gone.
    """
    options = ["-e"] if ansi else []
    screen = _run(
        socket, "capture-pane", "-p", *options, "-S", f"-{lines}", "-t", pane_id
    )
    while screen and not screen[-1].strip():
        screen.pop()
    return screen[-lines:]


def _run(socket: str, *arguments: str) -> list[str]:
    try:
        reply = Server(socket_path=socket).cmd(*arguments)
    except LibTmuxException as error:
        raise TmuxError(f"tmux {arguments[0]} failed: {error}") from None
    if reply.returncode != 0 or reply.stderr:
        raise TmuxError(f"tmux {arguments[0]} failed: {' '.join(reply.stderr)}")
    return list(reply.stdout)
