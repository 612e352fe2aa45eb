"""A laptop that gets another name on another network still reaches its agents."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core import host
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory import host_renamed
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from tests.team import NOWHERE, Team, a_team, a_team_in_panes, log_of
from tests.terminal import Ran, Terminal, cafleet, eventually, turns

FORMER = "laptop.cafe.example"


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_in_panes(registry, terminal, tmp_path, "alice")


@pytest.fixture
def send(team: Team, terminal: Terminal) -> Callable[..., Ran]:
    """Send to alice as the Director, from anywhere."""

    def from_somewhere(**environ: str) -> Ran:
        who = ("--session-id", team.session.session_id, "--agent-id", "Director")
        words = ("message", "send", "--to", "alice", "--text", "hello")
        return cafleet(terminal.registry, *who, *words, **environ)

    return from_somewhere


def rename(registry: Registry) -> None:
    """As if every agent had been placed while the machine had another name."""
    with registry.write():
        registry.execute("UPDATE agent_placements SET host = ?", (FORMER,))


def hosts(registry: Registry) -> set[str]:
    return {host for (host,) in registry.rows("SELECT host FROM agent_placements")}


def inside(terminal: Terminal, team: Team) -> dict[str, str]:
    assert team.director.placement is not None
    return terminal.inside(team.director.placement.tmux_pane_id or "")


def test_whoever_lives_in_the_same_tmux_server_reaches_the_agents(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    send: Callable[..., Ran],
) -> None:
    rename(registry)
    assert send(TMUX="").out.endswith("push: none (other_host)\n")
    assert send(**inside(terminal, team)).out.endswith("push: delivered\n")
    assert hosts(registry) == {host.host()}
    eventually(lambda: turns(log_of(tmp_path, "alice")))


def test_what_could_not_be_typed_meanwhile_is_typed_by_whoever_looks_after_it(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    send: Callable[..., Ran],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rename(registry)
    assert "other_host" in send(TMUX="").out
    for name, value in inside(terminal, team).items():
        monkeypatch.setenv(name, value)
    assert pending.settle(registry, PushRules()) == 1
    assert pending.settle(registry, PushRules()) == 0
    eventually(lambda: turns(log_of(tmp_path, "alice")))


def test_a_server_that_only_has_the_same_socket_and_pid_is_another(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    """As in two containers that share a registry."""
    rename(registry)
    with registry.write():
        registry.execute("UPDATE agent_placements SET tmux_server_started = 1")
    with closing(sqlite3.connect(registry.where, isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        registry.execute("PRAGMA busy_timeout=0")
        host_renamed.keep_agents(
            registry, inside(terminal, team)
        )  # has nothing to write
    assert hosts(registry) == {FORMER}


def test_only_the_agents_of_the_server_itself_are_taken_along(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    """Where another had its socket and pid before."""
    rename(registry)
    alice = team.others["alice"].agent_id
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET tmux_server_started = 1 WHERE agent_id = ?",
            (alice,),
        )
    host_renamed.keep_agents(registry, inside(terminal, team))
    placed = registry.rows("SELECT agent_id, host FROM agent_placements")
    assert dict(placed) == {
        team.director.agent_id: host.host(),
        alice: FORMER,
    }


def test_another_server_s_agents_are_left_where_they_are(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    a_team(registry, here=NOWHERE)
    rename(registry)
    host_renamed.keep_agents(registry, inside(terminal, team))
    assert hosts(registry) == {FORMER, host.host()}
    host_renamed.keep_agents(registry, {**os.environ, "TMUX": ""})
    assert hosts(registry) == {FORMER, host.host()}
