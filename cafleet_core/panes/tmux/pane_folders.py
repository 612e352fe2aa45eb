"""In which folders the living panes of a tmux server work."""

from __future__ import annotations

from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.facts import NO_PANES

_FORMAT = "#{pane_id}\t#{pane_dead}\t#{pane_current_path}"


def folders(socket: str) -> dict[str, str]:
    """The folder of each living pane by its id; raises TmuxError if tmux does not answer."""
    reply = client.call(("list-panes", "-a", "-F", _FORMAT), socket=socket)
    if reply.code != 0 and NO_PANES not in reply.err:
        raise client.silent("list-panes", reply)
    rows = [line.split("\t", 2) for line in reply.out.splitlines()]
    return {row[0]: row[2] for row in rows if len(row) == 3 and row[1] == "0"}
