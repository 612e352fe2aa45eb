"""Programs that pretend to be coding agents: they show a screen, and write down what they get."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cafleet_core.broker.directory import agents
from tests.cli.desk import Desk

AT_REST = "● Done.\n────\n❯ \n────"
BUSY = "✻ Thinking… (3s)\n────\n❯ \n────"
DRAFTING = "────\n❯ half a thought\n────"
TRUST = "Accessing workspace:\n❯ No, exit\n  Yes, I trust this folder\nEnter to confirm · Esc to cancel"
ASKING = (
    "────\n  Apply the patch?\n"
    "❯ 1. Yes\n  2. Only the first hunk\n  3. Type something else\n────\n  Esc to cancel"
)
REVIEW = (
    "Hooks need review\n\n❯ 1. Review\n  2. Trust all\n\n  enter confirm · esc skip"
)
ANSWERED = ASKING + "\n● Understood.\n────\n❯ \n────"

_PROGRAM = """#!{python} -IS
import json, os, signal, sys, tty
notes = {notes!r}
if {stubborn}:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
tty.setraw(0)
with open(notes + ".tmp", "w") as file:
    json.dump({{"argv": sys.argv[1:], "env": dict(os.environ), "cwd": os.getcwd()}}, file)
os.rename(notes + ".tmp", notes)
if {conversation!r}:
    sessions = os.environ["HOME"] + "/.claude/sessions"
    os.makedirs(sessions, exist_ok=True)
    born = open("/proc/self/stat").read().rpartition(")")[2].split()[19]
    record = {{"sessionId": {conversation!r}, "procStart": born, "cwd": os.getcwd()}}
    with open("%s/%d.json" % (sessions, os.getpid()), "w") as file:
        json.dump(record, file)
os.write(1, {screen!r}.replace("\\n", "\\r\\n").encode())
typed = b""
while data := os.read(0, 65536):
    typed += data
    with open(notes + ".keys", "wb") as file:
        file.write(typed)
    if {leaves} and b"/exit" in typed:
        break
"""


class Pretender:
    """A coding agent called `name`, as data in a user's `config.toml` and a program on PATH."""

    def __init__(self, folder: Path, name: str = "pretender") -> None:
        self.name = name
        self._folder = folder
        self._notes = folder / f"{name}.json"
        self._binary = folder / "bin" / name
        self._binary.parent.mkdir(exist_ok=True)
        self._conversation = ""
        self.plays(AT_REST)

    def plays(
        self, screen: str, *, leaves: bool = True, stubborn: bool = False
    ) -> Pretender:
        """From the next start on: this screen, obeying the exit command, or not even signals."""
        program = _PROGRAM.format(
            python=sys.executable,
            notes=str(self._notes),
            screen=screen,
            leaves=leaves,
            stubborn=stubborn,
            conversation=self._conversation,
        )
        self._binary.write_text(program, "utf-8")
        self._binary.chmod(0o755)
        return self

    def keeps_record(self, conversation: str) -> Pretender:
        """From the next start on it keeps a record of its conversation, as Claude Code does."""
        self._conversation = conversation
        return self.plays(AT_REST)

    def breaks(self, words: str) -> None:
        """From the next start on it ends at once, with these words."""
        self._binary.write_text(f"#!/bin/sh\necho '{words}'\nexit 3\n", "utf-8")

    def vanishes(self) -> None:
        """It is not installed any more."""
        self._binary.unlink()

    def configured(self, *more: str) -> dict[str, str]:
        """The environment in which it is a known coding agent, with `more` lines of TOML."""
        file = self._folder / "config" / "cafleet" / "config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            f"[agents.{self.name}]",
            f"argv = [{json.dumps(str(self._binary))}]",
            *more,
            f"[agents.{self.name}.cues]",
            r"waiting = ['^\s*❯\s+\d+\.\s', 'Enter to confirm']",
            r"busy = ['^\s*✻ .+…']",
            "confirm = ['^ *enter confirm · esc skip']",
            r"idle = ['^\s*❯(\s|$)']",
        ]
        if self._conversation:
            lines.append('record = ["claude"]')
        file.write_text("\n".join(lines), "utf-8")
        return {"XDG_CONFIG_HOME": str(file.parent.parent)}

    def on_path(self, path: str) -> dict[str, str]:
        """The environment in which it is found under its own name before all others."""
        return {"PATH": f"{self._binary.parent}:{path}"}

    @property
    def started(self) -> Any:
        """Its arguments, environment and folder; None before it has started."""
        return json.loads(self._notes.read_text()) if self._notes.exists() else None

    @property
    def keys(self) -> str:
        """Everything that was typed to it."""
        keys = Path(f"{self._notes}.keys")
        return keys.read_bytes().decode() if keys.exists() else ""


PROMPTED = 'prompt_argv = ["{prompt}"]'


def creating(name: str, kind: str, *more: str) -> Iterable[str]:
    """The arguments that hire a member."""
    return (
        *("member", "create", "--name", name, "--description", f"The {name}"),
        *("--coding-agent", kind, *more),
    )


def files_left(desk: Desk) -> list[str]:
    """What starting agents has left beside the registry."""
    folder = Path(desk.registry.folder)
    return [path.name for path in folder.iterdir() if path.name.startswith(".cafleet-")]


def nothing_changed(desk: Desk) -> None:
    """Neither a row nor a pane nor a file has come."""
    listed = agents.listed(desk.registry, desk.team.session)
    assert {agent.name for agent in listed} == {"Director", "Administrator"}
    assert len(desk.terminal.tmux("list-panes", "-a").splitlines()) == 2
    assert files_left(desk) == []
    assert desk.lingering() == []
