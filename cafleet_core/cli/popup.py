"""`cafleet popup`: the control room in a popup over a tmux window."""

from __future__ import annotations

import os

import click

from cafleet_core import own_module
from cafleet_core.cli.parser import Command, pass_invocation
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import facts

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation

_NOT_IN_TMUX = "cafleet popup must be run inside a tmux session"
_NOBODY_LOOKS = "no terminal is attached to this tmux session; use 'cafleet tui'"
_PASSED_ON = ("CAFLEET_", "XDG_", "COLORTERM")


@click.command(cls=Command)
@click.option(
    "--read-only", is_flag=True, help="Only look: nothing is sent, typed or stored."
)
@pass_invocation
def popup(run: Invocation, read_only: bool) -> None:
    """Open the control room in a popup over this tmux window.

    It shows the session that is named or that this pane belongs to, else you choose.

    In tmux.conf: bind-key C-f run-shell -b 'TMUX_PANE=#{pane_id} cafleet popup'
    """
    from cafleet_core.panes.tmux import commands, windows

    here = facts.here(os.environ, _NOT_IN_TMUX)
    if not commands.run(here.socket, "list-clients", "-t", here.pane.pane_id):
        raise Refused(_NOBODY_LOOKS)
    session = run.session_if_known()
    room = own_module.command("cafleet_core", "tui")
    if session:
        room += ["--session-id", session.session_id]
    if read_only:
        room.append("--read-only")
    run.close()
    command = windows.popup_command(here.socket, _environment(), room)
    os.execvp(command[0], command)  # noqa: S606  # it lasts as long as the popup


def _environment() -> dict[str, str]:
    """Variables that the room needs from this process: tmux starts it with its own."""
    return {
        name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)
    }
