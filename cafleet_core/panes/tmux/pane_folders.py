"""In which folders the living panes of a tmux server work."""

from __future__ import annotations

from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.facts import IDENTITY, NO_PANES, agents_of

_FORMAT = "#{pane_id}\t#{pane_dead}\t#{pane_current_path}"
_OF_AGENTS = f"#{{pane_dead}}\t#{{{IDENTITY}}}\t#{{pane_current_path}}"


def folders(socket: str) -> dict[str, str]:
    """The folder of each living pane by its id; raises TmuxError if tmux does not answer."""
    rows = [line.split("\t", 2) for line in _listed(socket, _FORMAT)]
    return {row[0]: row[2] for row in rows if len(row) == 3 and row[1] == "0"}


def of_agents(socket: str) -> dict[str, str]:
    """The folder of each living pane by the ids of the agents that are marked on it.

    Raises TmuxError if tmux does not answer.
    """
    rows = [line.split("\t", 2) for line in _listed(socket, _OF_AGENTS)]
    return {
        agent_id: row[2]
        for row in rows
        if len(row) == 3 and row[0] == "0"
        for agent_id in agents_of(row[1])
    }


def _listed(socket: str, wanted: str) -> list[str]:
    reply = client.call(("list-panes", "-a", "-F", wanted), socket=socket)
    if reply.code != 0 and NO_PANES not in reply.err:
        raise client.silent("list-panes", reply)
    return reply.out.splitlines()
