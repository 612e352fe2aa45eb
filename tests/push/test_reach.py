"""A process whose own tmux is of no use leaves a team to those who can type to it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision import delivery_loop
from cafleet_core.broker.supervision.delivery_loop import DeliveryLoop
from cafleet_core.broker.supervision.monitor import Monitor
from cafleet_core.config.rules import PushRules, Thresholds
from cafleet_core.panes.tmux import client
from cafleet_core.states import Watcher
from tests.loops import bodies, rest, watcher, write
from tests.team import Team, a_team_in_panes
from tests.terminal import Terminal, eventually

RULES = PushRules()
BROKEN = {
    "another program": "exit 0",
    "says nothing known": "echo 'cannot load libevent.so' >&2; exit 127",
    "is killed": "kill -9 $$",
    "hangs": "exec sleep 61",
    "of another version": "echo 'protocol version mismatch (client 8, server 7)' >&2; exit 1",
    "not let through": "echo 'error connecting to x (Permission denied)' >&2; exit 1",
}
Breaking = Callable[[str], None]


@pytest.fixture
def team(
    registry: Registry,
    terminal: Terminal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Team:
    """Alice, who is writing, and a message that is held for her; patience is short."""
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    write(terminal, team)
    send.send(registry, team.director, [team.others["alice"]], "later", rules=RULES)
    monkeypatch.setattr(client, "TIMEOUT", 1.0)
    monkeypatch.setattr(delivery_loop, "LOOK_SECONDS", 0.0)
    return team


@pytest.fixture
def tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Breaking]:
    """Has this process, until the end of the test or told otherwise, another tmux on its PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def becomes(program: str) -> None:
        written = folder / "new"
        written.write_text(f"#!/bin/sh\n{program}\n")
        written.chmod(0o755)
        written.rename(folder / "tmux")

    with monkeypatch.context() as patched:
        patched.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        yield becomes


def a_loop(registry: Registry, team: Team) -> DeliveryLoop:
    return DeliveryLoop(registry, team.session.session_id, RULES)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_loop_with_a_broken_tmux_gives_way_to_one_with_a_sound_one(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    tmux: Breaking,
    broken: str,
) -> None:
    first = a_loop(registry, team)
    tmux(BROKEN[broken])
    assert not first.step()
    assert "tmux" in first.ended
    first.release()
    assert watcher(registry, team) is None
    (tmp_path / "bin/tmux").unlink()
    second = a_loop(registry, team)
    assert second.step()
    rest(terminal, team)
    eventually(lambda: second.step() and bodies(tmp_path) == ["later"])
    second.release()


@pytest.mark.parametrize("broken", ["another program", "of another version"])
def test_one_whose_tmux_breaks_later_gives_way_too(
    registry: Registry, team: Team, tmux: Breaking, broken: str
) -> None:
    loop = a_loop(registry, team)
    assert loop.step()
    tmux(BROKEN[broken])
    eventually(lambda: not loop.step())
    assert "tmux" in loop.ended
    loop.release()


def test_one_whose_tmux_is_removed_gives_way_too(
    registry: Registry, team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = a_loop(registry, team)
    assert loop.step()
    with monkeypatch.context() as patched:
        patched.setenv("PATH", str(tmp_path))
        eventually(lambda: not loop.step())
    assert loop.ended == "tmux is not on PATH."
    loop.release()


def test_a_server_that_hangs_for_everybody_is_awaited(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    loop = a_loop(registry, team)
    assert loop.step()
    pid = int(terminal.tmux("display-message", "-p", "#{pid}"))
    os.kill(pid, signal.SIGSTOP)
    try:
        assert [loop.step(), loop.step()] == [True, True]
    finally:
        os.kill(pid, signal.SIGCONT)
    assert watcher(registry, team) == Watcher.LOOP
    loop.release()


def test_a_monitor_watches_again_once_its_tmux_is_mended(
    registry: Registry, team: Team, tmp_path: Path, tmux: Breaking
) -> None:
    monitor = Monitor(registry, team.session.session_id, RULES, Thresholds())
    assert monitor.tick().watching
    tmux(BROKEN["another program"])
    tick = monitor.tick()
    assert (tick.watching, watcher(registry, team)) == (False, None)
    assert tick.refusal is not None
    (tmp_path / "bin/tmux").unlink()
    assert monitor.tick().watching
    monitor.release()
