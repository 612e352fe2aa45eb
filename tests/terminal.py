"""Run real processes for tests: a private tmux server, its panes, the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from cafleet_core import host, ids
from cafleet_core.panes.tmux import facts, servers
from cafleet_core.panes.tmux.facts import Here

Seen = TypeVar("Seen")

HOST_ID = ids.new()
"""The host that all tests of this process run on, whatever their state folders."""

PATIENCE = 20.0
"""Seconds to wait for a condition on a busy machine."""


def eventually(look: Callable[[], Seen], seconds: float = PATIENCE) -> Seen:
    """Call `look` until its result is true, and return it; fail with the last result."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"still {seen!r} after {seconds:g} s")
        time.sleep(0.02)
    return seen


class Ran(NamedTuple):
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The output parsed as JSON."""
        return json.loads(self.out)

    @property
    def refusal(self) -> tuple[int, str, str]:
        """The command, of its error only what is the case, without the way out below it."""
        return self.code, self.out, self.err.partition("\n")[0] + "\n"

    @property
    def error(self) -> Any:
        """The error object in the output with `--json`."""
        return json.loads(self.err)["error"]


def command_line(*arguments: str) -> list[str]:
    """The argument list of a `cafleet` call in this environment."""
    return [sys.executable, "-m", "cafleet_core", *arguments]


def environment(registry: Path | str, **extra: str) -> dict[str, str]:
    """The environment of a process that uses a registry, by file or URL, outside tmux."""
    if isinstance(registry, str):
        return {**os.environ, "CAFLEET_DATABASE_URL": registry, **extra}
    own = {
        "CAFLEET_DATABASE_URL": f"sqlite:///{registry}",
        "XDG_STATE_HOME": str(this_host_in(registry.parent / "state")),
    }
    return {**os.environ, **own, **extra}


def this_host_in(state: Path) -> Path:
    """A state folder of this run's one host; whatever has another is another host."""
    folder = state / "cafleet"
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    kept = folder / host.file_name()
    if not kept.exists():  # in one step: a process that finds it empty makes an id
        new = folder / f"{ids.new()}.new"
        new.write_text(f"{HOST_ID}\n")
        new.rename(kept)
    return state


def cafleet(
    registry: Path | str, *arguments: str, stdin: str = "", **extra: str
) -> Ran:
    """Run `cafleet` as a process, outside tmux unless `extra` has its variables."""
    done = subprocess.run(
        command_line(*arguments),
        env=environment(registry, **extra),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def begun(registry: Path | str, *arguments: str, **extra: str) -> subprocess.Popen[str]:
    """Start `cafleet` as a process, outside tmux unless `extra` has its variables."""
    return subprocess.Popen(
        command_line(*arguments),
        env=environment(registry, **extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def in_shell(line: str, folder: Path, variables: Mapping[str, str]) -> Ran:
    """Run a line of shell in a folder with these variables alone."""
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


class Terminal:
    """A tmux server on a private socket; the processes in its panes use one registry."""

    def __init__(
        self,
        socket: Path,
        registry: Path | str,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.socket = str(socket)
        self.registry = registry
        self.environ = environ
        self.first = self.tmux(
            *("-f", "/dev/null", "new-session", "-d", "-s", "main"),
            *("-x", "160", "-y", "50", "-P", "-F", "#{pane_id}", "sleep", "infinity"),
        )

    def tmux(self, *arguments: str) -> str:
        """Run a tmux command; its output."""
        done = subprocess.run(
            ["tmux", "-u", "-S", self.socket, *arguments],
            env=self.environ or environment(self.registry),
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        return done.stdout.rstrip("\n")

    def pane(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> str:
        """Open a window with one pane that runs `argv`; the pane's id."""
        settings = [
            part for pair in (env or {}).items() for part in ("-e", "=".join(pair))
        ]
        return self.tmux(
            *("new-window", "-d", "-P", "-F", "#{pane_id}", *settings, "--", *argv)
        )

    def shell(self) -> str:
        """Open a pane with a plain shell; its id."""
        pane = self.pane(["bash", "--norc", "--noprofile", "-i"])
        eventually(lambda: "$" in self.screen(pane) or "#" in self.screen(pane))
        return pane

    def standin(self, log: Path, behaviour: str = "quiet", name: str = "agent") -> str:
        """Open a pane with a stand-in that logs its turns to `log`; the pane's id."""
        standin = [sys.executable, "-m", "cafleet_core.demo.standin"]
        pane = self.pane(
            [*standin, "--name", name, "--behaviour", behaviour, "--log", str(log)]
        )
        eventually(lambda: "❯" in self.screen(pane))
        return pane

    def screen(self, pane: str) -> str:
        """The visible text of a pane."""
        return self.tmux("capture-pane", "-p", "-t", pane)

    def screens(self) -> str:
        """The visible text of every pane, for a report; why there is none, if none can be had."""
        try:
            panes = self.tmux("list-panes", "-a", "-F", "#{pane_id}").splitlines()
            return "\n".join(f"{pane}:\n{self.screen(pane)}" for pane in panes)
        except subprocess.SubprocessError as error:
            return str(error)

    def draw(self, pane: str, screen: str) -> None:
        """Write a screen to a pane's terminal, as the program in it does."""
        tty = self.tmux("display-message", "-p", "-t", pane, "#{pane_tty}")
        drawn = "\x1b[2J\x1b[H" + screen.replace("\n", "\r\n")
        Path(tty).write_bytes(drawn.encode())
        eventually(lambda: self.screen(pane).strip() == screen.strip())

    def keys(self, pane: str, *keys: str) -> None:
        """Press keys in a pane, by tmux's names for them."""
        self.tmux("send-keys", "-t", pane, *keys)

    def here(self, pane: str) -> Here:
        """The pane as a process inside it describes it."""
        return Here(self.socket, facts.panes(self.socket)[pane])

    def inside(self, pane: str) -> dict[str, str]:
        """The tmux variables of a process in this pane."""
        pid = self.tmux("display-message", "-p", "#{pid}")
        return {"TMUX": f"{self.socket},{pid},0", "TMUX_PANE": pane}

    def close(self) -> None:
        """End the server with all its panes, and wait until its process has ended."""
        tmux = ("tmux", "-S", self.socket)
        pid = subprocess.run(
            [*tmux, "display-message", "-p", "#{pid}"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
        subprocess.run([*tmux, "kill-server"], capture_output=True, check=False)
        if pid.isdigit():
            eventually(lambda: servers.ended(int(pid)))


def turns(log: Path) -> list[str]:
    """The turns in a stand-in's log, in order."""
    if not log.exists():
        return []
    return [json.loads(line)["turn"] for line in log.read_text("utf-8").splitlines()]
