"""A member on another machine: made there where that is allowed, once, or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from cafleet_core import host
from tests.hosts.crew import Crew
from tests.terminal import Ran, command_line, eventually

ALLOWED = ("--accept", "create", "--accept", "delete")
SIGNS = "SELECT seen_at FROM hosts"
NEVER_READY = """
[agents.slow]
argv = ["sleep", "60"]

[agents.slow.cues]
idle = ["never shown"]
"""


def words(crew: Crew, name: str, *more: str, kind: str = "standin") -> list[str]:
    """The Director's command for a member in `lab`."""
    described = ("--name", name, "--description", "Works there.")
    as_whom = ("--session-id", crew.session_id, "--agent-id", "Director")
    where = ("--coding-agent", kind, "--host", f"{crew.lab.host_id}:/tmp")
    return [*as_whom, "member", "create", *described, *where, *more]


def create(crew: Crew, name: str, *more: str, kind: str = "standin") -> Ran:
    return crew.office.run(*words(crew, name, *more, kind=kind))


def test_it_is_made_there_and_told_of_as_if_it_were_here(crew: Crew) -> None:
    crew.lab.start_host(*ALLOWED)
    made = create(crew, "carol", "--json", "--", "Begin with {{name}}'s plan.")
    assert made.code == 0, made
    assert made.document["ready"]
    pane = made.document["placement"]["tmux_pane_id"]
    asked = ("display-message", "-p", "-t", pane, "#{pane_current_path}")
    assert crew.lab.terminal.tmux(*asked) == "/tmp"
    carol = ("--member-id", made.document["agent_id"])
    assert (
        "Begin with carol's plan." in crew.as_director("member", "capture", *carol).out
    )
    sent = ("message", "send", "--to", "carol", "--text", "hello")
    assert "delivered" in crew.as_director(*sent).out
    assert told(crew, "SELECT asked_by FROM requests WHERE verb = 'create'") == [
        director(crew)
    ]
    again = create(crew, "carol")
    assert (again.code, again.out) == (1, "")
    assert "an active agent named 'carol' exists" in again.err
    assert "Member deleted" in crew.as_director("member", "delete", *carol).out
    eventually(lambda: pane not in crew.lab.panes())


def test_what_stands_against_it_is_one_line_with_its_way_out(crew: Crew) -> None:
    away = create(crew, "carol")
    assert "is away: no host process of it was seen" in away.err
    crew.lab.start_host("--accept", "delete").terminate()
    crew.lab.start_host()
    refused = create(crew, "carol")
    assert "does not accept 'create' from other machines." in refused.err
    assert "cafleet host --accept create" in refused.err
    unknown = crew.as_director(
        *("member", "create", "--name", "x", "--description", "x"),
        *("--host", "moon", "--coding-agent", "standin"),
    )
    [error, way_out] = unknown.err.splitlines()
    assert error == f"Error: machine 'moon' is not known; known are: {host.name()}."
    assert "cafleet host" in way_out
    assert members(crew) == []


def test_what_is_missing_there_is_told(crew: Crew) -> None:
    crew.lab.start_host(*ALLOWED)
    before = crew.lab.panes()
    missing = create(crew, "carol", kind="nobody")
    assert "coding agent 'nobody' is unknown" in missing.err
    assert missing.err.startswith("Error: on ")
    nowhere = create(crew, "carol", "--host", f"{crew.lab.host_id}:nowhere")
    assert "there is no folder /" in nowhere.err
    assert "/nowhere." in nowhere.err
    kept = create(crew, "carol", "--env", "TOKEN=x")
    assert "--env does not travel" in kept.err
    assert crew.lab.panes() == before
    assert members(crew) == []


def test_a_maker_that_dies_before_the_agent_begins_leaves_nothing(crew: Crew) -> None:
    """The pane is there, and the agent's row; nothing of the agent has run there yet."""
    hangs_at(crew, "respawn-pane")
    crew.lab.start_host(*ALLOWED)
    before = crew.lab.panes()
    asker = begun(crew, "carol")
    [maker] = eventually(lambda: makers(crew))
    assert crew.lab.panes() != before
    assert_its_death_is_told(asker, maker)
    eventually(lambda: crew.lab.panes() == before and not members(crew))


def test_a_maker_that_dies_once_the_agent_runs_leaves_a_member(crew: Crew) -> None:
    settings = crew.lab.folder / "config" / "cafleet" / "config.toml"
    settings.parent.mkdir()
    settings.write_text(NEVER_READY)
    crew.lab.start_host(*ALLOWED)
    asker = begun(crew, "carol", kind="slow")
    [maker] = eventually(lambda: makers(crew, "AND tmux_pane_id IS NOT NULL"))
    assert_its_death_is_told(asker, maker)
    assert eventually(lambda: made(crew)) == ["carol"]
    assert "'carol' exists" in create(crew, "carol").err
    deleted = crew.as_director("member", "delete", "--member-id", "carol", "--force")
    assert "Member deleted" in deleted.out


def test_a_host_process_that_dies_meanwhile_takes_nobody_along(crew: Crew) -> None:
    """What creates the member goes on; the next host process leaves the answer to it."""
    go_on = hangs_at(crew, "respawn-pane")
    first = crew.lab.start_host(*ALLOWED)
    asker = begun(crew, "carol")
    eventually(lambda: makers(crew))
    first.kill()
    first.wait()
    signed = told(crew, SIGNS)
    crew.lab.start_host()
    eventually(lambda: told(crew, SIGNS) != signed)
    go_on.touch()
    _, said = asker.communicate(timeout=30)
    assert (asker.returncode, made(crew)) == (0, ["carol"]), said


def test_where_all_that_was_at_it_dies_the_next_host_process_tells(crew: Crew) -> None:
    hangs_at(crew, "respawn-pane")
    first = crew.lab.start_host(*ALLOWED)
    before = crew.lab.panes()
    asker = begun(crew, "carol")
    [maker] = eventually(lambda: makers(crew))
    first.kill()
    first.wait()
    os.kill(maker, signal.SIGKILL)
    crew.lab.start_host()
    assert "has died" in asker.communicate(timeout=20)[1]
    assert asker.returncode == 3
    eventually(lambda: crew.lab.panes() == before and not members(crew))


def test_an_asker_that_dies_meanwhile_has_its_member_made(crew: Crew) -> None:
    crew.lab.start_host(*ALLOWED)
    asker = begun(crew, "carol")
    eventually(lambda: members(crew))
    asker.kill()
    asker.communicate()
    assert eventually(lambda: made(crew)) == ["carol"]
    assert "'carol' exists" in create(crew, "carol").err


def assert_its_death_is_told(asker: subprocess.Popen[str], maker: int) -> None:
    os.kill(maker, signal.SIGKILL)
    assert "has died" in asker.communicate(timeout=20)[1]
    assert asker.returncode == 3


def hangs_at(crew: Crew, command: str) -> Path:
    """Have a command of tmux wait there until a file is made, and as long as its caller lives."""
    folder = crew.lab.folder / "bin"
    folder.mkdir()
    script = folder / "tmux"
    script.write_text(
        f"""#!/bin/sh
case "$*" in *{command}*)
    while [ ! -e {folder}/go-on ]; do sleep 0.1; kill -0 $PPID || exit 1; done ;;
esac
exec {shutil.which("tmux")} "$@"
"""
    )
    script.chmod(0o755)
    crew.lab.environ["PATH"] = f"{folder}:{crew.lab.environ['PATH']}"
    return folder / "go-on"


def begun(crew: Crew, name: str, kind: str = "standin") -> subprocess.Popen[str]:
    return subprocess.Popen(
        command_line(*words(crew, name, kind=kind)),
        env=crew.office.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def members(crew: Crew) -> list[Any]:
    return told(crew, "SELECT name FROM agents WHERE kind = 'member'")


def made(crew: Crew) -> list[Any]:
    """The names of the members whose creation has ended."""
    return told(
        crew,
        "SELECT name FROM agents JOIN agent_placements USING (agent_id)"
        " WHERE kind = 'member' AND operation IS NULL",
    )


def makers(crew: Crew, and_that: str = "") -> list[int]:
    """The processes that create a member now, those of whom SQL holds."""
    named = told(
        crew,
        "SELECT operation FROM agent_placements"
        f" WHERE operation LIKE 'create %' {and_that}",
    )
    return [int(operation.split()[1].split(":")[0]) for operation in named]


def director(crew: Crew) -> Any:
    [agent_id] = told(crew, "SELECT agent_id FROM agents WHERE kind = 'director'")
    return agent_id


def told(crew: Crew, sql: str) -> list[Any]:
    """The first column of what the registry holds."""
    with psycopg.connect(crew.office.url, autocommit=True) as database:
        return [first for first, *_ in database.execute(sql)]
