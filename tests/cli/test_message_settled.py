"""`message ack` and `message cancel`: what they print, settle and refuse."""

from __future__ import annotations

import pytest

from cafleet_core.broker.messages import inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.records import Task
from tests.cli.conftest import Prompt
from tests.team import Team


def send(registry: Registry, team: Team, to: str = "alice", words: str = "hi") -> Task:
    return messages.send(registry, team.director, [team.others[to]], words).task


def test_ack_tells_and_settles(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    task = send(registry, team)
    acked = as_agent("alice", "message", "ack", "--task-id", task.task_id[:8])
    assert acked.out == "Acked 1 message.\n"
    shown = as_agent("alice", "get-task", "--task-id", task.task_id, "--json").document
    assert shown["task"]["state"] == "completed"


def test_ack_of_several_and_of_all(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    ids = [send(registry, team).task_id for _ in range(3)]
    flags = ("--task-id", ids[0], "--task-id", ids[1], "--task-id", ids[0])
    assert as_agent("alice", "ack", *flags, "--quiet").out.split() == ids[:2]
    assert as_agent("alice", "ack", "--all") == (0, "Acked 1 message.\n", "")
    assert as_agent("alice", "ack", "--all", "--json").document == {"acked": []}


@pytest.mark.parametrize(
    ("name", "verb", "why"),
    [
        ("bob", "ack", "Only the recipient can ACK a task"),
        ("Director", "ack", "Only the recipient can ACK a task"),
        ("alice", "cancel", "Only the sender can cancel a task"),
        ("bob", "show", "Task {id} not found"),
    ],
)
def test_what_is_not_yours_is_refused(
    as_agent: Prompt, registry: Registry, team: Team, name: str, verb: str, why: str
) -> None:
    task = send(registry, team)
    refused = as_agent(name, "message", verb, "--task-id", task.task_id)
    assert refused.refusal == (1, "", f"Error: {why.format(id=task.task_id)}\n")


def test_settling_twice_is_refused(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    task_id = send(registry, team).task_id
    assert as_agent("alice", "ack", "--task-id", task_id).code == 0
    again = as_agent("alice", "ack", "--task-id", task_id)
    assert again.refusal == (1, "", "Error: Cannot ACK task in state completed\n")
    late = as_agent("Director", "cancel", "--task-id", task_id, "--json")
    assert (late.code, late.out) == (1, "")
    assert late.error == {
        "code": "refused",
        "message": "Cannot cancel task in state completed",
    }


@pytest.mark.parametrize("flags", [(), ("--all", "--task-id", "beef0000")])
def test_ack_wants_one_way_of_saying_what(
    as_agent: Prompt, flags: tuple[str, ...]
) -> None:
    refused = as_agent("alice", "message", "ack", *flags)
    assert (refused.code, refused.out) == (2, "")


def test_cancel_takes_back(as_agent: Prompt, registry: Registry, team: Team) -> None:
    task = send(registry, team)
    canceled = as_agent("Director", "message", "cancel", "--task-id", task.task_id)
    assert canceled.out.startswith(f"Task canceled.\n[{task.task_id[:8]} | ")
    assert inbox.poll(registry, team.others["alice"]) == []
