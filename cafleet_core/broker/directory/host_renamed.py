"""A machine that goes by another name now still has its agents: laptops change theirs by network."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import agents, outbox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cafleet_core.storage.registry import Registry


def keep_agents(registry: Registry, environ: Mapping[str, str]) -> None:
    """Let the agents of the tmux server around this process live on this machine.

    What they could not be told while they seemed to live on another is due at once.
    Outside of tmux nothing is known. The same socket, pid and start make a server the same:
    two containers may well share a registry, and the first two.
    """
    server = host.tmux_server(environ)
    here = host.host()
    began = server and agents.placed_elsewhere(registry, *server, here)
    if not server or not began:
        return
    started = _started(server[0])
    if started in began:
        with registry.write():
            agents.place_all(registry, *server, started, here)
            outbox.hasten(registry, here, clock.stamp())


def _started(socket: str) -> int | None:
    from cafleet_core.panes.tmux import facts  # a machine is seldom renamed

    try:
        panes = facts.panes(socket)
    except TmuxError:
        return None
    return next((pane.server_started for pane in panes.values()), None)
