"""A program that has just been started gets nothing typed before it shows itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cafleet_core import clock
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import pane_states
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION
from cafleet_core.records import Agent, PushResult
from cafleet_core.states import PushOutcome, PushReason
from cafleet_core.storage import lookup, monitors
from tests.push.retries import settle_now
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually


def a_newcomer(registry: Registry, terminal: Terminal, team: Team, age: float) -> Agent:
    """A member whose program was started `age` seconds ago, and shows nothing yet."""
    pane = terminal.pane(["cat"])
    eventually(lambda: terminal.here(pane).pane.command == "cat")
    agent = agents.register(
        *(registry, team.session, "newcomer", ""),
        here=terminal.here(pane),
        coding_agent="standin",
    )
    at = clock.stamp(clock.now() - timedelta(seconds=age))
    with registry.write():
        monitors.keep_state(registry, agent.agent_id, "starting", at)
    return lookup.agents(registry, None, agent.agent_id)[0]


def sent_to(registry: Registry, team: Team, agent: Agent) -> PushResult:
    return send.send(registry, team.director, [agent], "hello").deliveries[0][1]


def test_it_is_held_until_the_program_shows_itself(
    registry: Registry, terminal: Terminal
) -> None:
    team = a_team(registry)
    agent = a_newcomer(registry, terminal, team, age=0)
    assert agent.placement is not None
    pane = agent.placement.tmux_pane_id or ""
    assert sent_to(registry, team, agent) == PushResult(
        PushOutcome.HELD, PushReason.STARTING
    )
    views = pane_states.observe(registry, team.session.session_id)
    assert views[agent.agent_id].state == "starting"
    terminal.keys(pane, "❯ ", "Enter")
    eventually(lambda: settle_now(registry, PushRules()))
    eventually(lambda: "hello" in terminal.screen(pane))


def test_one_that_never_shows_its_input_box_gets_nothing_typed(
    registry: Registry, terminal: Terminal
) -> None:
    team = a_team(registry)
    agent = a_newcomer(registry, terminal, team, age=61)
    assert sent_to(registry, team, agent) == PushResult(
        PushOutcome.HELD, PushReason.COVERED
    )


@pytest.mark.parametrize(("age", "state"), [(0, "starting"), (61, "unknown")])
def test_a_pane_that_is_not_stamped_yet_is_not_taken_for_another_s(
    registry: Registry, terminal: Terminal, age: float, state: str
) -> None:
    team = a_team(registry)
    agent = a_newcomer(registry, terminal, team, age)
    pane = (agent.placement and agent.placement.tmux_pane_id) or ""
    terminal.tmux("set-option", "-p", "-u", "-t", pane, IDENTITY_OPTION)
    views = pane_states.observe(registry, team.session.session_id)
    assert views[agent.agent_id].state == state
