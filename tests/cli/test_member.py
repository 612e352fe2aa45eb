"""`member`: spawned into a pane, looked after, and let go — by its own Director."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from cafleet_core.broker.delivery import type_now
from cafleet_core.broker.team import delete_member, roster
from cafleet_core.errors import NotReady
from cafleet_core.panes.tmux.facts import STATE_OPTION
from tests.cli.desk import Desk
from tests.terminal import eventually, turns


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the member called worker writes down its turns."""
    return tmp_path / "log"


@pytest.fixture
def worker(desk: Desk, log: Path, tmp_path: Path) -> Any:
    """A member that was hired with a first turn; what `create` told of it."""
    made = desk.hire(
        *("worker", "--env", f"CAFLEET_STANDIN_LOG={log}"),
        *("--env", "CAFLEET_STANDIN_BEHAVIOUR=quiet", "--cwd", str(tmp_path)),
        *("--", "begin", "with", "this;"),
    )
    assert (made.code, made.err) == (0, "")
    return made.document


def test_a_member_starts_beside_its_director_without_taking_the_focus(
    desk: Desk, worker: Any, log: Path, tmp_path: Path
) -> None:
    pane = worker["placement"]["tmux_pane_id"]
    assert worker["ready"] is True
    assert worker["placement"]["director_agent_id"] == desk.team.director.agent_id
    assert worker["placement"]["coding_agent"] == "standin"
    assert desk.panes() == [desk.pane, pane]
    asked = ("display-message", "-p", "-t")
    assert desk.terminal.tmux(*asked, desk.pane, "#{pane_active}") == "1"
    cwd = desk.terminal.tmux(*asked, pane, "#{pane_current_path}")
    assert cwd == str(tmp_path)
    eventually(lambda: turns(log))
    assert turns(log) == ["begin with this;"]


def test_list_is_a_table(desk: Desk, worker: Any) -> None:
    header, row = desk("member", "list").out.splitlines()
    assert header.split() == [
        *("agent_id", "name", "status", "backend", "session"),
        *("window_id", "pane_id", "created_at"),
    ]
    window, pane = (
        worker["placement"][f"tmux_{part}_id"] for part in ("window", "pane")
    )
    assert row.split()[:7] == [
        *(worker["agent_id"][:8], "worker", "active", "standin", "main", window, pane),
    ]


def test_a_member_is_pushed_to_and_pinged(desk: Desk, worker: Any, log: Path) -> None:
    pane = worker["placement"]["tmux_pane_id"]
    sent = desk("send", "--to", "worker", "--text", "to do;", "--json")
    assert sent.document["push"] == {"outcome": "delivered"}
    pinged = desk("member", "ping", "--member-id", "worker")
    assert (pinged.code, pinged.out) == (0, f"Pinged member worker ({pane}).\n")
    eventually(lambda: len(turns(log)) == 3)
    assert turns(log)[1].endswith("\nto do;")
    assert turns(log)[2] == (
        f"cafleet --session-id {desk.team.session.session_id}"
        f" message poll --agent-id {worker['agent_id']}"
    )


def test_list_tells_what_each_did_last(desk: Desk, worker: Any) -> None:
    desk("send", "--to", "worker", "--text", "to do")
    activity = desk("member", "list", "--activity", "--json").document[0]
    assert (activity["state"], activity["state_source"]) == ("idle", "screen")
    assert activity["state_age"] is None
    assert (activity["unacked"], activity["last_ack"]) == (1, None)
    assert activity["last_recv"] == activity["oldest_unacked"] is not None
    assert (activity["quiet"], activity["overdue"]) == (False, False)
    header, row = desk("member", "list", "--activity").out.splitlines()
    assert header.split() == [
        *("agent_id", "name", "state", "last_sent", "last_recv"),
        *("last_ack", "idle", "unacked"),
    ]
    assert desk("member", "list", "--news").out == "No news of 1 member.\n"
    shape = r"worker +idle +- +\d\d:\d\d:\d\d +- +\d+s +1"
    assert re.fullmatch(f"{worker['agent_id'][:8]} +{shape}", row)


def test_list_tells_how_old_a_state_is_that_a_hook_told(
    desk: Desk, worker: Any
) -> None:
    pane = worker["placement"]["tmux_pane_id"]
    stamped = f"busy {int(time.time()) - 90}"
    desk.terminal.tmux("set-option", "-p", "-t", pane, STATE_OPTION, stamped)
    [row] = desk("member", "list", "--activity", "--json").document
    assert (row["state"], row["state_source"], row["idle"]) == ("busy", "hook", 0)
    assert 90 <= row["state_age"] < 120


def test_capture_prints_the_last_lines(desk: Desk, worker: Any) -> None:
    capture = ("member", "capture", "--member-id", "worker")
    captured = desk(*capture)
    assert "> begin with this;" in captured.out
    assert "\x1b" not in captured.out
    assert "worker captured (by Director, cli)" in desk("event", "list").out
    last = desk(*capture, "--lines", "2").out
    assert captured.out.endswith(last)
    assert len(last.splitlines()) == 2
    assert "\x1b[" in desk(*capture, "--ansi").out


def test_delete_asks_the_agent_to_leave(desk: Desk, worker: Any, log: Path) -> None:
    pane, agent_id = worker["placement"]["tmux_pane_id"], worker["agent_id"]
    deleted = desk("member", "delete", "--member-id", "worker")
    expected = (
        f"Member deleted.\n  agent_id:  {agent_id[:8]}\n  pane_id:   {pane} (closed)\n"
    )
    assert deleted == (0, expected, "")
    assert desk.panes() == [desk.pane]
    assert turns(log)[-1] == "/exit"
    assert desk("member", "list").out == "0 members.\n"
    shown = desk("agent", "show", "--id", agent_id, "--json").document
    assert (shown["status"], shown["placement"]) == ("deregistered", None)


def test_a_member_knows_who_it_is(desk: Desk, tmp_path: Path) -> None:
    member = desk.hire("worker").document
    pane = member["placement"]["tmux_pane_id"]
    pid = desk.terminal.tmux("display-message", "-p", "-t", pane, "#{pane_pid}")
    variables = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    assert {
        f"CAFLEET_SESSION_ID={desk.team.session.session_id}",
        f"CAFLEET_AGENT_ID={member['agent_id']}",
        f"CAFLEET_DATABASE_URL={desk.registry.url}",
    } <= set(variables)


def test_spawning_leaves_no_file_behind(desk: Desk, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    arguments = ("member", "create", "--name", "w", "--description", "d")
    made = desk(*arguments, "--coding-agent", "standin", TMPDIR=str(scratch))
    assert made.code == 0
    assert list(scratch.iterdir()) == []


def test_a_member_without_a_pane_yet_is_told(desk: Desk) -> None:
    worker = desk.hire("worker").document["agent_id"]
    with desk.registry.write():
        desk.registry.execute(
            "UPDATE agent_placements SET tmux_pane_id = NULL WHERE agent_id = ?",
            (worker,),
        )
    expected = f"Error: member {worker} has no pane yet (pending placement) — nothing to send.\n"
    for verb in ("ping", "capture"):
        assert desk("member", verb, "--member-id", worker).refusal == (1, "", expected)
    activity = desk("member", "list", "--activity", "--json").document[0]
    assert activity["state"] == "starting"
    assert "(pending)" in desk("member", "list").out
    assert desk("member", "delete", "--member-id", worker).code == 0


def test_a_ping_that_is_not_typed_fails(desk: Desk) -> None:
    pane = desk.hire("worker").document["placement"]["tmux_pane_id"]
    desk.terminal.tmux("copy-mode", "-t", pane)
    refused = desk("member", "ping", "--member-id", "worker")
    assert (refused.code, refused.out) == (1, "")
    assert refused.refusal[2] == (
        "Error: send failed: the poll command was not typed into pane"
        f" {pane}: held (copy_mode).\n"
    )


def test_force_ends_the_pane_and_a_vanished_pane_is_no_obstacle(desk: Desk) -> None:
    first, second = (desk.hire(name).document for name in ("one", "two"))
    forced = desk("member", "delete", "--member-id", "one", "--force", "--json")
    assert forced.document == {"agent_id": first["agent_id"], "pane_status": "killed"}
    pane = second["placement"]["tmux_pane_id"]
    assert desk.panes() == [desk.pane, pane]
    desk.terminal.tmux("kill-pane", "-t", pane)
    activity = desk("member", "list", "--activity", "--json").document[0]
    assert activity["state"] == "dead"
    assert desk("member", "delete", "--member-id", "two").code == 0
    assert desk("member", "list", "--json").out == "[]\n"


def test_an_agent_that_does_not_leave_keeps_its_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.hire("worker", "--env", "CAFLEET_STANDIN_BEHAVIOUR=quiet")
    director = desk.team.caller()
    worker = roster.find(desk.registry, director, "worker")
    monkeypatch.setattr(type_now, "type_in", lambda *_, **__: None)
    with pytest.raises(NotReady) as refused:
        delete_member.delete(desk.registry, worker, force=False, exit_seconds=0.2)
    assert refused.value.exit_code == 3
    assert "| ❯" in refused.value.message
    assert f"--member-id {worker.agent_id} --force" in refused.value.message
    assert roster.find(desk.registry, director, "worker") == worker


def test_a_capture_is_of_the_member_or_of_nobody(desk: Desk) -> None:
    """After a restart of the server, its pane's id may be somebody else's."""
    worker = desk.hire("worker").document
    pane = worker["placement"]["tmux_pane_id"]
    desk.terminal.tmux("set-option", "-p", "-t", pane, "@cafleet_agent_id", "other")
    refused = desk("member", "capture", "--member-id", "worker")
    assert (refused.code, refused.out) == (1, "")


def test_a_name_is_printed_in_json_as_it_is(desk: Desk) -> None:
    made = desk.hire("評価者 two")
    assert json.loads(made.out)["name"] == "評価者 two"
    assert "評価者 two" in made.out


def test_who_is_late_by_the_user_s_limits_is_marked(desk: Desk, worker: Any) -> None:
    desk("message", "send", "--to", "worker", "--text", "hello")
    limits = {"CAFLEET_QUIET_AFTER": "0", "CAFLEET_OVERDUE_AFTER": "0"}
    late = desk("member", "list", "--activity", "--json", **limits).document[0]
    assert (late["quiet"], late["overdue"]) == (True, True)
    _, row = desk("member", "list", "--activity", **limits).out.splitlines()
    assert row.endswith("s quiet  1 overdue")
