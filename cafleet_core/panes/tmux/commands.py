"""Create, capture and end panes by single tmux commands through libtmux. Nothing is typed here."""

from __future__ import annotations

import contextlib
import os
import sys

from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client, facts

if TYPE_CHECKING:
    from libtmux import Server


def run(socket: str | None, *arguments: str) -> list[str]:
    """Run one tmux command, on the default server if `socket` is None; the lines it prints.

    Raises ServerSilent if tmux cannot be asked, TmuxError if it refuses.
    """
    reply = _server(socket).cmd(*arguments)
    if reply.returncode != 0 or reply.stderr:
        raise TmuxError(f"tmux {arguments[0]} failed: {' '.join(reply.stderr)}")
    return list(reply.stdout)


def _server(socket: str | None) -> Server:
    """A libtmux server whose commands run through our client, which has a deadline."""
    # libtmux takes as long to import as five starts of Python, and asks stdout for its encoding,
    # which the substitute for stdout on a full disk lacks
    with contextlib.redirect_stdout(sys.__stdout__):
        from libtmux import Server
        from libtmux.common import tmux_cmd

    class Answered(tmux_cmd):
        """A finished command in libtmux's form."""

        def __init__(self, reply: client.Reply) -> None:
            self.returncode = reply.code
            self.stdout = reply.out.rstrip("\n").split("\n") if reply.out else []
            self.stderr = [line for line in reply.err.split("\n") if line]

    class Asked(Server):
        """A libtmux server that is asked through our client."""

        def cmd(
            self, cmd: str, *args: object, target: str | int | None = None
        ) -> tmux_cmd:
            aimed = () if target is None else ("-t", str(target))
            words = (cmd, *aimed, *map(str, args))
            return Answered(client.call(words, socket=socket))

    return Asked(socket_path=socket)


def kill(socket: str, pane_id: str) -> None:
    """End a pane; one that is gone already is no error.

    Raises ServerSilent if tmux cannot be asked: then the pane may live on.
    """
    try:
        run(socket, "kill-pane", "-t", pane_id)
    except client.ServerSilent:
        raise
    except TmuxError:
        return


def terminate(socket: str, pane_id: str) -> None:
    """Ask a pane's program to end by a signal, which no draft and no question can swallow.

    A pane that is gone, or whose program has ended, is no error.
    """
    pane = facts.panes(socket).get(pane_id)
    if pane is None or pane.dead:
        return
    import signal  # costs a tenth of a call to import

    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(os.getpgid(pane.pid), signal.SIGTERM)
