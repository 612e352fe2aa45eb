"""Run a command line that is killed or stopped just before its step number so and so.

A step is a call of tmux, a commit, or a change in the registry's folder.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.terminal import Terminal, environment, eventually

_PROGRAM = """
import os, signal, sys
from cafleet_core.cli import main
from cafleet_core.panes.tmux import client, launch
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.team import cleanup
from cafleet_core.storage import sqlite

import cafleet_core.cli.commands

left, sent, report = 0, 0, 0

def before(owner, name, counts=lambda *_: True):
    real = getattr(owner, name)
    def stepping(*args, **kwargs):
        global left
        if counts(*args):
            if not left:
                os.write(report, f"at {name}\\n".encode())
                os.kill(os.getpid(), sent)
            left -= 1
        return real(*args, **kwargs)
    setattr(owner, name, stepping)

before(client, "_asked")
before(sqlite.SqliteRegistry, "execute", lambda _self, sql, *_: sql in ("COMMIT", "VACUUM"))
before(sqlite.SqliteRegistry, "copy_to")
before(launch, "write_order")
before(cleanup, "forget")
before(maintenance.os, "link")
"""

_ONCE = """
left, sent, report = int(sys.argv[1]), int(sys.argv[2]), 2
os._exit(main.run(sys.argv[3:]))
"""

_EACH = """
sent = signal.SIGKILL
for line in sys.stdin:
    read, report = os.pipe()
    left = int(line)
    if not (pid := os.fork()):
        os._exit(main.run(sys.argv[1:]))
    os.close(report)
    os.waitpid(pid, 0)
    print(os.read(read, 100).decode().strip(), flush=True)
    os.close(read)
"""
"""Runs the command line anew for each number on its input, killed at that step; prints the step.

A fork each, because an interpreter's start takes longer than all of a command's steps.
"""


class Interrupted:
    """A command line that was sent a signal at one of its steps, and at which."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stderr is not None
        self.step = process.stderr.readline().strip()

    @property
    def reached(self) -> bool:
        """Whether the command had so many steps."""
        return self.step.startswith("at ")


@contextmanager
def at_step(
    number: int,
    registry_path: Path | str,
    *arguments: str,
    sent: signal.Signals = signal.SIGKILL,
    inside: tuple[Terminal, str] | None = None,
) -> Iterator[Interrupted]:
    """The command line, interrupted; it has ended afterwards, whatever was sent."""
    extra = inside[0].inside(inside[1]) if inside else {}
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", _PROGRAM + _ONCE),
            *(str(number), str(int(sent)), *arguments),
        ],
        env=environment(registry_path, **extra),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        interrupted = Interrupted(process)
        if sent == signal.SIGSTOP and interrupted.reached:
            eventually(lambda: _state(process.pid) == "T")
        elif sent == signal.SIGKILL:
            process.wait(60)
        yield interrupted
    finally:
        process.kill()
        process.communicate()


def killed_at_each_step(
    registry: Path | str,
    *arguments: str,
    inside: tuple[Terminal, str] | None = None,
    first: int = 0,
    every: int = 1,
) -> Iterator[str]:
    """Kill the command line at its step `first`, then anew at a later one, and so on; each step."""
    extra = inside[0].inside(inside[1]) if inside else {}
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM + _EACH, *arguments],
        env=environment(registry, **extra),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as each:
        assert each.stdin is not None
        assert each.stdout is not None
        for number in count(first, every):
            each.stdin.write(f"{number}\n")
            each.stdin.flush()
            step = each.stdout.readline().strip()
            if not step.startswith("at "):
                return
            yield f"{number} {step}"


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
