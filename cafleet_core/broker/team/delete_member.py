"""Delete a member: ask its agent to exit, close its pane, deregister it."""

from __future__ import annotations

import time
from contextlib import suppress

from cafleet_core import host, process, text
from cafleet_core.agents import catalog
from cafleet_core.broker.delivery import type_now
from cafleet_core.broker.directory import agents as registration
from cafleet_core.broker.team import cleanup, start_agent
from cafleet_core.broker.team.start_agent import within
from cafleet_core.errors import NotReady, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading.look import look
from cafleet_core.panes.tmux import client, commands, facts, servers
from cafleet_core.states import PaneState, Underway
from cafleet_core.storage import agents

if TYPE_CHECKING:
    from cafleet_core.panes.tmux.facts import PaneFacts
    from cafleet_core.records import Agent, Placement
    from cafleet_core.storage.registry import Registry

EXIT_SECONDS = 15.0
ASKED_SECONDS = 3.0
"""Seconds for the agent to obey its exit command before it gets a signal."""

PENDING = "pending"
CLOSED = "closed"
KILLED = "killed"
GONE = "gone"
LEFT = "left"


class PaneEnd(NamedTuple):
    """What happened to a member's pane, and a remark if that needs one."""

    status: str
    remark: str = ""


def delete(
    registry: Registry,
    member: Agent,
    *,
    force: bool,
    exit_seconds: float = EXIT_SECONDS,
) -> PaneEnd:
    """End a member's agent, or with `force` its pane; then deregister it.

    A pane that is not provably the member's is left alone, and so is one in which an agent
    of another session lives. Raises NotReady with the
    pane's last lines where the agent does not end in time, ServerSilent where tmux cannot
    be asked; then the row stays. Raises Refused for the root Director.
    """
    registration.refuse_built_in(member)
    before = member.placement and member.placement.operation
    _note(registry, member, f"{Underway.DELETE} {process.identity()}")
    try:
        ended = _end_pane(registry, member, force, exit_seconds)
    except BaseException:  # an interrupt too: it is as it was before
        with suppress(RegistryError):
            _note(registry, member, before)
        raise
    cleanup.forget(registry, member.agent_id)
    registration.deregister(registry, member)
    placement = member.placement
    if placement is not None and placement.host == host.host_id():
        cleanup.tidy(registry, member.session_id, placement)
    return ended


def _note(registry: Registry, member: Agent, operation: str | None) -> None:
    if member.placement is not None:
        with registry.write():
            agents.set_operation(registry, member.agent_id, operation)


def _end_pane(
    registry: Registry, member: Agent, force: bool, exit_seconds: float
) -> PaneEnd:
    placement = member.placement
    pane_id = placement and placement.tmux_pane_id
    if placement is None or not pane_id:
        cleanup.close_unplaced(member)
        return PaneEnd(PENDING)
    if remark := cleanup.not_ours(placement, member.agent_id):
        return PaneEnd(GONE, remark)
    if others := cleanup.of_other_sessions(registry, member):
        return PaneEnd(LEFT, _shared(pane_id, others[0]))
    if not force:
        ask_to_leave(
            member,
            placement,
            exit_seconds,
            f"member delete --member-id {member.agent_id}",
        )
    _kill(placement, pane_id)
    return PaneEnd(KILLED if force else CLOSED)


def _shared(pane_id: str, other: Agent) -> str:
    return (
        f"pane {pane_id} was left open: {text.label(other.name)} of session"
        f" {other.session_id} lives there too."
    )


def _kill(placement: Placement, pane_id: str) -> None:
    try:
        commands.kill(placement.tmux_socket, pane_id)
    except client.ServerSilent:
        if not servers.ended(placement.tmux_server_pid):
            raise


def ask_to_leave(
    member: Agent, placement: Placement, seconds: float, command: str
) -> None:
    """Wait until the pane is dead: after the exit command if it is safe to type, then a signal.

    Raises NotReady if it is not in time, which names the `command` that ends it by force.
    """
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
        commands.terminate(placement.tmux_socket, pane_id)
    if not within(deadline - time.monotonic(), ended):
        words = start_agent.quoted(start_agent.tail(placement.tmux_socket, pane_id))
        raise NotReady(
            f"pane {pane_id} did not close within {seconds:g} s of being asked to."
            f"{words}\nLook with 'cafleet member capture', or end it"
            f" with 'cafleet {command} --force'."
        )


def _typed_exit(member: Agent, placement: Placement) -> bool:
    """Type the exit command if the agent is at rest with an empty input box; whether it did."""
    kind = catalog.load().get(placement.coding_agent)
    seen = look([member]).get(member.agent_id)
    if kind is None or seen is None or seen.state != PaneState.IDLE or seen.draft:
        return False
    try:
        for line in kind.exit_command.splitlines():
            type_now.type_in(member, "the exit command", words=line)
    except type_now.SendFailed:
        return False
    return True


def _pane(member: Agent, placement: Placement) -> PaneFacts | None:
    """The member's pane if it is provably the member's; None once it is gone.

    Raises ServerSilent if tmux cannot be asked.
    """
    try:
        pane = facts.panes(placement.tmux_socket).get(placement.tmux_pane_id or "")
    except client.ServerSilent:
        if servers.ended(placement.tmux_server_pid):
            return None  # the last pane ended its server too
        raise
    return pane if pane and member.agent_id in pane.agent_ids else None
