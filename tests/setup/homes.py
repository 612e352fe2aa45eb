"""Home folders for tests, with typical settings of each coding agent."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cafleet_core.setup import inventory, plan
from cafleet_core.setup.piece import Piece
from cafleet_core.setup.plan import FileChange

CLAUDE = """{
  "model": "opus",
  "permissions": {
    "allow": ["Bash(ls:*)"],
    "deny": []
  },
  "hooks": {
    "Stop": [
      { "hooks": [ { "type": "command", "command": "say done" } ] }
    ]
  }
}
"""
CODEX = """# mine
model = "gpt" # the usual

[sandbox_workspace_write]
network_access = true
"""
OPENCODE = """{
  // asks me first
  "permission": { "bash": "ask", "edit": "ask" },
}
"""


class Home(NamedTuple):
    """A home folder, and the environment of a process with this home."""

    path: Path

    @property
    def environ(self) -> dict[str, str]:
        """The environment; no coding agent is on its path."""
        return {"HOME": str(self.path), "PATH": str(self.path / "bin")}

    @property
    def claude(self) -> Path:
        return self.path / ".claude" / "settings.json"

    @property
    def codex(self) -> Path:
        return self.path / ".codex" / "config.toml"

    @property
    def opencode(self) -> Path:
        return self.path / ".config" / "opencode" / "opencode.jsonc"

    def pieces(self, *names: str) -> list[Piece]:
        """These pieces, or all of the installed agents."""
        registry = str(self.path / "data" / "registry.db")
        return inventory.chosen(names, self.environ, registry)

    def piece(self, name: str) -> Piece:
        [piece] = self.pieces(name)
        return piece

    def state(self, name: str) -> str:
        return plan.status(self.piece(name)).state

    def apply(self, *names: str, force: bool = False) -> list[FileChange]:
        """Set up pieces; the changes made."""
        return self._carry_out(*names, remove=False, force=force)

    def remove(self, *names: str) -> list[FileChange]:
        """Remove pieces; the changes made."""
        return self._carry_out(*names, remove=True, force=False)

    def _carry_out(self, *names: str, remove: bool, force: bool) -> list[FileChange]:
        planned = plan.plan(self.pieces(*names), remove=remove, force=force)
        assert planned.problems == ()
        for change in planned.changes:
            plan.carry_out(change)
        return list(planned.changes)

    def files(self) -> dict[str, bytes]:
        """The content of every file except backups, by path."""
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in self.path.rglob("*")
            if path.is_file() and path.suffix != ".bak"
        }

    def copies(self) -> list[str]:
        """The content of the backups, the oldest first."""
        return [path.read_text() for path in sorted(self.path.rglob("*.bak"))]


def a_home(path: Path) -> Home:
    """A home with settings for all three agents."""
    home = Home(path)
    for file, text in (
        (home.claude, CLAUDE),
        (home.codex, CODEX),
        (home.opencode, OPENCODE),
    ):
        file.parent.mkdir(parents=True)
        file.write_text(text)
    return home


def an_empty_home(path: Path) -> Home:
    """A home with a settings folder for each agent, and nothing in it."""
    home = Home(path)
    for file in (home.claude, home.codex, home.opencode):
        file.parent.mkdir(parents=True)
    return home
