"""A session whose agents are real programs, and what their model has heard."""

from __future__ import annotations

import re
from typing import NamedTuple

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import pane_states
from cafleet_core.config.rules import PushRules
from cafleet_core.push import preview
from cafleet_core.records import Agent, PushResult, Task
from cafleet_core.views import PaneReading
from tests.agents.programs import AT_REST, PATIENCE, Programs
from tests.team import Team, a_team
from tests.terminal import eventually

AGENTS = ("claude", "codex", "opencode")

RULES = PushRules(max_text_len=0)
"""Nothing is cut, so that a whole body must arrive."""


_PASTED = re.compile(r"\s*</?pasted_content\b[^>]*>\s*")
"""What Claude Code puts around a long paste for its model."""


class Office(NamedTuple):
    """A team, its registry, and the programs in its panes."""

    registry: Registry
    programs: Programs
    team: Team

    def hires(self, name: str, coding_agent: str, pane: str) -> Agent:
        """Register the program in a pane as an agent of this name."""
        self.team.others[name] = agents.register(
            self.registry,
            self.team.session,
            name,
            "",
            here=self.programs.terminal.here(pane),
            coding_agent=coding_agent,
        )
        return self.team.others[name]

    def pane(self, name: str) -> str:
        """The pane of an agent."""
        placement = self.team.others[name].placement
        assert placement is not None
        return placement.tmux_pane_id or ""

    def view(self, name: str) -> PaneReading:
        """What an agent is doing."""
        views = pane_states.observe(self.registry, self.team.session.session_id)
        return views[self.team.others[name].agent_id]

    def becomes(self, name: str, state: str) -> PaneReading:
        """Wait until an agent is in this state."""
        view = self.view(name)

        def reached() -> bool:
            nonlocal view
            view = self.view(name)
            return view.state == state

        eventually(reached, PATIENCE)
        return view

    def sends(self, name: str, body: str) -> tuple[Task, PushResult]:
        """Send from the Director; the delivery and what became of its push."""
        to = [self.team.others[name]]
        sent = send.send(self.registry, self.team.director, to, body, rules=RULES)
        return sent.deliveries[0]

    def settles(self) -> None:
        """Try what is owed until something was delivered."""
        eventually(lambda: pending.settle(self.registry, RULES) > 0, 2 * PATIENCE)

    def heard(self, coding_agent: str, part: str) -> list[str]:
        """The turns with these words that the model of a coding agent has heard."""
        return self.programs.api.heard(coding_agent, part)

    def has_heard_once(self, coding_agent: str, task: Task) -> None:
        """Wait until the model has heard of a task, whole, as one turn of its own."""
        eventually(lambda: self.heard(coding_agent, task.task_id), PATIENCE)
        [turn] = self.heard(coding_agent, task.task_id)
        # OpenCode puts a blank behind whatever was pasted
        whole = _PASTED.sub("", turn).rstrip(" ")
        assert whole == preview.preview(task, RULES.max_text_len)


def an_office(registry: Registry, programs: Programs) -> Office:
    """An office with one agent of each kind, named for what it is."""
    office = Office(registry, programs, a_team(registry))
    panes = {agent: programs.start(agent) for agent in AGENTS}
    for agent, pane in panes.items():
        office.hires(agent, agent, pane)
    for agent, pane in panes.items():
        programs.awaits(pane, AT_REST[agent])
        office.becomes(agent, "idle")
    return office
