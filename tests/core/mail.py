"""The Director's messages to a team: sent, read again, and settled in each way."""

from __future__ import annotations

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import cancel, inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.records import Task
from cafleet_core.states import TaskState
from tests.team import Team, a_team


def send(registry: Registry, team: Team, to: str, text: str = "to do") -> Task:
    """A message of the Director to the agent of this name."""
    return messages.send(registry, team.director, [team.others[to]], text).task


def stored(registry: Registry, team: Team, task: Task) -> Task:
    """A task of the Director's as it is now."""
    return inbox.show(registry, team.caller(), task.task_id)


def settle(registry: Registry, team: Team, how: str, task: Task) -> None:
    """Settle a message to alice: she acks it, its sender cancels it, or she leaves."""
    if how == TaskState.COMPLETED:
        inbox.ack(registry, team.caller("alice"), [task.task_id])
    elif how == TaskState.CANCELED:
        cancel.cancel(registry, team.caller(), task.task_id)
    else:
        agents.deregister(registry, team.others["alice"])


def a_team_with_mail_on_disk(registry: Registry) -> Team:
    """A team with a message to alice, all of it in the registry's own file, none in its log."""
    team = a_team(registry, "alice")
    send(registry, team, "alice", "before")
    registry.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    registry.check_in_place()
    return team
