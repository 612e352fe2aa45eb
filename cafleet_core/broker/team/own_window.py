"""A window of its own for an agent that has no Director beside it on this machine."""

from __future__ import annotations

from contextlib import suppress

from cafleet_core import host
from cafleet_core.broker.team.up import DETACHED
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import facts, windows
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.panes.tmux.windows import Opened
    from cafleet_core.records import Session
    from cafleet_core.storage.registry import Registry


def opened(
    registry: Registry, session: Session, name: str, argv: Sequence[str]
) -> Opened:
    """A new window: beside the session's agents here, else in a tmux session of its own."""
    for agent in lookup.agents_on(registry, host.host_id()):
        placement = agent.placement
        if agent.session_id != session.session_id or placement is None:
            continue
        socket, pane_id = placement.tmux_socket, placement.tmux_pane_id or ""
        with suppress(TmuxError):  # a server that has ended: another may be there
            pane = facts.panes(socket).get(pane_id)
            if pane and agent.agent_id in pane.agent_ids:
                return windows.open_window(socket, pane_id, name, {}, argv)
    team = windows.free_session_name(session.label or "cafleet")
    return windows.open_session(team, name, DETACHED, {}, argv)
