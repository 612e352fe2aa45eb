"""`cafleet up`: a session, its Director and the control room, in one command."""

from __future__ import annotations

import os
import shlex
import sys

from cafleet_core import ids
from cafleet_core.cli import up_again
from cafleet_core.cli.agent_start import (
    readiness,
    show_unready,
    starting_with,
)
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.requests import UpRequest, UpResult


def up(
    run: Invocation,
    /,
    label: str | None,
    prompt: tuple[str, ...],
    new: bool,
    **start: Any,
) -> None:
    """Start a session: its Director in a pane, and the control room beside it.

    Inside tmux they get a new window; outside, a tmux session of their own, named after
    the label, that this terminal is attached to. Without a terminal it stays detached,
    and the command to attach is printed.

    Where a session works in this folder it asks whether to attach to that one; without a
    terminal it starts none, unless --new.
    """
    from cafleet_core.broker.team import prompts, up
    from cafleet_core.requests import UpRequest

    if not new:
        up_again.offer(run, str(start["cwd"]))
    run.places_agents = True
    words = " ".join(prompt) or prompts.FOR_DIRECTORS
    request = UpRequest(label, starting_with(words, **start))
    _offer_lost(run, request.director.cwd)
    socket = os.environ.get("TMUX", "").split(",")[0]
    pane_id = os.environ.get("TMUX_PANE")
    if socket and pane_id:
        _tell(run, up.beside(run.registry, request, pane_id, socket), attach=None)
    else:
        _apart(run, request)


def _offer_lost(run: Invocation, folder: str) -> None:
    """Note each session of this folder that has lost its tmux server, and how to have it back."""
    from cafleet_core.broker.team import resume_session

    for session in resume_session.lost_in(run.registry, folder):
        run.note(
            f"Note: a team of this folder has lost its tmux server;"
            f" 'cafleet session resume {session.session_id}' starts it again."
        )


def _apart(run: Invocation, request: UpRequest) -> None:
    from cafleet_core.broker.team import up
    from cafleet_core.panes.tmux import windows
    from cafleet_core.panes.tmux.layouts import Size

    watched = sys.stdin.isatty() and sys.stdout.isatty()
    size = Size(*os.get_terminal_size()) if watched else up.DETACHED
    result = up.apart(run.registry, request, size)
    command = windows.attach_command(result.socket, result.tmux_session)
    if not watched:
        _tell(run, result, attach=shlex.join(command))
        return
    run.close()
    os.execvp(command[0], command)  # noqa: S606  # the terminal is tmux's from here on


def _tell(run: Invocation, result: UpResult, attach: str | None) -> None:
    session, director = result.session, result.director
    pane_id = result.pane_id
    lines = [
        f"session:       {session.session_id}",
        f"director:      {ids.shown(director.agent.agent_id)} {pane_id} {readiness(director)}",
        f"control room:  {result.control_room_pane_id}",
    ]
    document = {
        "session_id": session.session_id,
        "label": session.label,
        "director_agent_id": session.director_agent_id,
        "administrator_agent_id": session.administrator_agent_id,
        "tmux_session": result.tmux_session,
        "tmux_window_id": result.window_id,
        "tmux_pane_id": pane_id,
        "control_room_pane_id": result.control_room_pane_id,
        "ready": director.ready,
        "state": director.state,
        "attach": attach,
    }
    run.say(
        "\n".join([*lines, *([f"attach:        {attach}"] if attach else [])]), document
    )
    show_unready(director)
