"""Taking back an agent or a session: whole where no message names it, else not at all."""

from __future__ import annotations

from typing import Any

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage import erasure
from tests.team import NOWHERE, Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    """A Director and alice in panes, and another team beside them."""
    a_team(registry, "zoe")
    team = a_team(registry)
    team.others["alice"] = agents.register(
        registry, team.session, "alice", "", here=NOWHERE
    )
    return team


def contents(registry: Registry) -> list[list[Any]]:
    tables = ("sessions", "agents", "agent_placements", "tasks")
    return [registry.rows(f"SELECT * FROM {table}") for table in tables]


def count(registry: Registry) -> tuple[int, ...]:
    """How many sessions, agents and placements there are."""
    return tuple(len(rows) for rows in contents(registry)[:3])


@pytest.mark.parametrize(
    ("sender", "recipient"), [("alice", "Director"), ("Director", "alice")]
)
def test_what_a_message_names_is_not_taken_back(
    registry: Registry, team: Team, sender: str, recipient: str
) -> None:
    from_whom, to = team.caller(sender).agent, team.caller(recipient).agent
    send.send(registry, from_whom, [to], "hello")
    before = contents(registry)
    assert not erasure.erase_agent(registry, team.others["alice"].agent_id)
    assert not erasure.erase_session(registry, team.session.session_id)
    assert contents(registry) == before


def test_an_agent_goes_with_its_placement_alone(registry: Registry, team: Team) -> None:
    assert count(registry) == (2, 6, 3)
    assert erasure.erase_agent(registry, team.others["alice"].agent_id)
    assert count(registry) == (2, 5, 2)
    assert agents.listed(registry, team.session)[0].placement is not None


def test_a_session_goes_with_its_agents_alone(registry: Registry, team: Team) -> None:
    assert erasure.erase_session(registry, team.session.session_id)
    assert count(registry) == (1, 3, 1)
    assert registry.complaints() == []
