"""Whoever waits goes on when the server is back: nothing is missed, nothing comes twice."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.hosts.crew import Crew, crew_on
from tests.machines import Machine, machines
from tests.postgres import Server
from tests.terminal import command_line, eventually


@pytest.fixture
def crew(tmp_path: Path, mortal_server: Server) -> Iterator[Crew]:
    """As elsewhere, on a server that may be killed."""
    url = mortal_server.new_schema()
    with machines(tmp_path, url, "office", "lab") as (office, lab):
        yield crew_on(office, lab)


def waits(machine: Machine, out: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start a command there that waits, and prints to `out` and beside it."""
    with out.open("wb") as printed, out.with_suffix(".err").open("wb") as noted:
        return subprocess.Popen(
            command_line(*words), env=machine.environ, stdout=printed, stderr=noted
        )


def last_asked(crew: Crew, pattern: str) -> int:
    """Of how many connections the last statement is such a one."""
    with psycopg.connect(crew.office.url) as database:
        row = database.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND query LIKE %s",
            (pattern,),
        ).fetchone()
    return row[0] if row else 0


def test_those_that_wait_go_on(
    crew: Crew, mortal_server: Server, tmp_path: Path
) -> None:
    crew.lab.start_host()
    bob = ("--session-id", crew.session_id, "--agent-id", crew.bob_id)
    polls = (*bob, "--json", "message", "poll", "--wait", "60")
    follows = ("event", "follow", "--all", "--json", "--after", "0")
    directly, relayed, events = (
        tmp_path / n for n in ("directly", "relayed", "events")
    )
    commands = [
        waits(crew.office, directly, *polls),
        waits(crew.lab, relayed, *polls),
        waits(crew.office, events, *follows),
    ]
    outputs = (directly, relayed, events)
    eventually(events.read_bytes)
    eventually(lambda: last_asked(crew, "SELECT MIN(not_before)%") == 2)
    mortal_server.kill()
    eventually(lambda: all(out.with_suffix(".err").read_bytes() for out in outputs))
    mortal_server.start()
    crew.send("after the restart")
    for command in commands[:2]:
        assert command.wait(20) == 0
    for out in (directly, relayed):
        assert [task["text"] for task in json.loads(out.read_text())] == [
            "after the restart"
        ]
    eventually(lambda: followed(events) == recorded(crew))
    commands[2].kill()
    commands[2].wait()
    for out in (directly, relayed):
        assert len(notes(out)) == 1
        assert notes(out)[0].startswith("Trying again: registry ")
    of_follow = notes(events)
    assert all(note.startswith("Trying again: registry ") for note in of_follow)
    assert len(of_follow) == len(set(of_follow))  # down, or up again and not ready


def test_those_that_wait_for_a_step_or_a_state_go_on(
    crew: Crew, mortal_server: Server, tmp_path: Path
) -> None:
    crew.lab.start_host()
    crew.hire_bob()
    sent = crew.as_director("message", "send", "--to", "bob", "--text", "x", "--quiet")
    who = ("--session-id", crew.session_id, "--agent-id", "Director", "--json")
    status = (*who, "message", "status", "--task-id", sent.out.strip())
    acked = (*status, "--wait", "acked", "--timeout", "60")
    dead = (*who, "member", "wait", *crew.bob, "--state", "dead", "--timeout", "60")
    directly, relayed, state = (tmp_path / n for n in ("directly", "relayed", "waited"))
    outputs = (state, directly, relayed)
    commands = [
        waits(crew.office, state, *dead),
        waits(crew.office, directly, *acked),
        waits(crew.lab, relayed, *acked),
    ]
    eventually(lambda: last_asked(crew, "%t.notified_at%") == 2)
    eventually(lambda: last_asked(crew, "SELECT host_id, name%"))
    mortal_server.kill()
    eventually(lambda: all(out.with_suffix(".err").read_bytes() for out in outputs))
    mortal_server.start()
    assert crew.as_bob("message", "ack", "--all").code == 0
    crew.lab.terminal.tmux("kill-pane", "-t", crew.bob_pane)
    for command, out in zip(commands, outputs, strict=True):
        assert command.wait(20) == 0, notes(out)
        assert len(notes(out)) == 1
        assert notes(out)[0].startswith("Trying again: registry ")
    assert json.loads(state.read_text())["state"] == "dead"
    for out in (directly, relayed):
        assert json.loads(out.read_text())["acked"] == 1


def test_a_wait_ends_in_its_time_while_the_server_is_down(
    crew: Crew, mortal_server: Server, tmp_path: Path
) -> None:
    crew.hire_bob()
    sent = crew.as_director("message", "send", "--to", "bob", "--text", "x", "--quiet")
    who = ("--session-id", crew.session_id, "--agent-id", "Director")
    status = (*who, "message", "status", "--task-id", sent.out.strip())
    dead = (*who, "member", "wait", *crew.bob, "--state", "dead", "--timeout", "3")
    outputs = (tmp_path / "step", tmp_path / "waited")
    commands = [
        waits(crew.office, outputs[0], *status, "--wait", "acked", "--timeout", "3"),
        waits(crew.office, outputs[1], *dead),
    ]
    eventually(lambda: last_asked(crew, "%t.notified_at%"))
    eventually(lambda: last_asked(crew, "SELECT host_id, name%"))
    mortal_server.kill()
    codes = [command.wait(20) for command in commands]
    mortal_server.start()
    assert codes == [1, 1]
    for out in outputs:
        first, *last = notes(out)
        assert first.startswith("Trying again: registry ")
        assert last[0].startswith("Error: registry ")


def notes(out: Path) -> list[str]:
    """The lines on the standard error of a command; there is one."""
    lines = out.with_suffix(".err").read_text().splitlines()
    assert lines
    return lines


def followed(events: Path) -> list[int]:
    """The numbers of the events that were printed."""
    return [json.loads(line)["seq"] for line in events.read_text().splitlines()]


def recorded(crew: Crew) -> list[int]:
    """The numbers of the events that there are."""
    with psycopg.connect(crew.office.url) as database:
        rows = database.execute("SELECT seq FROM events ORDER BY seq").fetchall()
    return [seq for (seq,) in rows]
