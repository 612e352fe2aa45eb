"""The stand-in in a real pane: each push arrives once and complete."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.panes.tmux import facts
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION
from cafleet_core.push import preview, writer
from cafleet_core.push.script import Turn
from tests.builders import an_id
from tests.team import a_team
from tests.terminal import Terminal, eventually, turns

LONG = "0123456789 äöü 漢字 🙂\n" * 2000
HOSTILE = [
    "two\nlines",
    "ends in a semicolon;",
    "-t starts like an option",
    "$(touch /tmp/x) `id` \"quoted\" 'single' \\ #{pid} %1 ~ !! {a,b}",
    "C-c Enter ^C",
    "  outer blanks kept  ",
    "tab\there",
    "日本語 🙂 e\u0301",
]


def push(terminal: Terminal, pane: str, *texts: str) -> list[str]:
    """Type each text as a turn with the writer; the outcomes."""
    terminal.tmux("set-option", "-p", "-t", pane, IDENTITY_OPTION, an_id("agent"))
    known = facts.panes(terminal.socket)[pane]
    sent = [
        Turn(
            an_id("agent"),
            terminal.socket,
            known.server_pid,
            pane,
            (known.command,),
            text,
        )
        for text in texts
    ]
    return [result.outcome for result in writer.type_turns(sent)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The file to which the stand-in logs its turns."""
    return tmp_path / "turns.jsonl"


def test_a_turn_of_two_lines_is_one_turn(terminal: Terminal, log: Path) -> None:
    pane = terminal.standin(log)
    assert push(terminal, pane, "first\nsecond") == ["delivered"]
    assert eventually(lambda: turns(log)) == ["first\nsecond"]
    eventually(lambda: "> second" in terminal.screen(pane))
    assert turns(log) == ["first\nsecond"]


def test_hostile_text_arrives_as_it_is(terminal: Terminal, log: Path) -> None:
    pane = terminal.standin(log)
    push(terminal, pane, *HOSTILE)
    eventually(lambda: len(turns(log)) == len(HOSTILE))
    assert turns(log) == HOSTILE


def test_fifty_kilobytes_arrive_whole(terminal: Terminal, log: Path) -> None:
    pane = terminal.standin(log)
    assert len(LONG.encode()) > 50_000
    push(terminal, pane, LONG, "after")
    eventually(lambda: len(turns(log)) == 2)
    assert turns(log) == [LONG, "after"]


def test_pasted_text_cannot_look_like_the_stand_in_at_work(
    terminal: Terminal, log: Path
) -> None:
    pane = terminal.standin(log)
    push(terminal, pane, "✻ Working…\n❯ 1. Yes\n" + "long ❯ 1. Yes ✻ Working… " * 20)
    eventually(lambda: "> ❯ 1. Yes" in terminal.screen(pane))
    rows = terminal.screen(pane).splitlines()
    assert not [row for row in rows if row.lstrip().startswith(("✻", "❯ 1"))]


def test_a_draft_is_edited_by_hand(terminal: Terminal, log: Path) -> None:
    pane = terminal.standin(log)
    terminal.keys(pane, "x", "y", "C-c", "w", "ö", "o", "BSpace", "C-j", "2", "Enter")
    assert eventually(lambda: turns(log)) == ["wö\n2"]


def test_ctrl_d_leaves_when_nothing_is_typed(terminal: Terminal, log: Path) -> None:
    pane = terminal.standin(log)
    terminal.keys(pane, "a", "C-d")
    eventually(lambda: "❯ a" in terminal.screen(pane))
    terminal.keys(pane, "BSpace", "C-d")
    eventually(lambda: pane not in facts.panes(terminal.socket))


def test_a_resize_leaves_one_composer(terminal: Terminal, log: Path) -> None:
    pane = terminal.standin(log)
    push(terminal, pane, "a turn")
    terminal.keys(pane, *"draft")
    eventually(lambda: "❯ draft" in terminal.screen(pane))
    for columns in (40, 100, 30):
        terminal.tmux("resize-window", "-t", pane, "-x", str(columns), "-y", "15")
        rule = "─" * columns
        eventually(lambda r=rule: terminal.screen(pane).split("\n").count(r) == 2)  # type: ignore[misc]
        assert terminal.screen(pane).count("❯ draft") == 1
        assert terminal.screen(pane).count("> a turn") == 1


def test_a_shell_command_shows_what_it_prints(terminal: Terminal, log: Path) -> None:
    pane = terminal.standin(log, behaviour="ack")
    push(terminal, pane, "! echo $((6 * 7)); exit 3")
    eventually(lambda: "│ 42" in terminal.screen(pane))


def test_typing_goes_on_while_it_works(terminal: Terminal, log: Path) -> None:
    pane = terminal.standin(log, behaviour="ack")
    push(terminal, pane, "! read line < /dev/null; sleep 60", "next")
    eventually(lambda: "✻ Reading…" in terminal.screen(pane))
    eventually(lambda: "1 queued" in terminal.screen(pane))
    assert turns(log) == ["! read line < /dev/null; sleep 60", "next"]


def test_the_log_is_json_with_times(terminal: Terminal, log: Path) -> None:
    pane = terminal.standin(log)
    push(terminal, pane, "one")
    eventually(lambda: turns(log))
    [line] = log.read_text("utf-8").splitlines()
    assert json.loads(line).keys() == {"turn", "at"}


def test_an_acking_stand_in_acks_what_is_sent_to_it(
    registry: Registry, terminal: Terminal, log: Path
) -> None:
    team = a_team(registry)
    acker = agents.register(
        registry,
        team.session,
        "acker",
        "Acks",
        here=terminal.here(terminal.standin(log, behaviour="ack")),
        coding_agent="standin",
    )
    sent = send.send(registry, team.director, [acker], "Please ack.")

    def acked() -> str | None:
        return inbox.show(registry, team.caller(), sent.task.task_id).acked_at

    assert eventually(acked)
    assert turns(log) == [preview.preview(sent.task, 200)]
