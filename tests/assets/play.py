"""Run the skills' commands in a Director's pane, in the order of the skill."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

from cafleet_core import assets
from tests.assets import actor, skill_text
from tests.terminal import Ran, Terminal, environment, eventually, in_shell

ROOT = Path(__file__).parents[2]

_PROGRAM = f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.assets.actor import main
main()
"""


class Play(NamedTuple):
    """The Director's pane, and the log of its agent's turns."""

    terminal: Terminal
    folder: Path
    pane: str

    @property
    def log(self) -> Path:
        """The log of the Director's turns."""
        return self.folder / "Director.log"

    def section(self, skill: str, heading: str) -> list[str]:
        """The commands below a heading of the Director's role, or of the skill without roles."""
        role = assets.skills()[skill] / "roles" / "director.md"
        return skill_text.under(
            role if role.exists() else role.parents[1] / "SKILL.md", heading
        )

    def try_out(self, command: str, **words: str) -> Ran:
        """Run a skill's command as the Director, with its placeholders filled in."""
        line = skill_text.filled(command, words)
        return in_shell(line, self.folder, self._variables())

    def begun(self) -> str:
        """Create the session as the skill says; its id."""
        _, create, _ = self.section("cafleet", "Begin")
        return self.run(create, LABEL="release").splitlines()[0]

    def await_turn(self, part: str) -> str:
        """Wait until the Director's agent gets a turn containing `part`, and return it."""
        return eventually(
            lambda: next((turn for turn in self.turns() if part in turn), "")
        )

    def turns(self) -> list[str]:
        """The turns of the Director's agent, one string each."""
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []

    def run(self, command: str, **words: str) -> str:
        """Run a command that must succeed, as `try_out` does; its output."""
        ran = self.try_out(command, **words)
        assert ran.code == 0, f"{command}: {ran.out}{ran.err}"
        return ran.out

    def inbox(self, poll: str, part: str) -> str:
        """Poll until a message contains `part`; its id."""
        printed = eventually(
            lambda: out if part in (out := self.run(poll)) else "", seconds=30
        )
        head = printed[: printed.index(part)].rpartition("\n[")[2].lstrip("[")
        return head.partition(" ")[0]

    def _variables(self) -> dict[str, str]:
        registry, inside = self.terminal.registry, self.terminal.inside(self.pane)
        own = settings(self.folder)
        return environment(registry, **inside, **own, CLAUDECODE="1")


def settings(folder: Path) -> dict[str, str]:
    """Variables that make the actor the `claude` on the PATH, and shorten time limits."""
    binaries = f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {
        "PATH": binaries,
        "CAFLEET_QUIET_AFTER": "1",
        "CAFLEET_OVERDUE_AFTER": "1",
    }


def a_play(terminal: Terminal, folder: Path) -> Play:
    """A play whose Director's pane runs an actor at rest."""
    binary = folder / "bin" / "claude"
    binary.parent.mkdir()
    binary.write_text(_PROGRAM, "utf-8")
    binary.chmod(0o755)
    log = f"{actor.LOG}={folder / 'Director.log'}"
    for name, value in settings(folder).items():
        terminal.tmux("set-environment", "-g", name, value)
    pane = terminal.pane(["env", log, str(binary), "--name", "Director"])
    eventually(lambda: "Ready." in terminal.screen(pane))
    return Play(terminal, folder, pane)
