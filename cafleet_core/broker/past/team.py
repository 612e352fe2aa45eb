"""A session's agents at an earlier time, with their states and their mail."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.broker.team import stored_states
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.readings import PaneReading
from cafleet_core.records import Placement
from cafleet_core.states import AgentKind, AgentStatus, EventKind, PaneState
from cafleet_core.storage import lookup, past, screens
from cafleet_core.storage.past import Acts, Waiting
from cafleet_core.views import Activity, Held, Member

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

SOURCE = "event"
"""The source of a reading that is made from events."""


class PastState(NamedTuple):
    """A pane's state at an earlier time, since when, and when a screen of it was stored.

    None stands for unknown.
    """

    state: PaneState
    since: str | None = None
    question: str | None = None
    seen_at: str | None = None


def roster(
    registry: Registry, session_id: str, at: str, end: int
) -> tuple[list[Member], Held]:
    """Every agent registered by then with its activity, and the messages held for their panes.

    `end` is the `seq` of the first message after that time.
    """
    states = pane_states(registry, session_id, at)
    programs = past.programs(registry, session_id)
    waiting = past.waiting(registry, session_id, at, end)
    acts = past.last_acts(registry, session_id, at, end)
    members, untyped = [], []
    for agent in lookup.all_agents(registry, session_id):
        if agent.registered_at > at:
            continue
        agent_id, program = agent.agent_id, programs.get(agent.agent_id, "")
        was = _agent(agent, at, states.get(agent_id), program)
        waits, acted = waiting.get(agent_id, Waiting()), acts.get(agent_id, Acts())
        was = was._replace(last_active_at=_last(agent, at, acted))
        members.append(Member(was, _activity(was, acted, waits)))
        if was.placement is not None and waits.untyped:
            since = waits.oldest_untyped or ""
            untyped.append((since, was.name, waits.untyped))
    return members, _held(sorted(untyped))


def _held(untyped: Sequence[tuple[str, str, int]]) -> Held:
    """What is held, of the oldest one's stamp, the name and the number of each recipient."""
    if not untyped:
        return Held()
    count = sum(number for _, _, number in untyped)
    return Held(count, untyped[0][0], to=tuple(name for _, name, _ in untyped))


def _last(agent: Agent, at: str, acted: Acts) -> str | None:
    """When the agent itself last did something by then."""
    if agent.last_active_at is None or agent.last_active_at <= at:
        return agent.last_active_at
    own = (acted.sent, acted.acked, acted.read, acted.canceled)
    return max(filter(None, own), default=None)


def _activity(agent: Agent, acted: Acts, waits: Waiting) -> Activity:
    return Activity(
        acted.sent,
        acted.received,
        acted.acked,
        agent.last_active_at,
        waits.unacked,
        waits.unread,
        waits.oldest_unacked,
    )


def _agent(agent: Agent, at: str, pane: PastState | None, program: str) -> Agent:
    """The agent as it was registered; a pane that is gone since is known by its states alone."""
    left = agent.deregistered_at
    if left is not None and left <= at:
        return agent._replace(placement=None)
    placement = agent.placement
    if placement is not None:
        if placement.created_at > at:
            placement = None
    elif pane is not None or program:
        placement = _gone_since(agent, program)
    if placement is not None:
        placement = placement._replace(
            pane_state=pane.state if pane else None,
            pane_state_since=pane.since if pane else None,
            question=pane.question if pane else None,
            operation=None,
        )
    return agent._replace(
        status=AgentStatus.ACTIVE, deregistered_at=None, placement=placement
    )


def _gone_since(agent: Agent, program: str) -> Placement:
    """The place of a pane of which nothing is stored any more."""
    return Placement(
        director_agent_id=None,
        host="",
        tmux_socket="",
        tmux_server_pid=0,
        tmux_server_started=0,
        tmux_session="",
        tmux_window_id="",
        tmux_pane_id=None,
        coding_agent=program,
        process_names="",
        pane_state=None,
        pane_state_since=None,
        created_at=agent.registered_at,
    )


def pane_states(registry: Registry, session_id: str, at: str) -> dict[str, PastState]:
    """The states of the panes at that time, by agent id, without those that are unknown."""
    changes = past.last_of_each(registry, session_id, EventKind.STATE, at)
    asked = past.last_of_each(registry, session_id, EventKind.ASKED, at)
    states = {}
    for agent in lookup.all_agents(registry, session_id):
        left, agent_id = agent.deregistered_at, agent.agent_id
        if agent.registered_at > at or (left is not None and left <= at):
            continue
        if change := changes.get(agent_id):
            state = PastState(_state(change.new), change.at, None, change.at)
        elif agent.kind == AgentKind.ADMINISTRATOR:
            continue
        elif known := _without_events(registry, agent, at):
            state = known
        else:
            continue
        question = asked.get(agent_id)
        waits = state.state == PaneState.WAITING and question is not None
        if waits and question and question.at >= (state.since or ""):
            state = state._replace(question=question.detail, seen_at=question.at)
        states[agent_id] = state
    return states


def _without_events(registry: Registry, agent: Agent, at: str) -> PastState | None:
    """The state of a pane of whose last change by then no event is kept."""
    placement = agent.placement
    if placement is None or placement.pane_state_since is None:
        return None
    if placement.pane_state_since <= at and placement.pane_state:
        return PastState(placement.pane_state, placement.pane_state_since)
    following = past.first_after(
        registry, agent.session_id, agent.agent_id, EventKind.STATE, at
    )
    return PastState(_state(following.old)) if following and following.old else None


def _state(stored: str | None) -> PaneState:
    """A stored state; one that only a newer program knows is unknown to this one."""
    try:
        return PaneState(stored or PaneState.UNKNOWN)
    except ValueError:
        return PaneState.UNKNOWN


def readings(registry: Registry, session_id: str, at: str) -> dict[str, PaneReading]:
    """The reading of each agent's pane as of then, by agent id.

    Its screen is the one that was kept when the pane came into its state, None without one.
    """
    states = pane_states(registry, session_id, at)
    seen = {each: was.seen_at for each, was in states.items() if was.seen_at}
    kept = screens.seen_at(registry, seen)
    return {each: _reading(was, kept.get(each)) for each, was in states.items()}


def _reading(was: PastState, screen: str | None) -> PaneReading:
    since = was.seen_at or was.since
    evidence = f"since {clock.local_time(since)}" if since else "not known since when"
    asked = None
    if was.state == PaneState.WAITING:
        asked = stored_states.question(was.question)
        evidence = asked.asked if asked else evidence
    return PaneReading(
        was.state,
        SOURCE,
        evidence,
        screen=screen or None,
        question=asked,
        kept_at=(was.seen_at or "") if screen else "",
    )
