"""Sessions: whole from their first commit on, apart from each other, and gone without loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from cafleet_core.broker.directory import agents, identity, sessions
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import (
    Ambiguous,
    InvalidInput,
    NotFound,
    Refused,
    RegistryError,
)
from cafleet_core.states import AgentKind, TaskState
from tests.team import NOWHERE, a_team


def contents(registry: Registry) -> dict[str, list[Any]]:
    """Every row of every table."""
    tables = ("sessions", "agents", "agent_placements", "tasks")
    return {table: registry.rows(f"SELECT * FROM {table}") for table in tables}


class FailsAt:
    """Lets a registry run so many statements, and refuses the next one that changes rows."""

    def __init__(self, registry: Registry, number: int) -> None:
        self.left = number
        self.run = registry.execute
        self.failed = False

    def __call__(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            self.left -= 1
            if self.left == 0:
                self.failed = True
                raise RegistryError("injected")
        return self.run(sql, parameters)


def test_a_new_session_has_its_director_and_administrator(registry: Registry) -> None:
    made = sessions.create(registry, NOWHERE, "release", "claude")
    listed = {agent.kind: agent for agent in agents.listed(registry, made.session)}
    director, administrator = (
        listed.pop(kind) for kind in (AgentKind.DIRECTOR, AgentKind.ADMINISTRATOR)
    )
    assert not listed
    assert director == made.director
    assert (director.name, director.kind) == ("Director", AgentKind.DIRECTOR)
    assert director.description == "Root Director for this session"
    assert (administrator.name, administrator.kind) == (
        "Administrator",
        AgentKind.ADMINISTRATOR,
    )
    assert administrator.placement is None
    assert made.session.label == "release"
    assert made.session.director_agent_id == director.agent_id
    assert made.session.administrator_agent_id == administrator.agent_id
    assert made.session.deleted_at is None


def test_the_director_lives_in_the_calling_pane(registry: Registry) -> None:
    placement = sessions.create(registry, NOWHERE, None, "claude").director.placement
    assert placement is not None
    assert placement.director_agent_id is None
    assert placement.tmux_pane_id == NOWHERE.pane.pane_id
    assert placement.tmux_socket == NOWHERE.socket
    assert placement.coding_agent == "claude"


@pytest.mark.parametrize("number", range(1, 6))
def test_a_bootstrap_that_fails_anywhere_leaves_nothing(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    fault = FailsAt(registry, number)
    with monkeypatch.context() as faulty:
        faulty.setattr(registry, "execute", fault)
        with pytest.raises(RegistryError, match="injected"):
            sessions.create(registry, NOWHERE, "release", "claude")
    assert fault.failed
    assert not any(contents(registry).values())
    sessions.create(registry, NOWHERE, "release", "claude")


def test_deleting_dissolves_the_team_and_keeps_the_mail(registry: Registry) -> None:
    team = a_team(registry, "alice", "bob")
    alice = team.others["alice"]
    sent = send.send(registry, team.director, [alice], "to do")
    gone = sessions.delete(registry, team.session.session_id)
    assert gone.deregistered == 4
    assert [agent.name for agent in gone.placed] == ["Director"]
    assert agents.listed(registry, team.session) == []
    assert contents(registry)["agent_placements"] == []
    assert sessions.find(registry, team.session.session_id).deleted_at is not None
    task = inbox.show(registry, team.caller(), sent.task.task_id)
    assert task.status_state == TaskState.FAILED


def test_deleting_again_changes_nothing(registry: Registry) -> None:
    team = a_team(registry, "alice")
    sessions.delete(registry, team.session.session_id)
    before = contents(registry)
    again = sessions.delete(registry, team.session.session_id)
    assert (again.deregistered, again.placed) == (0, ())
    assert contents(registry) == before


@pytest.mark.parametrize("number", range(1, 5))
def test_a_deletion_that_fails_anywhere_leaves_everything(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    team = a_team(registry, "alice")
    send.send(registry, team.director, [team.others["alice"]], "to do")
    before = contents(registry)
    fault = FailsAt(registry, number)
    with monkeypatch.context() as faulty:
        faulty.setattr(registry, "execute", fault)
        with pytest.raises(RegistryError, match="injected"):
            sessions.delete(registry, team.session.session_id)
    assert fault.failed
    assert contents(registry) == before


def test_a_deleted_session_takes_no_new_agents(registry: Registry) -> None:
    team = a_team(registry)
    sessions.delete(registry, team.session.session_id)
    with pytest.raises(Refused) as refused:
        agents.register(registry, team.session, "late", "Too late")
    assert refused.value.message == f"session {team.session.session_id} is deleted"


def test_deleting_one_session_leaves_the_other_alone(registry: Registry) -> None:
    ours, theirs = a_team(registry, "alice"), a_team(registry, "alice")
    send.send(registry, theirs.director, [theirs.others["alice"]], "to do")
    before = agents.listed(registry, theirs.session)
    sessions.delete(registry, ours.session.session_id)
    assert agents.listed(registry, theirs.session) == before
    (task,) = inbox.poll(registry, theirs.others["alice"])
    assert task.status_state == TaskState.INPUT_REQUIRED


def test_summaries_count_what_is_there(registry: Registry) -> None:
    quiet, busy = a_team(registry), a_team(registry, "alice", "bob")
    alice, bob = busy.others["alice"], busy.others["bob"]
    send.send(registry, busy.director, [alice], "first")
    last = send.send(registry, alice, [bob], "second").task
    first_summary, second_summary = sessions.summaries(registry)
    assert (first_summary.session, second_summary.session) == (
        busy.session,
        quiet.session,
    )
    assert first_summary[1:4] == (4, 2, last.created_at)
    assert second_summary[1:4] == (2, 0, None)


def test_deleted_sessions_are_listed_on_request(registry: Registry) -> None:
    team = a_team(registry)
    sessions.delete(registry, team.session.session_id)
    assert sessions.summaries(registry) == []
    (summary,) = sessions.summaries(registry, include_deleted=True)
    assert summary.session.session_id == team.session.session_id
    assert summary.active_agents == 0


def test_a_session_is_found_by_a_unique_prefix(registry: Registry) -> None:
    team = a_team(registry)
    wanted = team.session.session_id
    assert sessions.find(registry, wanted) == team.session
    assert sessions.find(registry, wanted[:8]) == team.session
    for unknown in (wanted[:3], "nothing", "", "%", "____", "\udcff\udcff"):
        with pytest.raises(NotFound):
            sessions.find(registry, unknown)


def test_an_ambiguous_prefix_lists_the_candidates(registry: Registry) -> None:
    for end in ("a", "b"):
        with registry.write():
            registry.execute(
                "INSERT INTO sessions (session_id, created_at) VALUES (?, '')",
                (f"cafe0000-{end}",),
            )
    with pytest.raises(Ambiguous) as refused:
        sessions.find(registry, "cafe")
    assert refused.value.message.splitlines()[1:] == ["  cafe0000-a", "  cafe0000-b"]
    assert sessions.find(registry, "cafe0000-a").session_id == "cafe0000-a"


def test_a_session_without_administrator_is_given_one_by_init(
    registry: Registry,
) -> None:
    orphan, whole = a_team(registry), a_team(registry)
    deleted = a_team(registry)
    sessions.delete(registry, deleted.session.session_id)
    with registry.write():
        for team in (orphan, deleted):
            registry.execute(
                "DELETE FROM agents WHERE agent_id = ?", (team.administrator.agent_id,)
            )
    maintenance.init(registry.url)
    added = sessions.find(registry, orphan.session.session_id).administrator_agent_id
    assert added not in (None, orphan.administrator.agent_id)
    assert sessions.find(registry, whole.session.session_id) == whole.session
    gone = sessions.find(registry, deleted.session.session_id)
    assert gone.administrator_agent_id is None
    assert sessions.add_missing_administrators(registry) == 0


def test_a_label_that_is_no_text_is_refused(registry: Registry) -> None:
    with pytest.raises(InvalidInput, match="the label is not UTF-8 text"):
        sessions.create(registry, NOWHERE, "caf\udce9", "claude")
    assert sessions.summaries(registry, include_deleted=True) == []


def test_a_live_session_is_found_by_its_label(registry: Registry) -> None:
    docs = sessions.create(registry, NOWHERE, "docs", "claude").session
    assert sessions.find(registry, "docs") == docs
    with pytest.raises(Refused, match="is called 'docs' and is still open"):
        sessions.create(registry, NOWHERE, "docs", "claude")
    sessions.delete(registry, docs.session_id)
    with pytest.raises(NotFound):
        sessions.find(registry, "docs")
    again = sessions.create(registry, NOWHERE, "docs", "claude").session
    assert sessions.find(registry, "docs") == again
    assert sessions.find(registry, docs.session_id).deleted_at


def test_a_whole_id_comes_before_a_label_and_a_label_before_a_prefix(
    registry: Registry,
) -> None:
    meant = sessions.create(registry, NOWHERE, None, "claude").session
    forged = sessions.create(registry, NOWHERE, meant.session_id, "claude").session
    assert sessions.find(registry, meant.session_id) == meant
    named = sessions.create(registry, NOWHERE, meant.session_id[:8], "claude").session
    assert sessions.find(registry, meant.session_id[:8]) == named
    assert sessions.find(registry, forged.session_id) == forged


def test_an_agent_is_found_across_sessions_by_its_id_alone(registry: Registry) -> None:
    team = a_team(registry, "alice")
    alice = team.others["alice"]
    assert identity.find_agent(registry, None, alice.agent_id) == alice
    with pytest.raises(NotFound):
        identity.find_agent(registry, None, "alice")
