"""The monitor on real panes: one watches, tells once, and is overtaken when it dies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import holder
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.supervision.monitor import Monitor
from cafleet_core.broker.team import create_member
from cafleet_core.config.rules import PushRules, Thresholds
from cafleet_core.requests import MemberRequest
from cafleet_core.storage import monitors
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import (
    PATIENCE,
    Terminal,
    cafleet,
    command_line,
    environment,
    eventually,
    turns,
)

IMPATIENT = """
from cafleet_core.storage import sqlite_file
sqlite_file.BUSY_SECONDS = 0.1
from cafleet_core.cli.main import main
main()
"""
ASKING = MemberRequest("reviewer", "", "standin", cwd="/")


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    """A Director that writes down its turns, and a member beside it."""
    team = a_team_in_panes(registry, terminal, tmp_path)
    team.others["reviewer"] = create_member.create(
        registry, team.caller(), ASKING
    ).agent
    return team


@pytest.fixture
def watcher(registry: Registry, team: Team) -> Iterator[Monitor]:
    made = a_monitor(registry, team)
    yield made
    made.release()


def a_monitor(registry: Registry, team: Team) -> Monitor:
    return Monitor(registry, team.session.session_id, PushRules(), Thresholds())


def pane_of(team: Team, name: str) -> str:
    agent = team.director if name == "Director" else team.others[name]
    assert agent.placement is not None
    return agent.placement.tmux_pane_id or ""


def told(logs: Path) -> list[str]:
    return turns(log_of(logs, "Director"))


def test_a_lost_member_is_told_once(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    watcher: Monitor,
    tmp_path: Path,
) -> None:
    assert watcher.tick().wake is None, "nothing to act on, nothing typed"
    terminal.tmux("kill-pane", "-t", pane_of(team, "reviewer"))
    line = eventually(lambda: watcher.tick().wake)
    assert "reviewer is gone: pane gone" in (line or "")
    eventually(lambda: told(tmp_path) == [line])
    assert [watcher.tick().wake for _ in range(3)] == [None] * 3
    assert told(tmp_path) == [line]


def test_another_monitor_does_not_repeat_what_was_told(
    registry: Registry, terminal: Terminal, team: Team, watcher: Monitor
) -> None:
    terminal.tmux("kill-pane", "-t", pane_of(team, "reviewer"))
    eventually(lambda: watcher.tick().wake)
    watcher.release()
    second = a_monitor(registry, team)
    tick = second.tick()
    assert (tick.watching, tick.wake) == (True, None)
    second.release()


def test_only_one_watches_until_it_gives_no_sign_any_more(
    registry: Registry, team: Team, watcher: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert watcher.tick().watching
    second = a_monitor(registry, team)
    assert not second.tick().watching
    monkeypatch.setattr(holder, "STALE_SECONDS", -1.0)
    assert second.tick().watching, "the first has given no sign for too long"
    second.release()


def test_it_gives_few_signs_for_every_one_wakes_whoever_follows(
    registry: Registry, watcher: Monitor
) -> None:
    follower = open_registry(registry.url)

    def wakes_nobody() -> bool:
        before = follower.data_version()
        watcher.tick()
        return follower.data_version() == before

    eventually(wakes_nobody)
    follower.close()


def test_a_director_that_is_writing_is_not_interrupted(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    watcher: Monitor,
    tmp_path: Path,
) -> None:
    director = pane_of(team, "Director")
    terminal.keys(director, "-l", "let me think")
    eventually(lambda: "❯ let me think" in terminal.screen(director))
    terminal.tmux("kill-pane", "-t", pane_of(team, "reviewer"))
    eventually(
        lambda: (
            watcher.tick().readings[team.others["reviewer"].agent_id].state == "dead"
        )
    )
    assert watcher.tick().wake is None
    assert "❯ let me think" in terminal.screen(director)
    terminal.keys(director, "C-c")
    eventually(lambda: watcher.tick().wake)
    eventually(lambda: len(told(tmp_path)) == 1)


def test_the_command_outlasts_a_registry_that_is_busy_for_long(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    session = ("--session-id", team.session.session_id)
    running = subprocess.Popen(
        [sys.executable, "-c", IMPATIENT, *session, "monitor", "--interval", "0.1"],
        env=environment(terminal.registry),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stderr is not None
    with closing(running.stdout), closing(running.stderr):
        eventually(lambda: registry.rows("SELECT * FROM monitors"))
        with registry.write():
            terminal.tmux("kill-pane", "-t", pane_of(team, "reviewer"))
            assert "is busy" in running.stderr.readline()
        assert running.stdout.readline().startswith("[cafleet] reviewer is gone")
        running.terminate()
        assert "Trying again" not in running.stderr.read(), "said once"
    assert running.wait(PATIENCE) == 0


def test_the_command_watches_alone_and_ends_when_asked(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    terminal.tmux("kill-pane", "-t", pane_of(team, "reviewer"))
    session = ("--session-id", team.session.session_id)
    once = cafleet(terminal.registry, *session, "monitor", "--once")
    assert (once.code, once.err) == (0, "")
    assert once.out.startswith("[cafleet] reviewer is gone")
    running = terminal.pane(command_line(*session, "monitor"))

    def refused() -> bool:
        return cafleet(terminal.registry, *session, "monitor", "--once").code == 1

    eventually(refused)
    terminal.keys(running, "C-c")
    eventually(lambda: not refused())


def test_a_member_never_heard_of_is_told_once_in_its_life(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    session_id = team.session.session_id
    impatient = Thresholds(unheard_after=1)
    watcher = Monitor(registry, session_id, PushRules(), impatient)
    line = eventually(lambda: watcher.tick().wake)
    assert "reviewer has not sent, read or acked anything" in (line or "")
    terminal.tmux("kill-pane", "-t", pane_of(team, "reviewer"))
    assert "is gone" in (eventually(lambda: watcher.tick().wake) or "")
    watcher.release()
    told_of = {condition for _, condition in monitors.told(registry, session_id)}
    assert told_of == {"unheard", "dead"}, (
        "what is over may be told again, but for this"
    )
