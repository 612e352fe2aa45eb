"""Real agents tell which files they edit, and their models are told who else does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.files import claims, edits, users
from cafleet_core.broker.files.place import locate
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import OnConflict
from cafleet_core.storage.files import FileUser
from tests.agents.office import AGENTS, Office, set_up
from tests.agents.programs import AT_REST, PATIENCE, STARTING, Programs
from tests.agents.replies import CALL
from tests.team import a_team
from tests.terminal import eventually

EACH = pytest.mark.parametrize("agent", AGENTS)
TRUST_ALL = "Trust all and continue"

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def office(equipped: tuple[Registry, Programs]) -> Office:
    """Members that may edit files of their folders, and bob, who edits them too."""
    registry, programs = equipped
    may_edit(programs)
    set_up(programs, *(f"{agent}-files" for agent in AGENTS))
    terminal = programs.terminal
    team = a_team(registry, "bob", here=terminal.here(terminal.first))
    office = Office(registry, programs, team)
    for agent in AGENTS:
        office.creates(agent, agent, f"welcome, {agent}")
    pane = office.pane("codex")
    programs.awaits(pane, TRUST_ALL, timeout=STARTING)
    programs.terminal.keys(pane, "Down")
    programs.awaits(pane, f"› 2. {TRUST_ALL}")
    programs.terminal.keys(pane, "Enter")
    programs.awaits(pane, AT_REST["codex"])
    for agent in AGENTS:
        is_welcome(office, agent)
    return office


def is_welcome(office: Office, agent: str) -> None:
    """Wait until an agent has had its first turn."""
    eventually(lambda: office.heard(agent, "welcome"), PATIENCE)
    office.becomes(agent, "idle")


def may_edit(programs: Programs) -> None:
    """Let the agents edit without asking."""
    settings = programs.home / ".claude" / "settings.json"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(json.dumps({"permissions": {"allow": ["Edit", "Write"]}}))
    config = programs.home / ".codex" / "config.toml"
    rules = config.read_text().replace("read-only", "workspace-write")
    config.write_text(rules)
    config = programs.home / ".config" / "opencode" / "opencode.json"
    config.write_text(config.read_text().replace('"edit": "ask"', '"edit": "allow"'))


def writes(office: Office, agent: str, name: str) -> Path:
    """Have an agent's model write a file of its folder with its own tool; the file."""
    path = office.programs.trusted / agent / name
    patch = f"*** Begin Patch\n*** Add File: {name}\n+words\n*** End Patch\n"
    call = {
        "claude": ["Write", {"file_path": str(path), "content": "words\n"}],
        "codex": ["exec_command", {"cmd": f"apply_patch <<'EOF'\n{patch}EOF"}],
        "opencode": ["write", {"filePath": str(path), "content": "words\n"}],
    }[agent]
    office.programs.says(office.pane(agent), CALL + json.dumps(call))
    return path


def used_by(office: Office, agent: str) -> list[FileUser]:
    session_id = office.team.session.session_id
    return [
        shared.user
        for shared in users.of_session(office.registry, session_id)
        if shared.user.agent_name == agent
    ]


def is_told(office: Office, words: str) -> bool:
    """Whether a request to a model holds these words."""
    return any(words in json.dumps(each) for each in list(office.programs.api.requests))


@EACH
def test_the_second_at_a_file_is_told_in_its_context(
    office: Office, agent: str
) -> None:
    path = office.programs.trusted / agent / "shared.txt"
    place = locate(str(path), "/")
    assert place is not None
    bob = office.team.others["bob"]
    assert edits.begin(office.registry, bob, [place], OnConflict.WARN) == []
    writes(office, agent, "shared.txt")

    eventually(lambda: is_told(office, f"bob has been editing {path}"), PATIENCE)
    assert path.read_text() == "words\n"
    eventually(lambda: not used_by(office, agent), PATIENCE)  # its turn is over


@EACH
def test_what_is_claimed_is_not_edited_where_that_is_denied(
    office: Office, agent: str
) -> None:
    config = office.programs.home / ".config" / "cafleet" / "config.toml"
    config.parent.mkdir(exist_ok=True)
    config.write_text('[files]\non_conflict = "deny"\n')
    path = office.programs.trusted / agent / "claimed.txt"
    end = clock.stamp_after(clock.now(), 3600)
    bob = office.team.others["bob"]
    claims.claim(office.registry, bob, claims.places([str(path)], "/"), end)
    writes(office, agent, path.name)
    eventually(lambda: is_told(office, f"bob has claimed {path}"), PATIENCE)
    office.becomes(agent, "idle")
    config.unlink()
    assert not path.exists()
