"""`session`: made inside tmux alone, listed, shown, and deleted without loss."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from tests.cli.conftest import Prompt
from tests.team import Team, a_team
from tests.terminal import Terminal, cafleet

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
SHOWN = r"[0-9a-f]{8}"
"""An id as it is shown in text."""
AT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
"""A time as it is shown in text."""
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00"


def test_create_prints_seven_lines(terminal: Terminal, registry_path: Path) -> None:
    pane = terminal.shell()
    made = cafleet(
        registry_path,
        *("session", "create", "--label", "release", "--coding-agent", "claude"),
        **terminal.inside(pane),
    )
    assert (made.code, made.err) == (0, "")
    window = terminal.tmux("display-message", "-p", "-t", pane, "#{window_id}")
    shapes = [
        *(ID, ID, "label:            release", f"created_at:       {AT}"),
        "director_name:    Director",
        f"pane:             main:{window}:{pane}",
        f"administrator:    {ID}",
    ]
    lines = made.out.splitlines()
    assert len(lines) == len(shapes)
    for line, shape in zip(lines, shapes, strict=True):
        assert re.fullmatch(shape, line), line
    stamped = ("display-message", "-p", "-t", pane, "#{@cafleet_agent_id}")
    assert terminal.tmux(*stamped) == lines[1]


def test_create_as_json(terminal: Terminal, registry_path: Path) -> None:
    pane = terminal.shell()
    made = cafleet(
        registry_path, "session", "create", "--json", **terminal.inside(pane)
    )
    document = made.document
    placement = document["director"].pop("placement")
    assert document["director"].pop("agent_id") != document["administrator_agent_id"]
    assert re.fullmatch(STAMP, document["director"].pop("registered_at"))
    assert document.pop("director") == {
        "name": "Director",
        "description": "Root Director for this session",
    }
    assert set(document) == {
        *("session_id", "label", "created_at", "administrator_agent_id"),
    }
    assert document["label"] is None
    assert set(placement) == {
        *("director_agent_id", "tmux_session", "tmux_window_id", "tmux_pane_id"),
        *("coding_agent", "created_at"),
    }
    assert (placement["director_agent_id"], placement["tmux_session"]) == (None, "main")
    assert (placement["tmux_pane_id"], placement["coding_agent"]) == (pane, "unknown")


def test_the_pane_is_the_calling_one_and_not_the_focused(
    terminal: Terminal, registry_path: Path
) -> None:
    calling = terminal.shell()
    focused = terminal.shell()
    terminal.tmux("select-window", "-t", focused)
    made = cafleet(registry_path, "session", "create", **terminal.inside(calling))
    assert made.out.splitlines()[5].endswith(f":{calling}")


def test_the_pane_then_tells_who_calls(terminal: Terminal, registry_path: Path) -> None:
    inside = terminal.inside(terminal.shell())
    cafleet(registry_path, "session", "create", **inside)
    listed = cafleet(registry_path, "agent", "list", "--json", **inside)
    assert {agent["name"] for agent in listed.document} == {"Director", "Administrator"}
    polled = cafleet(registry_path, "message", "poll", **inside)
    assert (polled.code, polled.out) == (0, "No messages found.\n")


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"TMUX": "/nonexistent/tmux.sock,1,0"},
        {"TMUX": "/nonexistent/tmux.sock,1,0", "TMUX_PANE": "%1"},
    ],
)
def test_create_outside_tmux_is_refused_and_writes_nothing(
    registry_path: Path, extra: dict[str, str]
) -> None:
    refused = cafleet(registry_path, "session", "create", **extra)
    assert refused.refusal == (
        *(1, ""),
        "Error: cafleet session create must be run inside a tmux session\n",
    )
    assert not registry_path.exists()


def test_create_in_a_pane_that_is_gone_is_refused(
    terminal: Terminal, registry_path: Path
) -> None:
    inside = {**terminal.inside(terminal.first), "TMUX_PANE": "%77"}
    refused = cafleet(registry_path, "session", "create", **inside)
    assert (refused.code, refused.out) == (1, "")
    assert not registry_path.exists()


def test_list_shows_live_sessions_and_on_request_all(
    cli: Prompt, registry: Registry, team: Team
) -> None:
    send.send(registry, team.director, [team.others["alice"]], "to do")
    gone = a_team(registry)
    cli("session", "delete", gone.session.session_id)
    header, row = cli("session", "list").out.splitlines()
    assert header.split() == ["session_id", "label", "agents", "unacked", "created_at"]
    assert row.split() == [
        *(team.session.session_id[:8], "a", "test", "4", "1"),
        clock.seconds(team.session.created_at),
    ]
    everything = cli("session", "list", "--all", "--json").document
    assert {
        session["session_id"]: session["deleted_at"] is None for session in everything
    } == {
        team.session.session_id: True,
        gone.session.session_id: False,
    }
    (live,) = cli("--json", "session", "list").document
    assert (live["agent_count"], live["unacked"]) == (4, 1)


def test_list_of_nothing(cli: Prompt) -> None:
    assert cli("session", "list") == (0, "No sessions found.\n", "")
    assert cli("session", "list", "--json") == (0, "[]\n", "")


def test_show_works_before_and_after_deletion(cli: Prompt, team: Team) -> None:
    session_id = team.session.session_id
    before = cli("session", "show", session_id)
    assert before.out.splitlines()[0] == f"session_id:       {session_id[:8]}"
    assert "deleted_at" not in before.out
    cli("session", "delete", session_id)
    after = cli("session", "show", session_id)
    assert after.out.startswith(before.out)
    assert re.search(rf"^deleted_at: +{AT}$", after.out, re.MULTILINE)
    assert cli("session", "show", "X").refusal == (
        1,
        "",
        "Error: session 'X' not found.\n",
    )


def test_delete_counts_once_and_names_the_open_panes(cli: Prompt, team: Team) -> None:
    session_id = team.session.session_id
    expected = f"Deleted session {session_id[:8]}. Deregistered {{}} agents.\n"
    first = cli("session", "delete", session_id)
    assert first == (0, expected.format(4), "Panes left open: %1 Director\n")
    assert cli("session", "delete", session_id) == (0, expected.format(0), "")
    unknown = cli("session", "delete", "nothing")
    assert unknown.refusal == (1, "", "Error: session 'nothing' not found.\n")


def test_a_label_cannot_add_lines(terminal: Terminal, registry_path: Path) -> None:
    label = "x\nadministrator:    forged\x1b[31m"
    made = cafleet(
        registry_path,
        *("session", "create", "--label", label),
        **terminal.inside(terminal.shell()),
    )
    assert len(made.out.splitlines()) == 7
    shown = cafleet(registry_path, "session", "show", made.out.split()[0])
    assert [line.split(":")[0] for line in shown.out.splitlines()] == [
        *("session_id", "label", "created_at", "director", "administrator"),
    ]
