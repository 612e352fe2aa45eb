"""Checking, copying and pruning a registry that others go on using."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.messages import history, inbox, send
from cafleet_core.broker.past.session import PastSession
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import roster
from cafleet_core.errors import Refused, RegistryError
from cafleet_core.views import Activity, Filter
from tests.builders import DAWN
from tests.team import Team, a_team


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The clock, by the day of the test's history that it is."""
    today = [0]
    monkeypatch.setattr(clock, "now", lambda: DAWN + timedelta(days=today[0]))
    return today


def texts(registry: Registry, team: Team) -> list[str]:
    wanted = Filter()
    return [
        entry.text
        for entry in history.page(registry, team.session.session_id, wanted, 100)
    ]


def before_day(day: int) -> str:
    return clock.stamp(DAWN + timedelta(days=day, hours=-1))


@pytest.fixture
def team(registry: Registry, days: list[int]) -> Team:
    """Day 0: one message acked, one open, one broadcast half acked. Day 30: one acked."""
    team = a_team(registry, "alice", "bob")
    alice, bob = team.others["alice"], team.others["bob"]
    for body in ("settled", "open"):
        sent = send.send(registry, team.director, [alice], body)
        if body == "settled":
            inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    send.broadcast(registry, team.director, "half")
    inbox.ack_all(registry, team.caller("bob"))
    days[0] = 30
    sent = send.send(registry, bob, [alice], "recent")
    inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    send.send(registry, bob, [alice], "last")
    return team


def test_only_what_is_old_and_settled_goes(registry: Registry, team: Team) -> None:
    pruned = maintenance.prune(registry, before_day(20), dry_run=False)
    assert pruned.tasks == 1
    assert texts(registry, team) == ["open", "half", "recent", "last"]


def test_last_acts_outlive_their_messages_in_the_roster_and_in_a_replay(
    registry: Registry, team: Team
) -> None:
    inbox.ack_all(registry, team.caller("alice"))
    begun, later = (clock.stamp(DAWN + timedelta(days=day)) for day in (0, 30))
    kept = last_acts(registry, team)
    assert kept["bob"][:3] == (later, begun, begun)
    assert kept["alice"][:3] == (None, later, later)
    assert kept["Director"][:3] == (begun, None, None)
    maintenance.prune(registry, before_day(60), dry_run=False)
    assert texts(registry, team) == []
    assert last_acts(registry, team) == kept


def last_acts(registry: Registry, team: Team) -> dict[str, Activity]:
    """What each agent did last, by its name: the roster, which a replay of now repeats."""
    members = roster.roster(registry, team.session.session_id)
    replayed, _ = PastSession(registry, team.session.session_id, clock.stamp()).roster()
    assert [member.activity for member in replayed] == [
        member.activity for member in members
    ]
    return {member.agent.name: member.activity for member in members}


def test_a_rehearsal_removes_nothing(registry: Registry, team: Team) -> None:
    everything = texts(registry, team)
    assert maintenance.prune(registry, before_day(20), dry_run=True).tasks == 1
    assert texts(registry, team) == everything


def test_what_went_is_not_found_any_more(registry: Registry, team: Team) -> None:
    maintenance.prune(registry, before_day(20), dry_run=False)
    wanted = Filter(words="settled")
    assert history.page(registry, team.session.session_id, wanted, 9) == []
    assert maintenance.check(registry).complaints == []


def test_a_deleted_session_goes_with_its_agents(
    registry: Registry, team: Team, days: list[int]
) -> None:
    keeper = a_team(registry)
    sessions.delete(registry, team.session.session_id)
    days[0] = 90
    send.send(registry, keeper.director, [keeper.administrator], "still here")
    pruned = maintenance.prune(registry, before_day(60), dry_run=False)
    assert (pruned.agents, pruned.sessions) == (4, 1)
    left = sessions.summaries(registry, include_deleted=True)
    assert [summary.session for summary in left] == [keeper.session]


def test_an_agent_that_messages_name_stays(registry: Registry, team: Team) -> None:
    agents.deregister(registry, team.others["bob"])
    pruned = maintenance.prune(registry, before_day(60), dry_run=False)
    assert pruned.agents == 0


def test_versions_never_go_back(
    registry: Registry, team: Team, days: list[int]
) -> None:
    inbox.ack_all(registry, team.caller("alice"))
    days[0] = 90
    [newest] = registry.row("SELECT MAX(version) FROM tasks")
    maintenance.prune(registry, before_day(60), dry_run=False)
    sent = send.send(registry, team.director, [team.others["alice"]], "again")
    assert inbox.show(registry, team.caller(), sent.task.task_id).version > newest


@pytest.mark.sqlite
def test_a_backup_is_whole_private_and_never_overwrites(
    registry: Registry, team: Team, tmp_path: Path
) -> None:
    target = maintenance.backup(registry, str(tmp_path / "copy.db"))
    assert target.stat().st_mode & 0o777 == 0o600
    copy = open_registry(target)
    assert texts(copy, team) == texts(registry, team)
    copy.close()
    with pytest.raises(Refused, match="exists already"):
        maintenance.backup(registry, str(target))


def test_a_backup_that_cannot_be_finished_is_not_there(
    registry: Registry, tmp_path: Path
) -> None:
    registry.close()
    with pytest.raises(RegistryError):
        maintenance.backup(registry, str(tmp_path / "copy.db"))
    assert not list(tmp_path.glob("copy.db*"))


@pytest.mark.sqlite
def test_a_check_counts_and_finds_what_is_wrong(registry: Registry, team: Team) -> None:
    sound = maintenance.check(registry)
    assert (sound.complaints, sound.counts["tasks"]) == ([], 7)
    outside = sqlite3.connect(registry.where)
    outside.execute("DELETE FROM agents WHERE name = 'bob'")
    outside.execute("DELETE FROM tasks_text_docsize WHERE id = 1")
    outside.commit()
    outside.close()
    complaints = maintenance.check(registry).complaints
    assert "tasks names a row of agents that is gone" in complaints
    assert "the search knows 4 of 5 messages" in complaints


def test_half_a_copy_is_none(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: str) -> None:
        raise RegistryError("the disk is full.")

    monkeypatch.setattr(registry, "copy_to", full)
    with pytest.raises(RegistryError):
        maintenance.backup(registry, str(tmp_path / "copy.db"))
    assert not (tmp_path / "copy.db").exists()
