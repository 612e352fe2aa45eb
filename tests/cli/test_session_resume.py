"""`session resume`: a team whose tmux server has ended is there again, each as who it was."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage import starts
from tests.cli.pretender import PROMPTED, Pretender, creating
from tests.cli.worker_office import BEGINS, RESUMES
from tests.terminal import Ran, cafleet, eventually


class Machine:
    """A user's default tmux server, and the pretender as every coding agent in it."""

    def __init__(self, folder: Path, registry: Path, pretender: Pretender) -> None:
        folder.mkdir()
        self.registry, self.pretender = registry, pretender
        known = pretender.configured(PROMPTED, BEGINS, RESUMES)
        self.settings = {"TMUX_TMPDIR": str(folder), **known}

    def __call__(self, *arguments: str) -> Ran:
        return cafleet(self.registry, *arguments, **self.settings)

    def tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", *arguments],
            env={"PATH": "/usr/bin:/bin", **self.settings},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    def reboots(self) -> None:
        """End the tmux server with all that runs in it."""
        pid = self.tmux("display-message", "-p", "#{pid}").strip()
        self.tmux("kill-server")
        eventually(lambda: not Path(f"/proc/{pid}").exists())


@pytest.fixture
def machine(
    tmp_path: Path, registry_path: Path, pretender: Pretender
) -> Iterator[Machine]:
    machine = Machine(tmp_path / "own", registry_path, pretender)
    yield machine
    machine.tmux("kill-server")


def test_after_a_reboot_the_team_is_there_again(
    machine: Machine, registry: Registry
) -> None:
    up = machine("up", "--coding-agent", "pretender", "--json").document
    who = ("--session-id", up["session_id"], "--agent-id", up["director_agent_id"])
    hired = machine(*who, *creating("worker", "pretender", "--json")).document
    kept = {
        agent_id: starts.conversation(registry, agent_id)
        for agent_id in (up["director_agent_id"], hired["agent_id"])
    }
    machine.reboots()
    machine(*who, "message", "send", "--to", "worker", "--text", "Held meanwhile.")

    offered = machine("session", "resume", "--dry-run", "--json").document
    assert [row["outcome"] for row in offered["agents"]] == ["gone", "gone"]
    assert machine.tmux("list-panes", "-a") == ""

    resumed = machine("session", "resume", "--json")
    assert resumed.code == 0, resumed.err
    rows = resumed.document["agents"]
    assert [(row["name"], row["outcome"]) for row in rows] == [
        ("Director", "started"),
        ("worker", "started"),
    ]
    assert [row["agent_id"] for row in rows] == list(kept)
    resume, conversation, prompt = machine.pretender.started["argv"]
    assert (resume, conversation) == ("resume", kept[hired["agent_id"]])
    assert "One message waits." in prompt
    held = eventually(lambda: machine.pretender.keys)
    assert held.count("Held meanwhile.") == 1
    for agent_id, conversation in kept.items():
        assert starts.conversation(registry, agent_id) == conversation
    marks = machine.tmux("list-panes", "-a", "-F", "#{@cafleet_agent_id}").split("\n")
    assert sorted(filter(None, marks)) == sorted(kept)
    assert len(marks) == 4, "Director, control room, worker and the last line's end"

    again = machine("session", "resume", up["session_id"], "--json").document["agents"]
    assert [row["outcome"] for row in again] == ["lives", "lives"]


def test_who_cannot_be_started_keeps_nobody_from_it_and_is_tried_again(
    machine: Machine, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    up = machine("up", "--coding-agent", "pretender", "--json").document
    who = ("--session-id", up["session_id"], "--agent-id", up["director_agent_id"])
    for name, more in (("lost", ("--cwd", str(folder))), ("worker", ())):
        assert machine(*who, *creating(name, "pretender", *more)).code == 0
    machine.reboots()
    folder.rmdir()
    machine("doctor", "--fix")
    resumed = machine("session", "resume", "--json")
    assert resumed.code == 1
    outcomes = {row["name"]: row["outcome"] for row in resumed.document["agents"]}
    assert outcomes == {"Director": "started", "lost": "failed", "worker": "started"}
    [error] = [row["error"] for row in resumed.document["agents"] if "error" in row]
    assert error["message"] == f"the folder of lost is gone: {folder}."
    folder.mkdir()
    again = machine("session", "resume", up["session_id"])
    assert again.code == 0
    assert [line.split(" ")[1:3] for line in again.out.splitlines()] == [
        ["Director", "lives"],
        ["lost", "started"],
        ["worker", "lives"],
    ]


def test_up_offers_it_in_that_folder(machine: Machine) -> None:
    asked = ("up", "--coding-agent", "pretender")
    lost = machine(*asked, "--json").document["session_id"]
    refused = machine("session", "resume")
    assert refused.refusal[2] == (
        "Error: no session has lost its tmux server on this machine.\n"
    )
    machine.reboots()
    note = f"'cafleet session resume {lost}' starts it again.\n"
    assert machine(*asked).err.endswith(note)
