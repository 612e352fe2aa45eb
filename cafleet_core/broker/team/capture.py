"""Capture the text of a member's pane."""

from __future__ import annotations

from contextlib import suppress

from cafleet_core import clock, text
from cafleet_core.broker.directory import placements
from cafleet_core.errors import RegistryError, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import commands, facts
from cafleet_core.states import EventKind, Interface
from cafleet_core.storage import events

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry


def capture(member: Agent, lines: int, ansi: bool) -> list[str]:
    """The last `lines` lines of a member's pane, without trailing blank ones.

    Without `ansi` they hold no control sequences. Raises Refused while the pane is being
    made, TmuxError if it is gone or not provably the member's.
    """
    placement, pane_id = placements.pane_of(member)
    pane = facts.panes(placement.tmux_socket).get(pane_id)
    if pane is None or member.agent_id not in pane.agent_ids:
        raise TmuxError(f"pane {pane_id} of member {member.agent_id} is gone.")
    captured = commands.capture(placement.tmux_socket, pane_id, lines, ansi)
    return captured if ansi else [text.sanitise(line) for line in captured]


def record(
    registry: Registry,
    caller: Caller,
    captured: Iterable[Agent],
    interface: Interface = Interface.CLI,
) -> None:
    """Record whose panes were captured, and by whom; no error where the registry is read-only."""
    import json  # captures are few

    by = {"by": caller.agent.agent_id, "by_name": caller.agent.name}
    detail, at = json.dumps({**by, "interface": interface}), clock.stamp()
    with suppress(RegistryError), registry.write():
        for agent in captured:
            events.add(
                registry,
                EventKind.CAPTURED,
                at,
                agent.session_id,
                agent.agent_id,
                detail=detail,
            )
