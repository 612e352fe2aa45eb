"""Delete a session: close its members' panes, deregister its agents, the caller's pane last."""

from __future__ import annotations

from cafleet_core.broker.directory import placements, sessions
from cafleet_core.broker.team import cleanup
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.broker.directory.sessions import Deleted
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry


class SessionEnd(NamedTuple):
    """What ended with a session, and what is still to do after that was printed.

    `closed` are the agents whose panes end, `left` those whose panes stay, `shared` those
    of them that would have ended but for agents of other sessions there; `last` has the
    caller's own pane. `failure` names panes that may be left.
    """

    deleted: Deleted
    closed: tuple[Agent, ...]
    left: tuple[Agent, ...]
    shared: tuple[Agent, ...]
    last: tuple[Agent, ...]
    failure: client.ServerSilent | None


def delete(
    registry: Registry, reference: str, *, close_panes: bool, own_pane: str
) -> SessionEnd:
    """End the members' panes if asked for, then delete the session.

    In this order, so that of a process that is killed in between the session is left,
    and can be deleted again. Raises NotFound, Ambiguous, and ServerSilent where tmux
    cannot tell whose the panes are. A pane that stays, as one does where an agent of another
    session lives, loses the marks of this session alone.
    """
    session = sessions.find(registry, reference)
    team = lookup.active_agents(registry, session.session_id)
    placed = [agent for agent in team if agent.placement]
    theirs = cleanup.with_panes(placed) if close_panes else []
    shared = [agent for agent in theirs if cleanup.of_other_sessions(registry, agent)]
    closed = [agent for agent in theirs if agent not in shared]
    last = [agent for agent in closed if cleanup.pane_id(agent) == own_pane]
    pending = [agent for agent in placed if not cleanup.pane_id(agent)]
    failure = _close(registry, [*pending, *(a for a in closed if a not in last)])
    deleted = sessions.delete(registry, session.session_id)
    for agent in deleted.placed:
        cleanup.forget(registry, agent.agent_id)
    ended = {agent.agent_id for agent in closed}
    left = [agent for agent in deleted.placed if agent.agent_id not in ended]
    for agent in left:
        placements.unmark_pane(agent)
    ends = (tuple(closed), tuple(left), tuple(shared), tuple(last))
    return SessionEnd(deleted, *ends, failure)


def close_last(registry: Registry, end: SessionEnd) -> None:
    """End the caller's own pane, which may end this process; raises what failed before."""
    failure = _close(registry, end.last) or end.failure
    if failure:
        raise failure


def _close(registry: Registry, agents: Sequence[Agent]) -> client.ServerSilent | None:
    try:
        cleanup.close(registry, agents)
    except client.ServerSilent as error:
        return error
    return None
