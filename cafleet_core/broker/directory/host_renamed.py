"""Keep placements valid when this host's name changes, as laptops' do with the network."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import agents, outbox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cafleet_core.storage.registry import Registry


def keep_agents(registry: Registry, environ: Mapping[str, str]) -> None:
    """Move the agents of the tmux server around this process to this host's current name.

    Pushes held because they seemed to live elsewhere are due at once. Outside tmux nothing
    is known. A server is the same by socket, pid and start time: two containers that share
    a registry may well have the first two in common.
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
    from cafleet_core.panes.tmux import facts  # hosts are seldom renamed

    try:
        panes = facts.panes(socket)
    except TmuxError:
        return None
    return next((pane.server_started for pane in panes.values()), None)
