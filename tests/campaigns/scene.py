"""An agent's pane among others, each of which writes down every byte that it is given."""

from __future__ import annotations

import itertools
import os
import pty
import time
from pathlib import Path
from typing import NamedTuple

from cafleet_core.push.script import Turn
from cafleet_core.records import PushResult
from tests.builders import an_id
from tests.push.panes import RECORDER, a_recorder, a_turn, recorded, strokes
from tests.terminal import Terminal, eventually

_NUMBERS = itertools.count(1)


class Outcomes(NamedTuple):
    """What may become of a push: these results, as `outcome` or `outcome reason`."""

    allowed: tuple[str, ...]

    def allow(self, result: PushResult) -> bool:
        return f"{result.outcome} {result.reason or ''}".strip() in self.allowed


class Scene:
    """A tmux server with an agent's pane and the turn that was made for it before it changed."""

    def __init__(self, folder: Path, words: str, keys: str = "") -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self._socket, self._away = folder / "s", folder / "away"
        self.terminal = Terminal(self._socket, folder / "registry.db")
        self.log = folder / "agent"
        self.pane = a_recorder(self.terminal, self.log)
        self.turn: Turn = a_turn(self.terminal, self.pane, words)._replace(keys=keys)
        self.bracketed = True
        self._clients: list[tuple[int, int]] = []

    def tmux(self, *command: str) -> str:
        """One tmux command; `{}` in it is the agent's pane."""
        return self.terminal.tmux(*(word.replace("{}", self.pane) for word in command))

    def bystander(self, agent_id: str = "", beside: bool = False) -> str:
        """Another recorder, in a window of its own or beside the agent."""
        log = self.folder / f"bystander{next(_NUMBERS)}"
        pane = a_recorder(self.terminal, log, agent_id or an_id("bystander"))
        if beside:
            self.tmux("join-pane", "-d", "-s", pane, "-t", "{}")
        return pane

    def become(self, program: str) -> None:
        """Another program takes the agent's place in its pane, and writes down its input."""
        path = self.folder / program
        path.symlink_to("/bin/cat")
        log = self.folder / f"bystander{next(_NUMBERS)}"
        recorder = RECORDER.replace("exec cat", f"exec {path}")
        argv = ("bash", "--norc", "-c", recorder, "bash", str(log))
        self.tmux("respawn-pane", "-k", "-t", "{}", *argv)
        command = ("display-message", "-p", "-t", "{}", "#{pane_current_command}")
        eventually(lambda: self.tmux(*command) == program)

    def draw(self, text: str) -> None:
        """Output of the agent, read by tmux before this returns."""
        number = f"drawing {next(_NUMBERS)}"
        tty = self.tmux("display-message", "-p", "-t", "{}", "#{pane_tty}")
        with open(tty, "w", encoding="utf-8") as screen:
            screen.write(f"{text}\x1b]2;{number}\x07")
        asked = ("display-message", "-p", "-t", "{}", "#{pane_title}")
        eventually(lambda: self.tmux(*asked) == number)

    def attach(self, *options: str) -> str:
        """A human's client at the server; its name."""
        pid, descriptor = pty.fork()
        if pid == 0:
            argv = ["tmux", "-u", "-S", self.terminal.socket, "attach", *options]
            os.execvpe(  # noqa: S606  # no shell is wanted
                "tmux", argv, {**os.environ, "TERM": "xterm-256color"}
            )
        self._clients.append((pid, descriptor))
        return eventually(
            lambda: self.tmux("list-clients", "-F", "#{client_name}").split("\n")[0]
        )

    def whole(self) -> str:
        """What the agent is given by the whole turn."""
        bytes_ = strokes(self.turn)
        if self.bracketed:
            return bytes_
        return bytes_.replace("\x1b[200~", "").replace("\x1b[201~", "")

    def typed(self) -> str:
        """What the agent was given."""
        return recorded(self.log)

    def strays(self) -> str:
        """What anybody else was given."""
        return "".join(map(recorded, sorted(self.folder.glob("bystander*"))))

    def settle(self) -> None:
        """Wait until what was typed, wherever it went, must have been written down."""
        time.sleep(0.05)

    def hide_socket(self) -> None:
        """The server lives on, and nobody can reach it until the scene is closed."""
        self._socket.rename(self._away)

    def close(self) -> None:
        """End the server and everything in it."""
        if self._away.exists():
            self._away.rename(self._socket)
        self.terminal.close()
        for pid, descriptor in self._clients:
            os.close(descriptor)
            os.waitpid(pid, 0)
