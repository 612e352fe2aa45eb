"""Build records from the fields that matter to a test; the rest is plausible."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cafleet_core import clock
from cafleet_core.agents import catalog
from cafleet_core.panes.tmux.snapshot import PaneSnapshot
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent, Placement
from cafleet_core.states import AgentKind, AgentStatus, PaneState, TaskState
from cafleet_core.views import Activity, Delivery, Entry, Member

DAWN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""The time at which the tests' history begins."""

SESSION = "5e550000-0000-4000-8000-000000000001"


def at(minutes: float = 0, seconds: float = 0) -> str:
    """The stamp of a time after `DAWN`."""
    return clock.stamp(DAWN + timedelta(minutes=minutes, seconds=seconds))


def an_id(name: str, number: int = 0) -> str:
    """An id derived from a name and a number, equal in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{name!a} {number}"))


def a_delivery(
    name: str = "reviewer",
    seq: int = 1,
    state: TaskState = TaskState.INPUT_REQUIRED,
    **changes: Any,
) -> Delivery:
    """A delivery to the agent called `name`; queued unless `changes` say otherwise."""
    moment = at(minutes=seq)
    delivery = Delivery(
        task_id=an_id("delivery " + name, seq),
        recipient_id=an_id(name),
        recipient_name=name,
        recipient_kind=AgentKind.MEMBER,
        state=state,
        created_at=moment,
        status_timestamp=moment,
        notified_at=None,
        read_at=None,
        acked_at=None,
        push_outcome=None,
        push_reason=None,
    )
    return delivery._replace(**changes)


def an_entry(
    seq: int = 1,
    sender: str = "drafter",
    text: str = "The draft is ready.",
    to: Sequence[str | Delivery] = ("reviewer",),
    **changes: Any,
) -> Entry:
    """A message sent at minute `seq`; a name in `to` stands for a queued delivery."""
    deliveries = tuple(
        a_delivery(recipient, seq) if isinstance(recipient, str) else recipient
        for recipient in to
    )
    entry = Entry(
        seq=seq,
        version=seq,
        task_id=an_id("task", seq),
        broadcast=False,
        sender_id=an_id(sender),
        sender_name=sender,
        text=text,
        created_at=at(minutes=seq),
        reply_to_task_id=None,
        deliveries=deliveries,
    )
    return entry._replace(**changes)


def entries(first: int, last: int) -> list[Entry]:
    """Short messages numbered from `first` to `last`, both included."""
    return [an_entry(seq, text=f"message {seq}") for seq in range(first, last + 1)]


def a_placement(coding_agent: str = "claude", **changes: Any) -> Placement:
    """A pane on a tmux server of this host."""
    placement = Placement(
        director_agent_id=an_id("Director"),
        host="here",
        tmux_socket="/tmp/tmux-0/default",
        tmux_server_pid=4242,
        tmux_server_started=1_795_000_000,
        tmux_session="team",
        tmux_window_id="@1",
        tmux_pane_id="%1",
        coding_agent=coding_agent,
        process_names=coding_agent,
        pane_state=None,
        pane_state_since=None,
        created_at=at(),
        cues=catalog.cues(coding_agent).dump(),
    )
    return placement._replace(**changes)


def a_snapshot(screen: str = "", **changes: Any) -> PaneSnapshot:
    """The pane of `a_placement` and of the agent `drafter`, with this on its screen."""
    lines = screen.rstrip("\n").split("\n")
    snapshot = PaneSnapshot(
        position="0 0 0",
        server_pid=4242,
        pid=1,
        dead=False,
        in_mode=False,
        synchronized=False,
        input_off=False,
        alternate=False,
        caret=True,
        cursor_row=len(lines) - 1,
        window_id="@1",
        agent_ids=(an_id("drafter"),),
        typed=(),
        stamped="",
        command="claude",
        session="team",
        title="",
        screen=screen,
    )
    return snapshot._replace(**changes)


def a_reading(state: str, **changes: Any) -> PaneReading:
    """What a screen told: this state, and nothing in the input box."""
    return PaneReading(PaneState(state), "screen", state)._replace(**changes)


def an_agent(
    name: str = "drafter", kind: AgentKind = AgentKind.MEMBER, **changes: Any
) -> Agent:
    """An active agent; a member or Director gets a pane, others none."""
    in_pane = kind in (AgentKind.MEMBER, AgentKind.DIRECTOR)
    agent = Agent(
        agent_id=an_id(name),
        session_id=SESSION,
        name=name,
        description=f"{name} of the team",
        status=AgentStatus.ACTIVE,
        kind=kind,
        skills=None,
        registered_at=at(),
        deregistered_at=None,
        last_active_at=None,
        placement=a_placement() if in_pane else None,
    )
    return agent._replace(**changes)


def an_activity(**changes: Any) -> Activity:
    """An activity without any acts, except for `changes`."""
    return Activity(None, None, None, None, 0, 0, None)._replace(**changes)


def a_member(
    name: str = "drafter",
    kind: AgentKind = AgentKind.MEMBER,
    agent: Agent | None = None,
    **activity: Any,
) -> Member:
    """A member: an agent, with an activity of the given fields."""
    return Member(agent or an_agent(name, kind), an_activity(**activity))
