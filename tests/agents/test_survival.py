"""Real Claude Code and Codex go on in their conversations after their tmux server was killed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import create_member, pane_states, resume_session
from cafleet_core.broker.team.restart_member import Restart, restart
from cafleet_core.push import preview
from cafleet_core.records import Agent
from cafleet_core.requests import MemberRequest
from cafleet_core.states import PushOutcome
from cafleet_core.storage import lookup
from tests.agents.office import RULES
from tests.agents.programs import PATIENCE, Programs
from tests.team import Team, a_team
from tests.terminal import eventually

AGENTS = ("claude", "codex")

pytestmark = pytest.mark.timeout(900)  # each program is started three times


@pytest.fixture
def at_home(
    equipped: tuple[Registry, Programs], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Registry, Programs]]:
    """The shell of a user whose coding agents are set up; tmux's default server is private."""
    registry, programs = equipped
    for name, value in programs.environment().items():
        monkeypatch.setenv(name, value)
    folder = programs.home / "tmux"
    folder.mkdir()
    monkeypatch.setenv("TMUX_TMPDIR", str(folder))
    yield registry, programs
    subprocess.run(["tmux", "kill-server"], capture_output=True, check=False)


def members(registry: Registry, team: Team) -> dict[str, Agent]:
    """The team's members as they are now."""
    active = lookup.active_agents(registry, team.session.session_id)
    return {agent.name: agent for agent in active if agent.name in AGENTS}


def rests(registry: Registry, team: Team, name: str) -> None:
    def at_rest() -> bool:
        views = pane_states.observe(registry, team.session.session_id)
        return views[members(registry, team)[name].agent_id].state == "idle"

    eventually(at_rest, PATIENCE)


def hears(registry: Registry, programs: Programs, name: str, *parts: str) -> None:
    """Wait until one request of an agent's model has all these parts."""

    def heard() -> bool:
        pending.settle(registry, RULES)
        return any(
            all(part in str(request) for part in parts)
            for request in programs.api.requests
        ) and bool(programs.api.heard(name, parts[-1]))

    eventually(heard, PATIENCE)


def hires(registry: Registry, programs: Programs, team: Team, name: str) -> None:
    """Create a member that is told a word, and wait until it has heard it."""
    names = [*programs.environment(), "XDG_STATE_HOME"]
    given = tuple((name, os.environ[name]) for name in names)
    prompt = f"Remember the word kiwi-{name}."
    request = MemberRequest(
        name, "Works.", name, prompt, None, str(programs.trusted), given
    )
    create_member.create(registry, Caller(team.session, team.director), request)
    hears(registry, programs, name, f"kiwi-{name}")
    rests(registry, team, name)


def test_the_same_conversation_goes_on_and_held_mail_arrives_once(
    at_home: tuple[Registry, Programs],
) -> None:
    registry, programs = at_home
    team = a_team(registry, here=programs.terminal.here(programs.terminal.first))
    for name in AGENTS:
        hires(registry, programs, team, name)

    # while it lives: it is asked to exit, and goes on in the same pane
    for name, member in members(registry, team).items():
        again = restart(registry, member, Restart())
        assert again.agent.agent_id == member.agent_id
        hears(registry, programs, name, f"kiwi-{name}", "You were started again")
        rests(registry, team, name)

    before = members(registry, team)
    programs.terminal.close()
    sent = {
        name: send.send(registry, team.director, [member], f"held for {name}")
        for name, member in before.items()
    }
    assert all(
        result.outcome == PushOutcome.NONE
        for each in sent.values()
        for _, result in each.deliveries
    )
    resumed = list(resume_session.resume(registry, team.session, Restart()))
    outcomes = {
        each.agent.name: each.error for each in resumed if each.agent.name in AGENTS
    }
    assert outcomes == dict.fromkeys(AGENTS), resumed
    for name in AGENTS:
        assert members(registry, team)[name].agent_id == before[name].agent_id
        task = sent[name].task.task_id
        hears(registry, programs, name, f"kiwi-{name}", preview.head(task))
        assert len(programs.api.heard(name, preview.head(task))) == 1
