"""`db init` in its six states, and `doctor`, which never fails to answer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.storage import write_queue
from cafleet_core.storage.registry import HEAD
from tests.cli.conftest import Prompt
from tests.team import Team, a_team_in_panes
from tests.terminal import Terminal, cafleet


@pytest.mark.parametrize("there", [False, True])
def test_init_makes_a_missing_or_empty_file(
    cli: Prompt, registry_path: Path, there: bool
) -> None:
    if there:
        registry_path.parent.mkdir()
        registry_path.touch()
    made = cli("db", "init")
    assert made == (0, f"Created {registry_path} at revision {HEAD}.\n", "")
    head = (0, f"Already at head ({HEAD}); nothing to do.\n", "")
    assert cli("db", "init") == head
    left = {path.name for path in registry_path.parent.iterdir()}
    assert left == {"registry.db", f"registry.db{write_queue.SUFFIX}"}


def test_init_as_json(cli: Prompt, registry_path: Path) -> None:
    document = cli("db", "init", "--json").document
    assert document == {
        "path": str(registry_path),
        "before": 0,
        "after": HEAD,
        "backup": None,
    }


def test_init_gives_a_missing_administrator(
    cli: Prompt, registry: Registry, team: Team
) -> None:
    with registry.write():
        registry.execute("DELETE FROM agents WHERE kind = 'administrator'")
    assert cli("db", "init").code == 0
    shown = cli("session", "show", team.session.session_id, "--json").document
    assert shown["administrator_agent_id"] is not None


def test_init_refuses_a_newer_registry(cli: Prompt, registry_path: Path) -> None:
    registry = open_registry(registry_path)
    registry.mark(HEAD + 1, oldest_reader=HEAD + 1)
    registry.close()
    before = registry_path.read_bytes()
    refused = cli("db", "init", "--json")
    assert (refused.code, refused.out, refused.error["code"]) == (1, "", "registry")
    assert f"is at revision {HEAD + 1}, newer than" in refused.error["message"]
    assert cli("session", "list").code == 1
    assert registry_path.read_bytes() == before


def test_init_refuses_another_program_s_file(cli: Prompt, registry_path: Path) -> None:
    registry_path.parent.mkdir()
    other = sqlite3.connect(registry_path)
    other.execute("CREATE TABLE sessions (id INTEGER)")
    other.commit()
    other.close()
    before = registry_path.read_bytes()
    refused = cli("db", "init")
    assert (refused.code, refused.out) == (1, "")
    assert "holds tables that are not cafleet's; name another file" in refused.err
    assert registry_path.read_bytes() == before


def test_any_other_command_makes_the_registry_silently(
    cli: Prompt, registry_path: Path
) -> None:
    assert cli("session", "list") == (0, "No sessions found.\n", "")
    assert registry_path.exists()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:///relative.db", "is a relative path"),
        ("mysql://host/db", "only sqlite:///<absolute path> and postgresql:// are"),
        ("sqlite:////tmp", "is a directory, not a file"),
    ],
)
def test_a_bad_setting_is_refused_by_name(
    cli: Prompt, monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    monkeypatch.setenv("CAFLEET_DATABASE_URL", url)
    for arguments in (("session", "list"), ("doctor",), ("db", "init")):
        refused = cli(*arguments)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.startswith(f"Error: CAFLEET_DATABASE_URL='{url}'")
        assert why in refused.err


def test_doctor_finds_nothing_wrong_where_nothing_is(
    registry: Registry, registry_path: Path, terminal: Terminal, tmp_path: Path
) -> None:
    a_team_in_panes(registry, terminal, tmp_path, "alice")
    ran = cafleet(registry_path, "doctor")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == f"✓ registry: {registry_path} at revision {HEAD}"
    assert lines[-1] == "0 problems."
    assert any(line.endswith(": 2 placed") for line in lines)


def test_doctor_finds_dead_panes_and_open_permissions(
    registry: Registry, registry_path: Path, terminal: Terminal, tmp_path: Path
) -> None:
    a_team_in_panes(registry, terminal, tmp_path)
    terminal.close()
    registry_path.chmod(0o644)
    ran = cafleet(registry_path, "doctor", "--json")
    assert ran.code == 1
    wrong = {check["name"] for check in ran.document["checks"] if check["ok"] is False}
    assert wrong == {"panes", "permissions"}
    assert ran.document["problems"] == 2
    details = [check["detail"] for check in ran.document["checks"]]
    assert any(detail.endswith("without a live pane: Director") for detail in details)


def test_doctor_works_without_registry_or_tmux(
    cli: Prompt, registry_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "does not exist yet" in cli("doctor").out
    assert not registry_path.exists()
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = cli("doctor")
    assert (ran.code, ran.err) == (1, "")
    assert "✗ tmux: tmux is not on PATH." in ran.out


def test_doctor_names_a_broken_table_of_agents_and_goes_on(
    cli: Prompt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "cafleet" / "config.toml"
    file.parent.mkdir()
    file.write_text('[agents.mine]\nargv = "mine"\n')
    ran = cli("doctor")
    assert (ran.code, ran.err) == (1, "")
    wrong = f"✗ coding agents: {file}:2: [agents.mine] argv: not a list of strings."
    assert ran.out.splitlines()[-2:] == [wrong, "1 problem."]


def test_doctor_names_a_damaged_registry(cli: Prompt, registry_path: Path) -> None:
    registry_path.parent.mkdir()
    registry_path.write_bytes(b"no database" * 1000)
    ran = cli("doctor")
    assert (ran.code, ran.err) == (1, "")
    assert f"✗ registry: registry {registry_path} is damaged" in ran.out


def test_a_sick_registry_stops_any_command_with_its_way_out(
    cli: Prompt, registry_path: Path
) -> None:
    registry_path.parent.mkdir()
    registry_path.write_bytes(b"no database" * 1000)
    refused = cli("session", "list")
    assert (refused.code, refused.out) == (1, "")
    assert len(refused.err.splitlines()) == 2, "what is the case, and the way out"
