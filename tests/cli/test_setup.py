"""`cafleet setup` shows what it would do, does it, and takes it back; `doctor` tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.setup import host_unit
from tests.cli.conftest import Prompt
from tests.setup.homes import CLAUDE, Home, a_home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The caller's home, with settings for Claude Code and Codex."""
    home = a_home(tmp_path / "home")
    home.opencode.unlink()
    home.opencode.parent.rmdir()
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in home.environ.items():
        monkeypatch.setenv(name, value)
    return home


def test_it_shows_the_change_and_makes_none(cli: Prompt, home: Home) -> None:
    before = home.files()
    ran = cli("setup")
    assert ran.code == 0
    diff, table = ran.out.split("piece           state", 1)
    assert "claude-hooks    absent" in table
    assert "---" not in table, "a long diff is above what sums it up"
    assert "OpenCode is not installed." in ran.out
    assert f"--- {home.claude}" in diff
    rules = f'"Bash(cafleet:*)", "Read(/{home.path}/.claude/skills/**)"'
    assert f'+    "allow": ["Bash(ls:*)", {rules}],' in diff
    assert '+prefix_rule(pattern = ["cafleet"], decision = "allow")' in diff
    assert f"files in {home.path}/.claude/skills\n" in ran.out
    assert ran.out.endswith(
        "Nothing was changed. Say --apply to do it; what is yours is kept as a copy.\n"
    )
    assert home.files() == before


def test_applied_it_says_where_the_copy_is_and_what_is_left_to_do(
    cli: Prompt, home: Home
) -> None:
    ran = cli("setup", "claude-hooks", "codex", "--apply")
    assert ran.code == 0
    [copy] = home.claude.parent.glob("*.bak")
    assert f"wrote {home.claude}\n  before: {copy}\n" in ran.out
    assert copy.read_text() == CLAUDE
    assert "when you have trusted them" in ran.out
    assert cli("setup", "codex", "--apply").out == "There was nothing to change.\n"
    shown = cli("setup", "claude").out
    assert "claude-hooks   present" in shown
    assert "claude-allow   absent" in shown
    assert "OpenCode" not in shown


def test_removed_all_is_as_it_was(cli: Prompt, home: Home) -> None:
    before = home.files()
    cli("setup", "--apply")
    ran = cli("setup", "--remove")
    assert ran.code == 0
    assert f"deleted {home.path}/.codex/rules/cafleet.rules\n" in ran.out
    assert "trusted" not in ran.out
    assert home.files() == before


@pytest.mark.sqlite
def test_as_json_it_tells_states_changes_and_copies(cli: Prompt, home: Home) -> None:
    [piece] = cli("setup", "claude-allow", "--json").document["pieces"]
    assert piece == {
        "name": "claude-allow",
        "agent": "claude",
        "state": "absent",
        "purpose": "Claude Code runs cafleet and reads its skills without asking.",
        "files": [str(home.claude)],
    }
    ran = cli("setup", "claude-allow", "--apply", "--json").document
    [change] = ran["changes"]
    assert ran["pieces"][0]["state"] == "present"
    assert change["done"]
    assert Path(change["backup"]).read_text() == CLAUDE
    assert "Bash(cafleet:*)" in change["diff"]


def test_a_broken_file_is_one_line_and_the_others_are_done(
    cli: Prompt, home: Home
) -> None:
    home.claude.write_text("{,}")
    ran = cli("setup", "--apply")
    assert ran.code == 1
    assert ran.err == (
        f"Error: {home.claude} is not JSON: ',' is not expected at line 1;"
        " it is left as it is.\n"
    )
    assert home.claude.read_text() == "{,}"
    assert "codex-hooks     present" in cli("setup").out
    ran = cli("setup", "--apply", "--json")
    assert (ran.code, ran.err) == (1, "")
    assert len(ran.document["problems"]) == 1


def test_what_was_changed_by_hand_is_left_and_named(cli: Prompt, home: Home) -> None:
    cli("setup", "codex-allow", "--apply")
    rules = home.path / ".codex" / "rules" / "cafleet.rules"
    rules.write_text("mine\n")
    ran = cli("setup", "codex-allow", "--apply")
    assert f"left {rules}: changed by hand, or not from cafleet" in ran.out
    assert rules.read_text() == "mine\n"
    assert "before: " in cli("setup", "codex-allow", "--apply", "--force").out
    assert "cafleet" in rules.read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("claud",), "there is no piece 'claud'; did you mean 'claude'?"),
        (("--apply", "--remove"), "--apply and --remove exclude each other."),
    ],
)
def test_what_cannot_be_meant_is_refused(
    cli: Prompt, home: Home, arguments: tuple[str, ...], words: str
) -> None:
    ran = cli("setup", *arguments)
    assert ran.refusal == (2, ran.out, f"Error: {words}\n")


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["host", "host-unit"])
def test_a_unit_that_nothing_would_run_is_refused_with_what_to_do(
    cli: Prompt, home: Home, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    needless = "Error: a registry in a file needs no host process, and so no unit.\n"
    assert cli("setup", name, "--apply").refusal == (1, "", needless)
    monkeypatch.setenv("CAFLEET_DATABASE_URL", "postgresql://x@localhost/x")
    monkeypatch.setattr(host_unit, "BOOTED", str(home.path / "none"))
    ran = cli("setup", name, "--apply")
    refused, way_out = ran.err.splitlines()
    assert (ran.code, ran.out) == (1, "")
    assert refused.startswith("Error: systemd does not run this machine")
    assert "'cafleet host'" in way_out


def test_an_agent_that_is_named_need_not_be_installed(cli: Prompt, home: Home) -> None:
    cli("setup", "opencode-allow", "--apply")
    settings = home.opencode.with_suffix(".json")
    assert '"cafleet *": "allow"' in settings.read_text()


def test_doctor_names_what_is_missing_or_stale_and_counts_no_problem(
    cli: Prompt, home: Home
) -> None:
    cli("setup", "claude", "--apply")
    home.claude.write_text(home.claude.read_text().replace('"Stop":', '"Other":'))
    ran = cli("doctor")
    assert "· codex-allow: missing; `cafleet setup codex-allow --apply`" in ran.out
    assert "· claude-hooks: stale; `cafleet setup claude-hooks --apply`" in ran.out
    assert "✓ claude-allow: ok" in ran.out
    assert "opencode-" not in ran.out
    home.claude.write_text("{")
    assert f"· claude-hooks: {home.claude} is not JSON" in cli("doctor").out
    assert cli("doctor").code == cli("doctor", "--json").code
    checks = cli("doctor", "--json").document["checks"]
    assert not [
        check for check in checks if "claude-" in check["name"] and check["ok"] is False
    ]
