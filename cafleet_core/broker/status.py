"""How things stand, for one line: who waits for an answer, what is unacked, who is quiet."""

from datetime import datetime
from typing import NamedTuple

from cafleet_core import clock
from cafleet_core.panes.screens import BUSY, WAITING
from cafleet_core.records import ACTIVE, ADMINISTRATOR, Agent, Member, Session
from cafleet_core.storage import overview
from cafleet_core.storage.registry import Registry


class Status(NamedTuple):
    """The agents that wait for an answer, those that are quiet, and how much is unacked."""

    waiting: tuple[Agent, ...]
    unacked: int
    quiet: tuple[Agent, ...]


def status(
    registry: Registry, session: Session | None, quiet_after: float, at: datetime
) -> Status:
    """How things stand at `at` in a session, or in all live ones together.

    States are those that the monitor saw last: no pane is looked at. Quiet is who has
    done nothing for `quiet_after` seconds although a message waits for its ack.
    """
    team = [
        member
        for session_id in _sessions(registry, session)
        for member in overview.roster(registry, session_id)
        if member.agent.status == ACTIVE
    ]
    return Status(
        tuple(one.agent for one in team if _state(one) == WAITING),
        sum(one.activity.unacked for one in team),
        tuple(one.agent for one in team if _is_quiet(one, quiet_after, at)),
    )


def _sessions(registry: Registry, session: Session | None) -> list[str]:
    if session is not None:
        return [session.session_id]
    live = overview.sessions(registry, include_deleted=False)
    return [one.session.session_id for one in live]


def _state(member: Member) -> str | None:
    placement = member.agent.placement
    return placement.pane_state if placement else None


def _is_quiet(member: Member, quiet_after: float, at: datetime) -> bool:
    agent, activity = member
    if agent.kind == ADMINISTRATOR or not activity.unacked:
        return False
    silent = clock.age(activity.last_active or agent.registered_at, at)
    return silent >= quiet_after and _state(member) not in (BUSY, WAITING)
