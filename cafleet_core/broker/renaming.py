"""A machine that goes by another name now still has its agents: laptops change theirs by network."""

from __future__ import annotations

from collections.abc import Mapping

from cafleet_core import clock, machine
from cafleet_core.storage import agents, outbox
from cafleet_core.storage.registry import Registry


def keep_agents(registry: Registry, environ: Mapping[str, str]) -> None:
    """Let the agents of the tmux server around this process live on this machine.

    What they could not be told while they seemed to live on another is due at once.
    Outside of tmux nothing is known. Only a server at the same socket with the same pid
    counts, and its panes prove their agents before anything is typed.
    """
    server = machine.tmux_server(environ)
    here = machine.host()
    if server is None or not agents.placed_elsewhere(registry, *server, here):
        return
    with registry.write():
        agents.place_all(registry, *server, here)
        outbox.hasten(registry, here, clock.stamp())
