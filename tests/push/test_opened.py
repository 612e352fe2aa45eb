"""What an agent has opened in its own terminal takes the keys, whatever the screen goes on showing."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import answer
from cafleet_core.errors import Refused
from cafleet_core.panes.reading import opened, process_tree, secret
from cafleet_core.panes.reading.look import look
from cafleet_core.process import started
from cafleet_core.records import Agent, PushResult
from cafleet_core.states import PushOutcome, PushReason
from tests.push.stage import AT_REST, CHOICE
from tests.screens.corpus import HERE
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually

COVERED = PushResult(PushOutcome.HELD, PushReason.COVERED)
DELIVERED = PushResult(PushOutcome.DELIVERED)

AN_AGENT = """
import os, signal, subprocess, sys, termios, threading, tty
from pathlib import Path
from tests.push import player

screen, how, *argv = sys.argv[1:]

def opens(*_):
    stdin = subprocess.PIPE if how == "piped" else None
    children.append(subprocess.Popen(argv, stdin=stdin))

def opens_in_a_thread(*_):
    thread = threading.Thread(target=lambda: (opens(), children[-1].wait()))
    thread.start()

def asks_for_a_password(*_):
    modes = termios.tcgetattr(0)
    modes[3] = (modes[3] | termios.ICANON) & ~termios.ECHO
    termios.tcsetattr(0, termios.TCSANOW, modes)

def opens_on_a_blank_screen(*_):
    os.write(1, b"\\x1b[2J\\x1b[H\\x1b]2;\\x07")
    opens()

children = []
tty.setraw(0)
player.show(screen)
ways = {
    "in a thread": opens_in_a_thread,
    "blank": opens_on_a_blank_screen,
    "password": asks_for_a_password,
}
signal.signal(signal.SIGUSR1, ways.get(how, opens))
while True:
    signal.pause()
"""
"""A program that shows a recorded screen, and opens another over itself when it is signalled."""

OPENCODE = "opencode/1.18.33/idle-finished-turn"
NO_BOX = "claude/2.1.332/covered-editor-nano"

LONG_AGO = 1.0
"""Seconds after which what a program starts is nothing that it is a wrapper for."""


class Opener(NamedTuple):
    """An agent that has begun long ago, and can be told to open its program."""

    registry: Registry
    team: Team
    agent: Agent
    pid: int

    def opens(self) -> None:
        os.kill(self.pid, signal.SIGUSR1)
        eventually(lambda: process_tree.children(self.pid))

    def closes(self) -> None:
        for child in process_tree.children(self.pid):
            os.kill(child, signal.SIGKILL)

    def sent(self) -> PushResult:
        to = [self.agent]
        return send.send(self.registry, self.team.director, to, "hello").deliveries[0][
            1
        ]


Opening = Callable[..., Opener]


@pytest.fixture
def opener(registry: Registry, terminal: Terminal) -> Opening:
    """Starts an agent that shows a recorded screen and opens `sleep`."""
    team = a_team(registry)

    def starts(
        screen: str = AT_REST, how: str = "", coding_agent: str = "claude"
    ) -> Opener:
        path = str(HERE / f"{screen}-120x40.txt")
        argv = [sys.executable, "-c", AN_AGENT, path, how, "sleep", "600"]
        pane = terminal.pane(argv, {"PYTHONPATH": os.getcwd()})
        eventually(lambda: terminal.screen(pane).strip())
        here = terminal.here(pane)
        agent = agents.register(
            *(registry, team.session, "worker", ""),
            here=here,
            coding_agent=coding_agent,
        )
        eventually(lambda: seconds_old(here.pane.pid) > LONG_AGO)
        return Opener(registry, team, agent, here.pane.pid)

    return starts


def seconds_old(pid: int) -> float:
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return uptime - int(started(pid)) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("coding_agent", ["claude", "unknown"])
@pytest.mark.parametrize("how", ["", "in a thread"])
def test_nothing_is_typed_into_it(opener: Opening, coding_agent: str, how: str) -> None:
    agent = opener(how=how, coding_agent=coding_agent)
    agent.opens()
    assert agent.sent() == COVERED
    reading = look([agent.agent])[agent.agent.agent_id]
    assert reading.evidence == "sleep, which it has opened, takes the keys"
    agent.closes()
    eventually(lambda: agent.sent() == DELIVERED)


def test_one_that_cleared_its_screen_for_it_is_not_suspended(
    opener: Opening, terminal: Terminal
) -> None:
    agent = opener(OPENCODE, "blank", "opencode")
    agent.opens()
    assert agent.agent.placement is not None
    pane = agent.agent.placement.tmux_pane_id or ""
    eventually(lambda: not terminal.screen(pane).strip())
    assert agent.sent() == COVERED


def test_no_answer_is_given_to_what_it_shows(opener: Opening) -> None:
    agent = opener(CHOICE)
    agent.opens()
    with pytest.raises(Refused, match="no question is on the screen"):
        answer.choose(agent.registry, agent.team.caller(), agent.agent, 1)


def test_no_message_becomes_a_password(opener: Opening) -> None:
    agent = opener(NO_BOX, "password", "unknown")
    os.kill(agent.pid, signal.SIGUSR1)
    eventually(lambda: secret.is_asked_for(agent.pid))
    assert agent.sent() == COVERED


def test_what_reads_elsewhere_is_no_matter(opener: Opening) -> None:
    agent = opener(how="piped")
    agent.opens()
    assert agent.sent() == DELIVERED


def test_what_bears_the_agents_name_is_the_agent_behind_a_wrapper(
    opener: Opening,
) -> None:
    agent = opener()
    agent.opens()
    assert opened.program(agent.pid, ("sleep",)) == ""


def test_what_was_started_at_once_is_the_agent_behind_a_wrapper(
    terminal: Terminal,
) -> None:
    pane = terminal.pane(["sh", "-c", "sleep 600; true"])
    pid = terminal.here(pane).pane.pid
    eventually(lambda: process_tree.children(pid))
    assert opened.program(pid, ()) == ""


def test_what_a_launcher_starts_is_the_agent(
    terminal: Terminal, tmp_path: Path
) -> None:
    launcher = tmp_path / "npx"
    launcher.symlink_to("/bin/bash")
    pane = terminal.pane([str(launcher), "-c", "read -t 1.5; sleep 600; true"])
    pid = terminal.here(pane).pane.pid
    eventually(lambda: process_tree.children(pid))
    assert seconds_old(pid) > LONG_AGO
    assert opened.program(pid, ()) == ""
