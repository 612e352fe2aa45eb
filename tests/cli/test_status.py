"""`status`: one line that a human, a script or tmux's status line shows."""

from __future__ import annotations

import shlex
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from cafleet_core import clock, host
from cafleet_core.broker.delivery import holder
from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.states import Watcher
from cafleet_core.storage import monitors
from tests.cli.conftest import Prompt
from tests.cli.test_start_up import HEAVY, imported
from tests.team import NOWHERE, Team, a_team
from tests.terminal import Terminal, command_line, eventually

HOSTILE = (
    *("#(touch pwned)", "50% #{pane_id} %H", "#[fg=red]x", "###[bg=blue]y"),
    *("#{l:a},#{?1,b,c}", "#"),
)


def shows_a_question(registry: Registry, team: Team, name: str) -> None:
    """As the monitor would have left it."""
    agent = team.caller(name).agent
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET pane_state = 'waiting' WHERE agent_id = ?",
            (agent.agent_id,),
        )
    watched(registry, team)


def watched(registry: Registry, team: Team) -> None:
    """A monitor has given a sign just now."""
    monitor = holder.this_process(Watcher.MONITOR)
    where = (registry, team.session.session_id, host.host_id())
    with registry.write():
        monitors.hold(*where, monitor.text(), clock.stamp())


def hire(registry: Registry, team: Team, name: str) -> None:
    """An agent with a pane."""
    team.others[name] = agents.register(
        registry, team.session, name, "d", here=NOWHERE, coding_agent="standin"
    )


def shows(terminal: Terminal, pane: str, words: str) -> bool:
    return words in terminal.screen(pane)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    then = clock.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: then)


def test_where_nothing_waits_it_says_so_and_tmux_shows_nothing(
    cli: Prompt, team: Team
) -> None:
    assert cli("status") == (0, "a test: Nothing waits.\n", "")
    assert cli("status", "--tmux") == (0, "\n", "")
    nobody = {"by": None, "pid": None, "held": 0}
    nothing = {
        "waiting": [],
        "unable": [],
        "unacked": 0,
        "quiet": [],
        "delivery": [{"session_id": team.session.session_id, **nobody}],
    }
    assert cli("status", "--json").document == nothing


def test_it_tells_who_waits_what_is_unacked_and_who_is_quiet(
    cli: Prompt, registry: Registry, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("w1", "w2", "w3", "w4"):
        hire(registry, team, name)
        shows_a_question(registry, team, name)
    bob = team.caller("bob").agent
    send.send(registry, team.director, [bob, team.caller("w1").agent], "hello")
    who = ("--session-id", team.session.session_id)
    assert cli("status", *who).out == "a test: 4 wait: w1, w2, w3, +1 · 2 unacked\n"
    later(monkeypatch, 179)
    watched(registry, team)
    assert "quiet" not in cli("status", *who).out
    later(monkeypatch, 2)
    watched(registry, team)
    ran = cli("status", *who)
    assert ran.out == "a test: 4 wait: w1, w2, w3, +1 · 2 unacked · 1 quiet: bob\n"
    document = cli("status", *who, "--json").document
    assert [member["name"] for member in document["waiting"]] == [
        "w1",
        "w2",
        "w3",
        "w4",
    ]
    assert document["quiet"] == [
        {
            "session_id": team.session.session_id,
            "agent_id": bob.agent_id,
            "name": "bob",
            "state": None,
            "since": None,
        }
    ]


def test_where_nobody_watches_it_looks_at_the_panes_itself(
    cli: Prompt, registry: Registry, terminal: Terminal
) -> None:
    asks = (
        "printf 'Do you want to proceed?\\n ❯ 1. Yes\\n   2. No\\n'; exec -a claude cat"
    )
    pane = terminal.pane(["bash", "-c", asks])
    team = a_team(registry)
    team.others["ann"] = agents.register(
        *(registry, team.session, "ann", "d"),
        here=terminal.here(pane),
        coding_agent="claude",
    )
    eventually(lambda: shows(terminal, pane, "2. No"))
    assert cli("status").out == "a test: 1 waits: ann\n"
    watched(registry, team)
    assert cli("status").out == "a test: Nothing waits.\n"


def test_without_a_session_it_is_about_all_live_ones(
    cli: Prompt, registry: Registry, team: Team
) -> None:
    other, gone = a_team(registry), a_team(registry)
    for each in (team, other, gone):
        send.send(registry, each.administrator, [each.director], "hello")
    shows_a_question(registry, other, "Director")
    sessions.delete(registry, gone.session.session_id)
    theirs = other.session.session_id[:8]
    assert cli("status").out == f"1 waits: {theirs}/Director · 2 unacked\n"
    assert (
        cli("status", "--session-id", team.session.session_id).out
        == "a test: 1 unacked\n"
    )


def test_it_calls_sessions_by_their_labels(cli: Prompt, registry: Registry) -> None:
    docs = a_team(registry, label="docs 文書")
    assert cli("status").out == "docs 文書: Nothing waits.\n"
    shows_a_question(registry, docs, "Director")
    assert cli("status").out == "docs 文書: 1 waits: Director\n"
    a_team(registry, label="api")
    assert cli("status").out == "1 waits: docs 文書/Director\n"
    assert cli("status", "--session-id", "api").out == "api: Nothing waits.\n"
    assert cli("status", "--session-id", "api", "--tmux").out == "\n"


def test_its_line_is_never_wider_than_it_may_be(
    cli: Prompt, registry: Registry
) -> None:
    docs = a_team(registry, label="#文書" * 3)
    shows_a_question(registry, docs, "Director")
    assert cli("status", "--width", "7").out == "#文書#…\n"
    assert cli("status", "--width", "7", "--tmux").out == "##文書##…\n"
    whole = "#文書#文書#文書: 1 waits: Director"
    assert cli("status", "--width", "34").out == f"{whole}\n"
    assert cli("status", "--width", "33").out == f"{whole[:-2]}…\n"


def test_it_refuses_a_session_that_is_not_there(cli: Prompt, team: Team) -> None:
    refused = cli("status", "--session-id", "deadbeef", "--json")
    assert (refused.code, refused.error["code"]) == (1, "not_found")


@pytest.mark.sqlite
def test_it_starts_as_light_as_a_poll(registry: Registry, team: Team) -> None:
    modules = imported(Path(registry.where), "status", "--tmux")
    assert not {
        module for module in modules if module in HEAVY or module.split(".")[0] in HEAVY
    }


def test_it_changes_nothing_and_calls_no_tmux(
    cli: Prompt, registry: Registry, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(registry, team, "carol")
    send.send(registry, team.director, [team.caller("carol").agent], "hello")
    monkeypatch.setenv("PATH", "/nowhere")
    before = registry.data_version()
    assert cli("status").out == "a test: 1 unacked\n"
    assert registry.data_version() == before


def test_tmux_shows_a_hostile_name_and_obeys_nothing_in_it(
    terminal: Terminal, registry: Registry, registry_path: Path, tmp_path: Path
) -> None:
    team = a_team(registry)
    hire(registry, team, "m")
    shows_a_question(registry, team, "m")
    looked_at = Terminal(tmp_path / "seen.sock", registry_path)
    try:
        line = shlex.join(command_line("status", "--tmux"))
        for option, value in (
            ("status-right-length", "90"),
            ("status-interval", "1"),
            ("status-right", f"<#({line})>"),
        ):
            looked_at.tmux("set-option", "-g", option, value)
        attach = ["tmux", "-u", "-S", looked_at.socket, "attach"]
        outer = terminal.pane(["env", "-u", "TMUX", *attach])
        for name in HOSTILE:
            with registry.write():
                registry.execute(
                    "UPDATE agents SET name = ? WHERE kind = 'agent'", (name,)
                )
            eventually(partial(shows, terminal, outer, f"<a test: 1 waits: {name}>"))
    finally:
        looked_at.close()
    assert not [*Path.cwd().glob("pwned")]
