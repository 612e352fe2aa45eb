"""The life of panes: one tmux command through libtmux, a capture, an end. Nothing is typed here."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

from cafleet_core.errors import TmuxError
from cafleet_core.panes.tmux import client, facts


def run(socket: str | None, *arguments: str) -> list[str]:
    """One tmux command, on the default server where `socket` is None; the lines it prints.

    Raises TmuxError where there is no tmux, or it refuses.
    """
    import shutil  # these two cost as much as five starts of Python

    # it asks stdout for its encoding, which what stands in for it on a full screen has not
    with contextlib.redirect_stdout(sys.__stdout__):
        from libtmux import Server
        from libtmux.exc import LibTmuxException

    if shutil.which("tmux") is None:
        raise client.TmuxMissing("tmux is not on PATH.")
    try:
        reply = Server(socket_path=socket).cmd(*arguments)
    except LibTmuxException as error:
        raise TmuxError(f"tmux {arguments[0]} failed: {error}") from None
    if reply.returncode != 0 or reply.stderr:
        raise TmuxError(f"tmux {arguments[0]} failed: {' '.join(reply.stderr)}")
    return list(reply.stdout)


def kill(socket: str, pane_id: str) -> None:
    """End a pane; one that is gone already is no error."""
    with contextlib.suppress(TmuxError):
        run(socket, "kill-pane", "-t", pane_id)


def terminate(socket: str, pane_id: str) -> None:
    """Ask a pane's program to end by a signal, which no draft and no question can swallow.

    A pane that is gone, or whose program has ended, is no error.
    """
    pane = facts.panes(socket).get(pane_id)
    if pane is None or pane.dead:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(os.getpgid(pane.pid), signal.SIGTERM)


def capture(socket: str, pane_id: str, lines: int, ansi: bool) -> list[str]:
    """The last `lines` lines of a pane's screen and history, trailing blank ones left out.

    Raises TmuxError where the pane is gone.
    """
    options = ["-e"] if ansi else []
    reply = client.call(
        ["capture-pane", "-p", *options, "-S", f"-{lines}", "-t", pane_id],
        socket=socket,
    )
    if reply.code != 0:
        raise TmuxError(f"tmux capture-pane failed: {reply.err.strip()}")
    screen = reply.out.split("\n")
    while screen and not screen[-1].strip():
        screen.pop()
    return screen[-lines:]
