"""Find the processes and tmux panes of this machine that still work in a worktree."""

from __future__ import annotations

import os

from cafleet_core import host, text
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client, pane_folders, servers
from cafleet_core.storage import lookup
from cafleet_core.worktrees import occupants
from cafleet_core.worktrees.losses import Loss, LossKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.storage.registry import Registry

_NAMED = 5


def inside(registry: Registry, folder: str) -> list[Loss]:
    """Panes and processes that work in a folder, as losses; a tmux that cannot be asked is one."""
    panes = list(_panes(registry, folder))
    pids = occupants.processes(folder)
    if not pids or panes:
        return panes
    named = ", ".join(str(pid) for pid in pids[:_NAMED])
    more = f" and {len(pids) - _NAMED} more" if len(pids) > _NAMED else ""
    return [Loss(LossKind.OCCUPIED, f"processes work in it: {named}{more}")]


def _panes(registry: Registry, folder: str) -> Iterator[Loss]:
    top = os.path.realpath(folder)
    for socket, pid in sorted(_servers(registry)):
        try:
            listed = pane_folders.folders(socket)
        except client.NoServer:
            if servers.ended(pid):
                continue
            yield _unasked(socket, "its socket is gone")
            continue
        except TmuxError as error:
            yield _unasked(socket, error.message)
            continue
        for pane_id, where in listed.items():
            if occupants.contains(top, os.path.realpath(where)):
                yield Loss(LossKind.OCCUPIED, f"pane {pane_id} works in it")


def _unasked(socket: str, why: str) -> Loss:
    words = f"tmux at {text.one_line(socket)} cannot say which panes are in it: {why}"
    return Loss(LossKind.UNREADABLE, words)


def _servers(registry: Registry) -> set[tuple[str, int]]:
    """The tmux servers in which this machine's agents live, by socket and process."""
    return {
        (agent.placement.tmux_socket, agent.placement.tmux_server_pid)
        for agent in lookup.agents_on(registry, host.host_id())
        if agent.placement is not None and agent.placement.tmux_pane_id
    }
