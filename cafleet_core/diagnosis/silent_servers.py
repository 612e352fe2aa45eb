"""The tmux servers of a registry that still run and cannot be asked, and how to recover them."""

from __future__ import annotations

from cafleet_core import host
from cafleet_core.broker.directory import agents, sessions
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client, facts, servers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.records import Placement
    from cafleet_core.storage.registry import Registry


class TmuxServer(NamedTuple):
    """The tmux server of some placements."""

    socket: str
    pid: int
    started: int


def find(
    registry: Registry,
) -> Iterator[tuple[TmuxServer, client.ServerSilent]]:
    """The tmux servers of placed agents on this host that still run and cannot be asked."""
    placements = [
        agent.placement
        for summary in sessions.summaries(registry)
        for agent in agents.listed(registry, summary.session)
        if agent.placement is not None and agent.placement.host == host.host_id()
    ]
    for server in dict.fromkeys(map(_server_of, placements)):
        if servers.ended(server.pid):
            continue
        try:
            facts.panes(server.socket)
        except client.ServerSilent as error:
            yield server, error
        except TmuxError:
            return  # without tmux on PATH nothing is known of any server


def _server_of(placement: Placement) -> TmuxServer:
    return TmuxServer(
        placement.tmux_socket,
        placement.tmux_server_pid,
        placement.tmux_server_started,
    )


def way_out(server: TmuxServer, error: client.ServerSilent) -> str:
    """tmux's words, and how to recover a server that has only lost its socket."""
    if not isinstance(error, client.NoServer):
        return error.message
    lives = f"{error.message} Process {server.pid} lives on, and its panes with it"
    if not servers.is_server(server.pid, server.started):
        return f"{lives}: if it is that server, 'kill -USR1 {server.pid}' makes it anew"
    return f"{lives}: 'cafleet doctor --fix' has it make its socket again"
