"""Capture the text of a member's pane."""

from __future__ import annotations

from contextlib import suppress

from cafleet_core import clock, text
from cafleet_core.broker.directory import placements
from cafleet_core.errors import CafleetError, Refused, RegistryError, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import captures
from cafleet_core.states import EventKind, Interface
from cafleet_core.storage import events

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry


def capture(member: Agent, lines: int, ansi: bool) -> list[str]:
    """The last `lines` lines of a member's pane, without trailing blank ones.

    Without `ansi` they hold no control sequences. Raises Refused while the pane is being
    made, TmuxError if it is gone or not provably the member's.
    """
    captured = capture_here([member], lines, ansi)[member.agent_id]
    if isinstance(captured, CafleetError):
        raise captured
    return captured


def capture_here(
    members: Iterable[Agent], lines: int, ansi: bool
) -> dict[str, list[str] | CafleetError]:
    """What `capture` returns or raises for each of these members, by agent id.

    Their panes are on this host: one tmux call a server.
    """
    captured: dict[str, list[str] | CafleetError] = {}
    by_socket: dict[str, dict[str, str]] = {}
    for member in members:
        try:
            placement, pane_id = placements.pane_of(member)
        except Refused as error:
            captured[member.agent_id] = error
        else:
            panes = by_socket.setdefault(placement.tmux_socket, {})
            panes[member.agent_id] = pane_id
    for socket, panes in by_socket.items():
        captured.update(_captured_at(socket, panes, lines, ansi))
    return captured


def _captured_at(
    socket: str, panes: Mapping[str, str], lines: int, ansi: bool
) -> dict[str, list[str] | CafleetError]:
    try:
        seen = captures.capture(socket, [*dict.fromkeys(panes.values())], lines, ansi)
    except TmuxError as error:
        return dict.fromkeys(panes, error)
    captured: dict[str, list[str] | CafleetError] = {}
    for agent_id, pane_id in panes.items():
        pane = seen.get(pane_id)
        if pane is None or agent_id not in pane.agent_ids:
            captured[agent_id] = TmuxError(
                f"pane {pane_id} of member {agent_id} is gone."
            )
        else:
            shown = pane.lines if ansi else map(text.sanitise, pane.lines)
            captured[agent_id] = list(shown)
    return captured


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
