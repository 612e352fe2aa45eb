"""Where a recorded screen has no input box that is free nothing is typed; afterwards all of it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason
from tests.push import player
from tests.push.retries import settle_now
from tests.screens.corpus import Screen, recorded
from tests.team import a_team
from tests.terminal import Terminal, eventually

RULES = PushRules()
REASONS = {
    "waiting": "question",
    "busy": "busy",
    "draft": "draft",
    "covered": "covered",
    "limit": "limit",
    "failed": "failed",
    "suspended": "suspended",
}
AT_REST = {"claude": "finished-turn", "codex": "finished-turn", "opencode": "fresh"}
"""The agents that are played here; the other ones' screens are read without a pane."""

HINDERING = [
    screen
    for screen in recorded()
    if screen.agent in AT_REST
    and screen.expected in REASONS
    and screen.name.endswith("-120x40")
    and screen.text.strip()
    # a program that is stopped in a shell has that in front of it, and here none is below
    and not screen.name.startswith("suspended-suspended-in-a-shell")
]


@pytest.mark.parametrize(
    "screen",
    HINDERING,
    ids=lambda screen: f"{screen.agent}/{screen.version}/{screen.name}",
)
def test_it_waits_for_the_screen_to_be_at_rest(
    registry: Registry, terminal: Terminal, tmp_path: Path, screen: Screen
) -> None:
    notes = tmp_path / "typed"
    at_rest = screen._replace(name=f"idle-{AT_REST[screen.agent]}-120x40")
    files = [screen.path, at_rest.path]
    pane = terminal.pane(
        [sys.executable, player.__file__, str(notes), *map(str, files)],
        {"PYTHONPATH": os.getcwd()},
    )
    eventually(lambda: notes.exists() and terminal.screen(pane).strip())
    team = a_team(registry)
    agent = agents.register(
        *(registry, team.session, "alice", ""),
        here=terminal.here(pane),
        coding_agent=screen.agent,
    )
    sent = send.send(registry, team.director, [agent], "hello", rules=RULES)
    assert sent.deliveries[0][1] == PushResult(
        PushOutcome.HELD, PushReason(REASONS[screen.expected])
    )
    assert notes.read_bytes() == b""
    pid = terminal.tmux("display-message", "-p", "-t", pane, "#{pane_pid}")
    os.kill(int(pid), signal.SIGUSR1)
    eventually(lambda: settle_now(registry, RULES))
    eventually(lambda: notes.read_bytes().endswith(b"hello\r"))
    assert notes.read_bytes().count(b"[cafleet msg ") == 1
