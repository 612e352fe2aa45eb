"""Real Claude Code, Codex and OpenCode at work: each stops by its own key, and is seen to have."""

from __future__ import annotations

import pytest

from cafleet_core.broker.team import interrupt
from cafleet_core.broker.team.interrupt import Interruption
from tests.agents.office import AGENTS, Office
from tests.agents.replies import PONDER, SLOWLY


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("work", [PONDER, SLOWLY])
def test_its_work_ends_and_it_takes_the_next_turn(
    office: Office, agent: str, work: str
) -> None:
    office.becomes(agent, "idle")
    office.programs.says(office.pane(agent), f"{work} please")
    office.becomes(agent, "busy")
    member = office.team.others[agent]
    stopped = interrupt.interrupt(member, 10)
    screen = office.programs.terminal.screen(office.pane(agent))
    assert stopped == Interruption.INTERRUPTED, screen
    assert interrupt.interrupt(member, 10) == Interruption.NOT_BUSY
    if office.view(agent).state == "draft":
        # Claude Code gives back a turn to which it has answered nothing yet
        assert agent == "claude"
        office.programs.terminal.keys(office.pane(agent), "C-c")
        office.becomes(agent, "idle")
    after = f"after {work.lower()} was interrupted"
    task, _ = office.sends(agent, after)
    office.has_heard_once(agent, task)
