"""Finish or undo operations on agents whose process ended while it was at them.

The agent's placement names the process from the first commit of the operation to its last.
"""

from __future__ import annotations

from cafleet_core import clock, host, process, text
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.team import cleanup
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import windows
from cafleet_core.states import AgentKind, Underway
from cafleet_core.storage import agents, lookup, unsettled_tasks

if TYPE_CHECKING:
    from datetime import datetime

    from cafleet_core.records import Agent, Placement
    from cafleet_core.storage.registry import Registry

ASSUMED_SECONDS = 60.0
"""Seconds for which an operation counts as running if its process cannot be asked for from here."""


def interrupted(agent: Agent, now: datetime) -> Underway | None:
    """The operation on an agent of this host whose process has ended or is stopped, or None."""
    placement = agent.placement
    if placement is None or placement.host != host.host_id():
        return None
    verb, _, named = (placement.operation or "").partition(" ")
    if not verb and placement.tmux_pane_id is not None:
        return None
    lives = process.lives(named)
    if lives is None:
        lives = clock.age(placement.created_at, now) <= ASSUMED_SECONDS
    return None if lives else Underway(verb or Underway.CREATE)


def free_name(registry: Registry, session_id: str, name: str) -> None:
    """Remove what an interrupted operation left of an agent of this name.

    An agent that has acted since, or that a message names, keeps its name. Raises
    ServerSilent if tmux cannot say whether a pane is left.
    """
    for agent in lookup.active_agents(registry, session_id):
        if agent.kind != AgentKind.MEMBER or not text.same_name(agent.name, name):
            continue
        match interrupted(agent, clock.now()):
            case Underway.CREATE if _came_to_be(registry, agent):
                _end_operation(registry, agent)
            case Underway.CREATE:
                _undo_creation(registry, agent)
            case Underway.DELETE:
                _finish_deletion(registry, agent)
            case Underway.RESTART:
                _end_operation(registry, agent)


def mend(registry: Registry, agent: Agent) -> str:
    """Finish or undo an interrupted operation on an agent; what was done, empty for nothing.

    An agent with a living pane is kept in any case. Raises ServerSilent if tmux cannot be
    asked.
    """
    name = text.label(agent.name)
    match interrupted(agent, clock.now()):
        case Underway.CREATE if agent.kind == AgentKind.DIRECTOR:
            return _mend_session(registry, agent)
        case Underway.CREATE if _is_pending(agent) or not _has_pane(agent):
            _undo_creation(registry, agent)
            return f"took back {name}, whose creation was interrupted"
        case Underway.DELETE if not _has_pane(agent):
            _finish_deletion(registry, agent)
            return f"deregistered {name}, whose deletion was interrupted"
        case Underway.RESTART:
            _end_operation(registry, agent)
            return f"kept {name}, whose restart was interrupted: restart it again"
        case Underway.CREATE | Underway.DELETE:
            _end_operation(registry, agent)
            return f"kept {name}, whose pane lives"
    return ""


def _finish_deletion(registry: Registry, agent: Agent) -> None:
    from cafleet_core.broker.team import delete_member  # few were interrupted

    delete_member.delete(registry, agent, force=True)


def erase(registry: Registry, agent_id: str) -> None:
    """Delete an agent's row; one that messages already name is deregistered alone.

    The record of events has its joining, so that it gets its leaving too.
    """
    from cafleet_core.storage.erasure import erase_agent

    with registry.write():
        unsettled_tasks.fail_open(registry, agent_id, clock.stamp())
        agents.deregister(registry, agent_id, clock.stamp())
        erase_agent(registry, agent_id)


def _came_to_be(registry: Registry, agent: Agent) -> bool:
    return not _is_pending(agent) and agents.has_acted(registry, agent.agent_id)


def _is_pending(agent: Agent) -> bool:
    return agent.placement is None or agent.placement.tmux_pane_id is None


def _has_pane(agent: Agent) -> bool:
    placement = agent.placement
    return bool(
        placement
        and placement.tmux_pane_id
        and not cleanup.not_ours(placement, agent.agent_id)
    )


def _undo_creation(registry: Registry, member: Agent) -> None:
    """Remove the launch order, so that the agent never starts, and any pane with its stamp."""
    cleanup.forget(registry, member.agent_id)
    cleanup.close_unplaced(member)
    erase(registry, member.agent_id)
    if member.placement is not None:
        cleanup.tidy(registry, member.session_id, member.placement)


def _end_operation(registry: Registry, agent: Agent) -> None:
    with registry.write():
        agents.set_operation(registry, agent.agent_id, None)


def _mend_session(registry: Registry, director: Agent) -> str:
    """Keep a session whose Director has started; else delete it and its window."""
    placement, name = director.placement, f"session {director.session_id}"
    begun = placement is not None and placement.pane_state is not None
    if placement is None or begun or agents.has_acted(registry, director.agent_id):
        _end_operation(registry, director)
        return f"kept {name}, whose Director has begun"
    _close_window(director, placement)
    sessions.erase(registry, director.session_id)
    cleanup.forget(registry, director.agent_id)
    return f"took back {name}, whose creation was interrupted"


def _close_window(director: Agent, placement: Placement) -> None:
    if not cleanup.not_ours(placement, director.agent_id):
        windows.close(placement.tmux_socket, placement.tmux_window_id)
