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


def count_of_waiting(crew: Crew) -> int:
    """How many polls have nothing more to ask, and wait."""
    with psycopg.connect(crew.office.url) as database:
        row = database.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'SELECT MIN(not_before)%'"
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
    eventually(lambda: count_of_waiting(crew) == 2)
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
