"""Agents: how they come, how they are found, and how they leave."""

from __future__ import annotations

import pytest

from cafleet_core.broker.directory import agents, identity
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.errors import (
    Ambiguous,
    CallerUnknown,
    InvalidInput,
    NotFound,
    Refused,
)
from cafleet_core.records import Agent
from cafleet_core.states import AgentKind, AgentStatus, TaskState
from tests.team import NOWHERE, Team, a_team, called_by


def test_a_registered_agent_is_active_and_listed(registry: Registry) -> None:
    team = a_team(registry)
    alice = agents.register(
        registry, team.session, "alice", "Reviews", skills='{"langs": ["py"]}'
    )
    assert agents.listed(registry, team.session)[-1] == alice
    assert (alice.kind, alice.status) == (AgentKind.AGENT, AgentStatus.ACTIVE)
    assert (alice.skills, alice.placement) == ('{"langs": ["py"]}', None)


def test_an_agent_may_name_the_pane_it_lives_in(registry: Registry) -> None:
    team = a_team(registry)
    alice = agents.register(
        registry, team.session, "alice", "", here=NOWHERE, coding_agent="codex"
    )
    (agent,) = (
        listed
        for listed in agents.listed(registry, team.session)
        if listed.name == "alice"
    )
    assert agent == alice
    assert agent.placement is not None
    assert agent.placement.tmux_pane_id == NOWHERE.pane.pane_id
    assert set(agent.placement.process_names.split()) >= {"codex", "node"}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            " ",
            " alice",
            "alice ",
            "a  b",
            "a\nb",
            "a\tb",
            "a\x1b[31mb",
            "a\u202eb",
        ),
        *("-rf", "@alice", "all", "ALL", "x" * 65, "caf\udce9", "a\x7f", "a\0b"),
        *("cafe", "DEAD-BEEF", "０１２３", "ca\u200bfe", "help\U000e0065er"),
    ],
)
def test_a_name_that_cannot_be_addressed_is_refused(
    registry: Registry, name: str
) -> None:
    team = a_team(registry)
    with pytest.raises(InvalidInput):
        agents.register(registry, team.session, name, "")
    assert len(agents.listed(registry, team.session)) == 2


@pytest.mark.parametrize(
    "name", ["alice", "Code Reviewer", "評価者", "x" * 64, "a-b_c.d"]
)
def test_other_names_are_kept_as_they_are(registry: Registry, name: str) -> None:
    team = a_team(registry)
    assert agents.register(registry, team.session, name, "").name == name
    assert identity.find_agent(registry, team.session.session_id, name).name == name


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("alice", "alice"),
        ("ALICE", "alice"),
        ("ａlice", "alice"),
        ("director", "Director"),
        ("Director", "Director"),
        ("Administrator", "Administrator"),
    ],
)
def test_a_name_is_unique_among_the_active(
    registry: Registry, name: str, taken: str
) -> None:
    team = a_team(registry, "alice")
    with pytest.raises(Refused, match=f"an active agent named '{taken}' exists"):
        agents.register(registry, team.session, name, "")


def test_a_name_is_free_again_in_another_session_and_after_leaving(
    registry: Registry,
) -> None:
    team, other = a_team(registry, "alice"), a_team(registry)
    agents.register(registry, other.session, "alice", "")
    agents.deregister(registry, team.others["alice"])
    again = agents.register(registry, team.session, "alice", "")
    agent = identity.find_agent(registry, team.session.session_id, "alice")
    assert agent == again


@pytest.mark.parametrize("skills", ["", "{", "[1,", "nonsense"])
def test_skills_must_be_json(registry: Registry, skills: str) -> None:
    with pytest.raises(InvalidInput, match="--skills is not JSON"):
        agents.register(registry, a_team(registry).session, "alice", "", skills=skills)


def test_leaving_fails_the_open_mail_and_tells_its_senders(registry: Registry) -> None:
    team = a_team(registry, "alice", "bob")
    alice, bob = team.others["alice"], team.others["bob"]
    done = send.send(registry, bob, [alice], "done").task
    inbox.ack(registry, team.caller("alice"), [done.task_id])
    waiting = send.send(registry, bob, [alice], "open").task
    own = send.send(registry, alice, [bob], "mine").task
    agents.deregister(registry, alice)
    states = [
        inbox.show(registry, team.caller("bob"), task.task_id).status_state
        for task in (done, waiting, own)
    ]
    assert states == [TaskState.COMPLETED, TaskState.FAILED, TaskState.INPUT_REQUIRED]
    gone = identity.find_agent(registry, team.session.session_id, alice.agent_id)
    assert gone.status == AgentStatus.DEREGISTERED
    assert gone.deregistered_at is not None
    assert alice not in agents.listed(registry, team.session)


def test_nobody_leaves_twice(registry: Registry) -> None:
    alice = a_team(registry, "alice").others["alice"]
    agents.deregister(registry, alice)
    with pytest.raises(Refused, match="already deregistered"):
        agents.deregister(registry, alice)


def test_the_built_in_agents_stay(registry: Registry) -> None:
    team = a_team(registry)
    with pytest.raises(Refused) as refused:
        agents.deregister(registry, team.director)
    assert refused.value.message == (
        "cannot deregister the root Director; use 'cafleet session delete' instead."
    )
    with pytest.raises(Refused) as refused:
        agents.deregister(registry, team.administrator)
    assert refused.value.message == "Administrator cannot be deregistered"
    assert len(agents.listed(registry, team.session)) == 2


def add(registry: Registry, team: Team, agent_id: str, name: str) -> Agent:
    """An agent with an id of our choice."""
    fresh = agents.new_agent(team.session, name, "", AgentKind.AGENT, "2026")
    agent = fresh._replace(agent_id=agent_id)
    with registry.write():
        agents.add(registry, agent)
    return agent


def test_an_agent_is_found_by_id_name_or_unique_prefix(registry: Registry) -> None:
    team = a_team(registry)
    session_id = team.session.session_id
    shorter = add(registry, team, "cafe0000-1", "one")
    two = add(registry, team, "cafe0000-12", "two")
    other = add(registry, team, "beef0000-1", "other")
    for reference, agent in (
        ("cafe0000-1", shorter),
        ("cafe0000-12", two),
        ("two", two),
        ("other", other),
        ("beef", other),
    ):
        assert identity.find_agent(registry, session_id, reference) == agent
    with pytest.raises(Ambiguous) as refused:
        identity.find_agent(registry, session_id, "cafe0000")
    assert refused.value.message.splitlines() == [
        "'cafe0000' may mean any of these agents:",
        "  cafe0000-1 one",
        "  cafe0000-12 two",
    ]


@pytest.mark.parametrize("reference", ["bee", "ONE", "", "'; --", "%", "\udcff\udcff"])
def test_what_fits_nobody_is_not_found(registry: Registry, reference: str) -> None:
    team = a_team(registry)
    add(registry, team, "beef0000-1", "one")
    with pytest.raises(NotFound):
        identity.find_agent(registry, team.session.session_id, reference)


def test_another_session_s_agents_do_not_exist_here(registry: Registry) -> None:
    ours, theirs = a_team(registry), a_team(registry, "alice")
    alice = theirs.others["alice"]
    for reference in (alice.agent_id, alice.agent_id[:8], "alice"):
        with pytest.raises(NotFound, match=f"Agent {reference} not found"):
            identity.find_agent(registry, ours.session.session_id, reference)


class TestWhoCalls:
    """The order is: option, environment, pane."""

    def test_the_options_win(self, registry: Registry) -> None:
        team, other = a_team(registry, "alice"), a_team(registry)
        settings = Settings(
            "",
            session_id=other.session.session_id,
            agent_id=other.director.agent_id,
        )
        caller = called_by(registry, settings, {}, team.session.session_id, "alice")
        assert caller == team.caller("alice")

    def test_an_agent_s_id_tells_its_session(self, registry: Registry) -> None:
        team = a_team(registry, "alice")
        alice = team.others["alice"]
        caller = called_by(registry, Settings(""), {}, None, alice.agent_id)
        assert caller == team.caller("alice")

    def test_the_environment_is_next(self, registry: Registry) -> None:
        team = a_team(registry, "alice")
        alice = team.others["alice"]
        settings = Settings(
            "", session_id=team.session.session_id, agent_id=alice.agent_id
        )
        pane = {"TMUX": f"{NOWHERE.socket},1,0", "TMUX_PANE": "%1"}
        assert called_by(registry, settings, pane, None, None) == (team.caller("alice"))

    def test_the_pane_is_last(self, registry: Registry) -> None:
        team = a_team(registry)
        pane = {"TMUX": f"{NOWHERE.socket},1,0", "TMUX_PANE": "%1"}
        caller = called_by(registry, Settings(""), pane, None, None)
        assert caller == team.caller()

    @pytest.mark.parametrize(
        "pane",
        [
            {},
            {"TMUX": f"{NOWHERE.socket},1,0"},
            {"TMUX_PANE": "%1"},
            {"TMUX": f"{NOWHERE.socket},1,0", "TMUX_PANE": "%2"},
            {"TMUX": f"{NOWHERE.socket},2,0", "TMUX_PANE": "%1"},
            {"TMUX": "/another/socket,1,0", "TMUX_PANE": "%1"},
            {"TMUX": f"{NOWHERE.socket},x,0", "TMUX_PANE": "%1"},
        ],
    )
    def test_without_any_the_command_says_what_to_pass(
        self, registry: Registry, pane: dict[str, str]
    ) -> None:
        team = a_team(registry)
        with pytest.raises(CallerUnknown) as refused:
            called_by(registry, Settings(""), pane, None, None)
        assert refused.value.message == (
            "--session-id <id> is required for this subcommand."
            " Create a session with 'cafleet session create' and pass its id."
        )
        with pytest.raises(CallerUnknown, match="--agent-id <id> is required"):
            called_by(registry, Settings(""), pane, team.session.session_id, None)

    def test_a_pane_of_another_session_does_not_answer(
        self, registry: Registry
    ) -> None:
        elsewhere = NOWHERE._replace(pane=NOWHERE.pane._replace(pane_id="%2"))
        a_team(registry)
        other = a_team(registry, here=elsewhere)
        pane = {"TMUX": f"{NOWHERE.socket},1,0", "TMUX_PANE": "%1"}
        with pytest.raises(CallerUnknown):
            called_by(registry, Settings(""), pane, other.session.session_id, None)

    def test_who_has_left_calls_no_more(self, registry: Registry) -> None:
        team = a_team(registry, "alice")
        alice = team.others["alice"]
        agents.deregister(registry, alice)
        with pytest.raises(Refused, match="is deregistered"):
            called_by(registry, Settings(""), {}, None, alice.agent_id)
