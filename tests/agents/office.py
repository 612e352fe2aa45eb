"""A session whose agents are real coding agents, and the requests to their model."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from cafleet_core.agents import catalog
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory import agents
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import create_member, pane_states
from cafleet_core.config.rules import PushRules
from cafleet_core.push import preview
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent, PushResult, Task
from cafleet_core.requests import MemberRequest
from cafleet_core.states import Transport
from cafleet_core.storage import lookup
from tests.agents.programs import AT_REST, PATIENCE, STARTING, Programs
from tests.team import Team, a_team
from tests.terminal import cafleet, eventually

AGENTS = ("claude", "codex", "opencode")

RULES = PushRules(max_text_len=0, transport=Transport.KEYS)
"""Rules that cut no text, so that a whole body must arrive, and by which all is typed."""


_PASTED = re.compile(r"\s*</?pasted_content\b[^>]*>\s*")
"""The tags that Claude Code puts around a long paste for its model."""


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

    def creates(self, name: str, coding_agent: str, prompt: str) -> Agent:
        """Create a member of this name, as its Director does, in a folder of its own."""
        cwd = self.programs.trusted / name
        # in a repository, as members usually are
        subprocess.run(["git", "init", "--quiet", str(cwd)], check=True)
        self.programs.trust(cwd)
        given = self.programs.environment()
        request = MemberRequest(
            *(name, "Works.", coding_agent, prompt, None, str(cwd)),
            tuple(given.items()),
        )
        caller = Caller(self.team.session, self.team.director)
        created = create_member.create(self.registry, caller, request)
        self.team.others[name] = created.agent
        return created.agent

    def asks(self, name: str) -> tuple[Caller, Agent]:
        """The Director as a caller, and the agent of this name that it answers."""
        caller = Caller(self.team.session, self.team.director)
        [agent] = lookup.by_ids(self.registry, [self.team.others[name].agent_id])
        return caller, agent

    def pane(self, name: str) -> str:
        """The pane of an agent."""
        placement = self.team.others[name].placement
        assert placement is not None
        return placement.tmux_pane_id or ""

    def view(self, name: str) -> PaneReading:
        """The reading of an agent's pane."""
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

    def sends(
        self, name: str, body: str, rules: PushRules = RULES
    ) -> tuple[Task, PushResult]:
        """Send a message from the Director; the delivery and its push's result."""
        to = [self.team.others[name]]
        sent = send.send(self.registry, self.team.director, to, body, rules=rules)
        return sent.deliveries[0]

    def settles(self, rules: PushRules = RULES) -> None:
        """Retry owed pushes until one is delivered."""
        eventually(lambda: pending.settle(self.registry, rules) > 0, 2 * PATIENCE)

    def heard(self, coding_agent: str, part: str) -> list[str]:
        """The turns containing `part` that reached a coding agent's model."""
        return self.programs.api.heard(coding_agent, part)

    def has_heard_once(self, coding_agent: str, task: Task) -> None:
        """Wait until a task has reached the model as exactly one turn with its whole text."""
        eventually(
            lambda: self.heard(coding_agent, preview.head(task.task_id)), PATIENCE
        )
        [turn] = self.heard(coding_agent, preview.head(task.task_id))
        # OpenCode appends a blank to a paste
        whole = _PASTED.sub("", turn).rstrip(" ")
        signs = catalog.get(coding_agent).cues.mention
        # a sign at the end has a blank behind it
        assert whole == preview.preview(task, RULES.max_text_len, signs).rstrip(" ")


def an_office(registry: Registry, programs: Programs) -> Office:
    """An office with an agent of each coding agent, named after it."""
    office = Office(registry, programs, a_team(registry))
    panes = {agent: programs.start(agent) for agent in AGENTS}
    for agent, pane in panes.items():
        office.hires(agent, agent, pane)
    for agent, pane in panes.items():
        programs.awaits(pane, AT_REST[agent], timeout=STARTING)
        office.becomes(agent, "idle")
    return office


def set_up(programs: Programs, *pieces: str) -> None:
    """Have `cafleet` at hand in the programs' home, and these pieces of its setup applied."""
    folder = programs.home / "bin"
    folder.mkdir()
    (folder / "cafleet").symlink_to(Path(sys.executable).parent / "cafleet")
    # Codex runs its commands in a login shell
    (programs.home / ".bash_profile").write_text(f'PATH="{folder}:$PATH"\n')
    if not pieces:
        return
    of_user = {name: programs.environment()[name] for name in ("HOME", "PATH")}
    done = cafleet(programs.terminal.registry, "setup", *pieces, "--apply", **of_user)
    assert done.code == 0, done
