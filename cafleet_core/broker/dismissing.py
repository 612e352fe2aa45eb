"""A member's end: its agent asked to leave, its pane closed, its row deregistered."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import NamedTuple

from cafleet_core.agents import catalog
from cafleet_core.broker import agents as registration
from cafleet_core.broker import members, starting
from cafleet_core.broker.members import SendFailed
from cafleet_core.broker.starting import within
from cafleet_core.errors import NotReady, TmuxError
from cafleet_core.panes import (
    client,
    composer,
    facts,
    homes,
    screens,
    state,
    tmux,
    windows,
)
from cafleet_core.panes.facts import PaneFacts, host
from cafleet_core.records import ACTIVE, MEMBER, Agent, Placement
from cafleet_core.storage import lookup
from cafleet_core.storage.registry import Registry

EXIT_SECONDS = 15.0
ASKED_SECONDS = 3.0
"""How long an agent may take over its exit command before it is sent a signal."""

PENDING = "pending"
CLOSED = "closed"
KILLED = "killed"
GONE = "gone"


class Dismissed(NamedTuple):
    """What became of a member's pane, and where it is not plain, why."""

    status: str
    remark: str = ""


def dismiss(
    registry: Registry,
    member: Agent,
    *,
    force: bool,
    exit_seconds: float = EXIT_SECONDS,
) -> Dismissed:
    """Have a member's agent end, or with `force` end its pane; then deregister it.

    A pane that is not provably the member's is left alone. Raises NotReady with the
    pane's last lines where the agent does not end in time; then the row stays. Raises
    Refused for the root Director.
    """
    registration.refuse_built_in(member)
    placement = member.placement
    pane_id = placement and placement.tmux_pane_id
    if placement is None or not pane_id:
        _close_unplaced(member)
        ended = Dismissed(PENDING)
    elif remark := _not_ours(placement, member.agent_id):
        ended = Dismissed(GONE, remark)
    else:
        if not force:
            _ask_to_leave(member, placement, exit_seconds)
        tmux.kill(placement.tmux_socket, pane_id)
        ended = Dismissed(KILLED if force else CLOSED)
    registration.deregister(registry, member)
    starting.forget(registry, member.agent_id)
    if placement is not None and placement.host == host():
        tidy(registry, member.session_id, placement)
    return ended


def with_panes(agents: Sequence[Agent]) -> list[Agent]:
    """Those of some placed agents that are members and whose pane is there and provably theirs."""
    return [one for one in agents if one.kind == MEMBER and _has_its_pane(one)]


def clear_up(
    registry: Registry,
    deregistered: Sequence[Agent],
    closed: Sequence[Agent],
    last: str = "",
) -> None:
    """End the panes of `closed`, and forget the files of all who were deregistered with them.

    The pane `last`, the caller's own perhaps, ends after all others.
    """
    for agent in deregistered:
        starting.forget(registry, agent.agent_id)
        if agent.placement and agent.placement.tmux_pane_id is None:
            _close_unplaced(agent)
    placed = [(one, one.placement) for one in closed if one.placement]
    for agent, placement in sorted(placed, key=lambda it: it[1].tmux_pane_id == last):
        tmux.kill(placement.tmux_socket, placement.tmux_pane_id or "")
        tidy(registry, agent.session_id, placement)


def tidy(registry: Registry, session_id: str, placement: Placement) -> None:
    """Put in order the window that a member has left, without the dead panes of others that have."""
    try:
        listed = facts.panes(placement.tmux_socket).values()
    except TmuxError:
        return
    for pane in listed:
        if pane.dead and pane.window_id == placement.tmux_window_id:
            owners = pane.agent_id and lookup.agents(
                registry, session_id, pane.agent_id
            )
            if owners and owners[0].status != ACTIVE:
                tmux.kill(placement.tmux_socket, pane.pane_id)
    windows.arrange(placement.tmux_socket, placement.tmux_window_id)


def _close_unplaced(member: Agent) -> None:
    """End a pane whose maker ended before it could say which; the stamp tells."""
    placement = member.placement
    if placement is None or placement.host != host():
        return
    with contextlib.suppress(TmuxError):  # no server, no pane
        for pane_id in homes.stamped(placement.tmux_socket, member.agent_id):
            tmux.kill(placement.tmux_socket, pane_id)


def _has_its_pane(agent: Agent) -> bool:
    placement = agent.placement
    return bool(
        placement
        and placement.tmux_pane_id
        and not _not_ours(placement, agent.agent_id)
    )


def _not_ours(placement: Placement, agent_id: str) -> str:
    """Why the placed pane may not be touched; empty where it is provably the agent's.

    Raises ServerForbidden where that cannot be known from here.
    """
    pane_id = placement.tmux_pane_id
    if placement.host != host():
        return f"pane {pane_id} is on host {placement.host}; it was left alone."
    try:
        pane = facts.panes(placement.tmux_socket).get(pane_id or "")
    except client.ServerForbidden:
        raise
    except client.ServerGone:
        return f"pane {pane_id} went with its tmux server."
    if pane is None:
        return f"pane {pane_id} was gone already."
    if pane.server_pid != placement.tmux_server_pid or pane.agent_id != agent_id:
        return f"pane {pane_id} is not this member's any more; it was left alone."
    return ""


def _ask_to_leave(member: Agent, placement: Placement, seconds: float) -> None:
    """Until the pane is dead: the exit command where it can only mean that, then a signal."""
    deadline = time.monotonic() + seconds

    def ended() -> bool:
        pane = _pane(member, placement)
        return pane is None or pane.dead

    if ended():
        return
    if _typed_exit(member, placement) and within(min(seconds, ASKED_SECONDS), ended):
        return
    pane_id = placement.tmux_pane_id or ""
    if time.monotonic() < deadline and not ended():
        tmux.terminate(placement.tmux_socket, pane_id)
    if not within(deadline - time.monotonic(), ended):
        words = starting.quoted(starting.tail(placement.tmux_socket, pane_id))
        raise NotReady(
            f"pane {pane_id} did not close within {seconds:g} s of being asked to."
            f"{words}\nLook with 'cafleet member capture', or end it"
            f" with 'cafleet member delete --member-id {member.agent_id} --force'."
        )


def _typed_exit(member: Agent, placement: Placement) -> bool:
    """Type the exit command where the agent is at rest with nothing typed; whether it was."""
    kind = catalog.load().get(placement.coding_agent)
    pane = _pane(member, placement)
    if kind is None or pane is None:
        return False
    screen = facts.screen(placement.tmux_socket, pane.pane_id)
    seen = state.verdict(member.agent_id, placement, pane, screen)
    if seen.state != screens.IDLE or composer.draft(screen, kind.cues):
        return False
    try:
        members.type_in(member, "the exit command", words=kind.exit_command)
    except SendFailed:
        return False
    return True


def _pane(member: Agent, placement: Placement) -> PaneFacts | None:
    """The member's pane, where it is still provably the member's."""
    try:
        pane = facts.panes(placement.tmux_socket).get(placement.tmux_pane_id or "")
    except client.ServerGone:
        return None
    return pane if pane and pane.agent_id == member.agent_id else None
