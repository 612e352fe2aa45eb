"""`cafleet up` in a folder in which a session works: attach to that one, or start another."""

from __future__ import annotations

import os
import shlex
import sys

from cafleet_core import text
from cafleet_core.errors import Refused, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent

_LONGEST_SHOWN = 80
_NO = ("n", "no")
ANOTHER = "start another one there with --new"


def offer(run: Invocation, folder: str) -> None:
    """Attach to the session that works in a folder; return where another one is wanted.

    Raises Refused where nobody can be asked.
    """
    from cafleet_core.broker.directory import sessions
    from cafleet_core.broker.team import all_sessions

    try:
        director = all_sessions.in_folder(run.registry, folder)
    except TmuxError as error:
        run.note(
            f"Whether a session works in this folder is not known: {error.message}"
        )
        return
    if director is None:
        return
    session = sessions.find(run.registry, director.session_id)
    named = text.cut(
        text.label(session.label or session.session_id[:8]), _LONGEST_SHOWN
    )
    attach = _command(director)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused(
            f"session '{named}' works in this folder: {shlex.join(attach)}",
            f"Attach to it with that command, or {ANOTHER}.",
        )
    run.note(f"Session '{named}' works in this folder. Attach to it? [Y/n]")
    answer = sys.stdin.readline()
    if not answer:
        raise Refused("nothing was started.", f"To {ANOTHER}.")
    if answer.strip().casefold() in _NO:
        return
    run.close()
    os.execvp(attach[0], attach)  # noqa: S606  # the terminal is tmux's from here on


def _command(director: Agent) -> list[str]:
    """What shows the Director's pane in this terminal; within its tmux, in this client."""
    from cafleet_core.panes.tmux import windows

    place = director.placement
    assert place is not None  # noqa: S101  # its pane is alive
    if os.environ.get("TMUX", "").split(",")[0] == place.tmux_socket:
        pane = place.tmux_pane_id or ""
        return ["tmux", "-S", place.tmux_socket, "switch-client", "-t", pane]
    return windows.attach_command(place.tmux_socket, place.tmux_session)
