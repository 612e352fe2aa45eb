"""A shell in a pane of a private tmux server, in which commands run as an agent's do."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.terminal import Ran, Terminal, command_line, eventually


class PaneShell:
    """A pane with a shell; what runs in it is below the pane's first process."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self.terminal, self.folder = terminal, folder
        self.pane = terminal.shell()
        self._calls = 0

    def cafleet(self, *arguments: str, before: str = "", wrap: str = "{}") -> Ran:
        """Run `cafleet` in the pane; `before` are assignments, `wrap` a command around it."""
        call = wrap.format(f"{before} {shlex.join(command_line(*arguments))}".strip())
        return self.runs(call)

    def runs(self, command: str) -> Ran:
        """Run a command line in the pane; what it printed, and its exit code."""
        self._calls += 1
        name = f"{self.pane.strip('%')}-{self._calls}"
        out, err, code = (self.folder / f"{name}.{end}" for end in ("out", "err", "rc"))
        script = self.folder / f"{name}.sh"
        script.write_text(
            f"({command}) >{out} 2>{err} </dev/null\n"
            f"echo $? >{code}.part; mv {code}.part {code}\n"
        )
        self.terminal.keys(self.pane, f". {script}", "Enter")
        eventually(code.exists)
        return Ran(int(code.read_text()), out.read_text(), err.read_text())
