"""The loop that only delivers: real processes that live, are overtaken, and end when they should."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.delivery import work
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision import delivery_loop
from cafleet_core.broker.supervision.claim import SIGN_SECONDS, Claim
from cafleet_core.broker.supervision.delivery_loop import DeliveryLoop
from cafleet_core.config.rules import PushRules
from cafleet_core.states import Watcher
from tests.loops import bodies, cpu_seconds, rest, watcher, write
from tests.team import Team, a_team_in_panes
from tests.terminal import (
    Terminal,
    cafleet,
    command_line,
    environment,
    eventually,
)

RULES = PushRules()
HURRIED = """
from cafleet_core.storage import sqlite_file
from cafleet_core.broker.supervision import delivery_loop
sqlite_file.BUSY_SECONDS = 0.1
delivery_loop.LINGER_SECONDS = {linger}
from cafleet_core.cli.main import main
main()
"""
KILLS = 8


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_in_panes(registry, terminal, tmp_path, "alice")


def send(registry: Registry, team: Team, text: str) -> None:
    messages.send(registry, team.director, [team.others["alice"]], text, rules=RULES)


@contextmanager
def running(
    terminal: Terminal, team: Team, *program: str
) -> Iterator[subprocess.Popen[str]]:
    """A loop as a process of its own; what it prints is on its standard error."""
    argv = [sys.executable, *program] if program else command_line()
    words = ("monitor", "--only-deliver", "--session-id", team.session.session_id)
    process = subprocess.Popen(
        [*argv, *words],
        env=environment(terminal.registry),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def hurried(linger: float = 60) -> tuple[str, str]:
    return "-c", HURRIED.format(linger=linger)


def said(process: subprocess.Popen[str]) -> str:
    """Everything that a loop that ends printed."""
    return process.communicate(timeout=20)[1]


def test_it_ends_when_nothing_has_been_owed_for_a_while(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    write(terminal, team)
    send(registry, team, "later")
    with running(terminal, team, *hurried(linger=1)) as loop:
        eventually(lambda: watcher(registry, team) == Watcher.LOOP)
        time.sleep(1.5)
        assert loop.poll() is None, "something is owed"
        rest(terminal, team)
        assert "Nothing is left to deliver." in said(loop)
        assert loop.returncode == 0
    assert bodies(tmp_path) == ["later"]
    (task,) = inbox.poll(registry, team.others["alice"])
    assert task.submitted_at is not None
    assert watcher(registry, team) is None


def test_at_rest_it_costs_next_to_nothing(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    with running(terminal, team) as loop:
        eventually(lambda: watcher(registry, team) == Watcher.LOOP)
        before = cpu_seconds(loop.pid)
        time.sleep(3)
        assert cpu_seconds(loop.pid) - before < 0.15


def test_it_tries_again_as_soon_as_the_agent_does_something_else(
    registry: Registry, terminal: Terminal, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_loop, "LOOK_SECONDS", 0.0)
    write(terminal, team)
    send(registry, team, "later")
    loop = DeliveryLoop(registry, team.session.session_id, RULES)
    loop.step()
    with registry.write():
        later = clock.stamp(clock.now() + timedelta(seconds=200))
        registry.execute("UPDATE tasks SET push_next_at = ?", (later,))
    loop.step()
    rest(terminal, team)
    eventually(
        lambda: loop.step() and not work.left(registry, team.session.session_id).held
    )
    loop.release()


def test_whoever_wakes_the_director_takes_its_place(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    with running(terminal, team) as loop:
        eventually(lambda: watcher(registry, team) == Watcher.LOOP)
        room = Claim(registry, team.session.session_id, Watcher.ROOM)
        assert room.keep()
        loop.wait(SIGN_SECONDS / 2)
        assert "Another process delivers." in said(loop)
        assert loop.returncode == 0
    assert watcher(registry, team) == Watcher.ROOM
    with running(terminal, team) as second:
        assert "Another process delivers." in said(second)
    room.release()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM])
def test_one_that_is_killed_or_stopped_is_overtaken_at_once(
    registry: Registry, terminal: Terminal, team: Team, ending: signal.Signals
) -> None:
    with running(terminal, team) as loop:
        eventually(lambda: watcher(registry, team) == Watcher.LOOP)
        loop.send_signal(ending)
        eventually(lambda: watcher(registry, team) is None, seconds=3)
        second = Claim(registry, team.session.session_id, Watcher.LOOP)
        assert second.keep()
        if ending == signal.SIGSTOP:
            loop.send_signal(signal.SIGCONT)
            assert "Another process delivers." in said(loop)
        second.release()


def test_it_ends_with_its_session(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    with running(terminal, team) as loop:
        eventually(lambda: watcher(registry, team) == Watcher.LOOP)
        sessions.delete(registry, team.session.session_id)
        assert "The session is deleted." in said(loop)
        assert loop.returncode == 0


def test_it_outlasts_a_registry_that_is_busy_for_long(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    write(terminal, team)
    send(registry, team, "later")
    with running(terminal, team, *hurried()) as loop:
        assert loop.stderr is not None
        assert "Delivering." in loop.stderr.readline()
        with registry.write():
            registry.execute("UPDATE tasks SET push_next_at = created_at")
            rest(terminal, team)
            assert "Trying again" in loop.stderr.readline()
        eventually(lambda: bodies(tmp_path) == ["later"])


def test_it_goes_on_where_its_log_is_full(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    write(terminal, team)
    send(registry, team, "later")
    with open("/dev/full", "w") as full:
        loop = subprocess.Popen(
            command_line(
                "monitor", "--only-deliver", "--session-id", team.session.session_id
            ),
            env=environment(terminal.registry),
            stdout=full,
            stderr=full,
        )
    eventually(lambda: watcher(registry, team) == Watcher.LOOP)
    rest(terminal, team)
    eventually(lambda: bodies(tmp_path) == ["later"])
    loop.terminate()
    assert loop.wait(20) == 0


def test_a_tmux_server_that_is_away_for_a_while_is_awaited(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    away = f"{terminal.socket}.away"
    write(terminal, team)
    send(registry, team, "later")
    with running(terminal, team, *hurried()) as loop:
        eventually(lambda: watcher(registry, team) == Watcher.LOOP)
        os.rename(terminal.socket, away)
        time.sleep(4)
        os.rename(away, terminal.socket)
        rest(terminal, team)
        eventually(lambda: bodies(tmp_path) == ["later"], seconds=10)
        assert loop.poll() is None


def test_killed_at_any_moment_it_loses_and_doubles_nothing(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    chance = random.Random(7)  # noqa: S311  # not for secrets
    sent = [f"number {n}" for n in range(KILLS)]

    def killed_in_time(text: str, most: float) -> bool:
        """Whether the loop, killed within so many seconds of its beginning, had typed by then."""
        with running(terminal, team, *hurried()) as loop:
            eventually(lambda: watcher(registry, team) == Watcher.LOOP)
            time.sleep(chance.random() * most)
            loop.kill()
        with registry.write():
            due = "push_claimed_until = NULL, push_next_at = created_at"
            registry.execute(f"UPDATE tasks SET {due} WHERE push_next_at IS NOT NULL")
        return text in bodies(tmp_path)

    for text in sent:
        write(terminal, team)
        send(registry, team, text)
        rest(terminal, team)
        # a busy machine takes longer, and the kills come later with each try
        assert any(killed_in_time(text, tries / 5) for tries in range(1, 20))
    assert bodies(tmp_path) == sent


def test_by_hand_it_delivers_once(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    write(terminal, team)
    send(registry, team, "later")
    rest(terminal, team)
    with registry.write():
        registry.execute("UPDATE tasks SET push_next_at = created_at")
    words = ("monitor", "--only-deliver", "--once", "--session-id")
    assert cafleet(terminal.registry, *words, team.session.session_id).code == 0
    eventually(lambda: bodies(tmp_path) == ["later"])
