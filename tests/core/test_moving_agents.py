"""Agents that come from an earlier registry: as this one demands them, the same each time."""

from __future__ import annotations

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage import lookup
from tests.core.conftest import EarlierBuilder
from tests.core.moved import (
    entries,
    move_in,
    present,
    stamped,
    team,
    the_session,
)
from tests.earlier import NUMBERS


def test_numbers_become_ids_that_no_other_file_makes(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    first, other = earlier(NUMBERS, "one.db"), earlier(NUMBERS, "other.db", begun=60)
    first.team("drafter")
    other.team("drafter")
    move_in(registry, first)
    assert present(move_in(registry, other)) == [0, 0, 0]
    assert present(move_in(registry, first)) == [1, 3, 0]


def test_an_agent_was_last_active_when_it_last_sent_or_acked(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    source = earlier()
    _, (director, *_, drafter, tester) = source.team("drafter", "tester")
    source.send(drafter, director, "a question")
    acked_at = source.move(source.send(director, drafter, "an answer"), "completed")
    source.send(director, tester, "unheard")
    move_in(registry, source)
    here = team(registry)
    assert here["drafter"].last_active_at == stamped(acked_at)
    assert here["tester"].last_active_at is None


def test_names_that_are_taken_or_not_allowed_change_the_same_way_each_time(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    source = earlier()
    names = ("drafter", "Drafter", "all", "a|b", "@x\x1b[31m", "", "n" * 70, "Director")
    session, _ = source.team(*names)
    source.leave(source.agent(session, "drafter"))
    moved = move_in(registry, source)
    assert [(renamed.before, renamed.after) for renamed in moved.renamed] == [
        ("Drafter", "Drafter-2"),
        ("all", "agent-all"),
        ("a|b", "a b"),
        ("@x\x1b[31m", "x 31m"),
        ("", "agent"),
        ("n" * 70, "n" * 64),
        ("Director", "Director-2"),
    ]
    here = lookup.all_agents(registry, str(session))
    assert sorted(agent.status for agent in here if agent.name == "drafter") == [
        *("active", "deregistered")
    ]


def test_every_session_has_its_director_and_administrator(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    source = earlier()
    bare = source.session("bare")
    source.agent(bare, "Administrator")
    gone = source.session("gone")
    source.delete(gone)
    moved = move_in(registry, source)
    assert [renamed.after for renamed in moved.renamed] == ["Administrator-2"]
    for session_id, status in ((bare, "active"), (gone, "deregistered")):
        session = sessions.find(registry, str(session_id))
        built_in = {
            agent.agent_id: (agent.kind, agent.status)
            for agent in lookup.all_agents(registry, str(session_id))
        }
        assert built_in[session.director_agent_id] == ("director", status)
        assert built_in[session.administrator_agent_id] == ("administrator", status)


def test_what_a_departed_agent_never_acked_has_failed(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    source = earlier()
    _, (director, *_, drafter, tester) = source.team("drafter", "tester")
    source.broadcast(director, [drafter, tester], "Stand up.")
    source.leave(drafter)
    moved = move_in(registry, source)
    assert moved.settled == 1
    [call] = entries(registry)
    assert [delivery.state for delivery in call.deliveries] == [
        "failed",
        "input_required",
    ]
    left_at = team(registry)["drafter"].deregistered_at
    assert call.deliveries[0].status_timestamp == left_at


def test_a_deleted_session_comes_as_one(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    source = earlier()
    session, (director, *_, drafter) = source.team("drafter")
    source.send(director, drafter, "never read")
    source.delete(session)
    source.agent(session, "forgotten")
    assert move_in(registry, source).settled == 1
    assert sessions.summaries(registry) == []
    assert the_session(registry).deleted_at is not None
    assert {agent.status for agent in team(registry).values()} == {"deregistered"}
