"""`[identity] enforce`: what nothing proves is refused, and what is not for everybody."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.config import settings
from tests.cli.sender_office import Office
from tests.terminal import Ran, Terminal, cafleet, command_line, environment

ON = "export CAFLEET_IDENTITY_ENFORCE=true;"
UNPROVEN = "Error: nothing proves that "


@pytest.fixture
def office(registry: Registry, terminal: Terminal, tmp_path: Path) -> Office:
    return Office(registry, terminal, tmp_path)


def says(office: Office, name: str, *arguments: str) -> Ran:
    return office.desks[name].cafleet(*arguments, before=ON)


def by_a_human(registry: Path, *arguments: str) -> int:
    """The exit code of a call at a terminal that is no agent's pane."""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        command_line(*arguments),
        env=environment(registry, CAFLEET_IDENTITY_ENFORCE="true"),
        stdin=theirs,
        capture_output=True,
        check=False,
    )
    os.close(ours)
    os.close(theirs)
    return done.returncode


def test_a_proven_sender_is_served_and_a_claim_refused(office: Office) -> None:
    send = ("message", "send", "--to", "clerk", "--text", "words")
    assert says(office, "alice", *send).code == 0
    for command in (send, ("message", "poll"), ("member", "list")):
        refused = says(office, "alice", *command, "--agent-id", "bob")
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.startswith(UNPROVEN)
    assert office.recorded() == [("alice", "pane")]


def test_variables_alone_are_refused(office: Office, registry_path: Path) -> None:
    inherited = dict(word.split("=") for word in office.variables("bob").split())
    inherited["CAFLEET_IDENTITY_ENFORCE"] = "true"
    refused = cafleet(registry_path, "message", "poll", **inherited)
    assert refused.err.startswith(UNPROVEN)


def test_members_are_the_director_s_alone(office: Office) -> None:
    director = office.team.director.agent_id
    named = ("--name", "carol", "--description", "works")
    create = ("member", "create", *named, "--coding-agent", "standin")
    refused = says(office, "alice", *create, "--agent-id", director)
    assert refused.err.startswith(UNPROVEN)
    assert says(office, "Director", *create).code == 0


def test_a_session_is_deleted_by_its_director_or_a_human_alone(
    office: Office, registry_path: Path
) -> None:
    session_id = office.team.session.session_id
    delete = ("session", "delete", session_id)
    refused = says(office, "alice", *delete)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("Error: only the session's Director")
    on = {"CAFLEET_IDENTITY_ENFORCE": "true"}
    assert cafleet(registry_path, *delete, **on).code == 1
    assert cafleet(registry_path, "session", "show", session_id).code == 0
    assert says(office, "Director", *delete).code == 0
    assert by_a_human(registry_path, *delete) == 0


def test_a_human_alone_speaks_as_the_administrator(
    office: Office, registry_path: Path
) -> None:
    administrator = ("--agent-id", office.team.administrator.agent_id)
    send = ("message", "send", "--to", "clerk", "--text", "words", *administrator)
    for name in ("alice", "Director"):
        refused = says(office, name, *send)
        assert refused.err.startswith("Error: only a human at a terminal")
    assert by_a_human(registry_path, *send) == 0


def test_nobody_says_for_another_what_runs_in_its_pane(office: Office) -> None:
    adopt = ("agent", "adopt", "--id", "bob")
    assert says(office, "alice", *adopt).code == 1
    assert says(office, "Director", *adopt).code == 0
    assert says(office, "bob", "agent", "adopt").code == 0


def test_no_variable_turns_off_what_the_file_turns_on(tmp_path: Path) -> None:
    folder = tmp_path / "cafleet"
    folder.mkdir()
    (folder / "config.toml").write_text("[identity]\nenforce = true\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    assert settings.load(environ).enforce_identity
    off = {**environ, "CAFLEET_IDENTITY_ENFORCE": "false"}
    assert settings.load(off).enforce_identity
    on = {"HOME": str(tmp_path), "CAFLEET_IDENTITY_ENFORCE": "true"}
    assert settings.load(on).enforce_identity
    assert not settings.load({"HOME": str(tmp_path)}).enforce_identity
