"""`cafleet setup` shows what it would do, does it, and takes it back; `doctor` tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    told = cli("setup")
    assert told.code == 0
    diff, table = told.out.split("piece           state", 1)
    assert "claude-hooks    absent" in table
    assert "---" not in table, "a long diff is above what sums it up"
    assert "OpenCode is not installed." in told.out
    assert f"--- {home.claude}" in diff
    rules = f'"Bash(cafleet:*)", "Read(/{home.path}/.claude/skills/**)"'
    assert f'+    "allow": ["Bash(ls:*)", {rules}],' in diff
    assert '+prefix_rule(pattern = ["cafleet"], decision = "allow")' in diff
    assert f"files in {home.path}/.claude/skills\n" in told.out
    assert told.out.endswith(
        "Nothing was changed. Say --apply to do it; what is yours is kept as a copy.\n"
    )
    assert home.files() == before


def test_applied_it_says_where_the_copy_is_and_what_is_left_to_do(
    cli: Prompt, home: Home
) -> None:
    told = cli("setup", "claude-hooks", "codex", "--apply")
    assert told.code == 0
    [copy] = home.claude.parent.glob("*.bak")
    assert f"wrote {home.claude}\n  before: {copy}\n" in told.out
    assert copy.read_text() == CLAUDE
    assert "when you have trusted them" in told.out
    assert cli("setup", "codex", "--apply").out == "There was nothing to change.\n"
    shown = cli("setup", "claude").out
    assert "claude-hooks   present" in shown
    assert "claude-allow   absent" in shown
    assert "OpenCode" not in shown


def test_removed_all_is_as_it_was(cli: Prompt, home: Home) -> None:
    before = home.files()
    cli("setup", "--apply")
    told = cli("setup", "--remove")
    assert told.code == 0
    assert f"deleted {home.path}/.codex/rules/cafleet.rules\n" in told.out
    assert "trusted" not in told.out
    assert home.files() == before


def test_as_json_it_tells_states_changes_and_copies(cli: Prompt, home: Home) -> None:
    [piece] = cli("setup", "claude-allow", "--json").document["pieces"]
    assert piece == {
        "name": "claude-allow",
        "agent": "claude",
        "state": "absent",
        "purpose": "Claude Code runs cafleet and reads its skills without asking.",
        "files": [str(home.claude)],
    }
    told = cli("setup", "claude-allow", "--apply", "--json").document
    [change] = told["changes"]
    assert told["pieces"][0]["state"] == "present"
    assert change["done"]
    assert Path(change["backup"]).read_text() == CLAUDE
    assert "Bash(cafleet:*)" in change["diff"]


def test_a_broken_file_is_one_line_and_the_others_are_done(
    cli: Prompt, home: Home
) -> None:
    home.claude.write_text("{,}")
    told = cli("setup", "--apply")
    assert told.code == 1
    assert told.err == (
        f"Error: {home.claude} is not JSON: ',' is not expected at line 1;"
        " it is left as it is.\n"
    )
    assert home.claude.read_text() == "{,}"
    assert "codex-hooks     present" in cli("setup").out
    told = cli("setup", "--apply", "--json")
    assert (told.code, told.err) == (1, "")
    assert len(told.document["problems"]) == 1


def test_what_was_changed_by_hand_is_left_and_named(cli: Prompt, home: Home) -> None:
    cli("setup", "codex-allow", "--apply")
    rules = home.path / ".codex" / "rules" / "cafleet.rules"
    rules.write_text("mine\n")
    told = cli("setup", "codex-allow", "--apply")
    assert f"left {rules}: changed by hand, or not from cafleet" in told.out
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
    told = cli("setup", *arguments)
    assert (told.code, told.err) == (2, f"Error: {words}\n")


def test_an_agent_that_is_named_need_not_be_installed(cli: Prompt, home: Home) -> None:
    cli("setup", "opencode-allow", "--apply")
    settings = home.opencode.with_suffix(".json")
    assert '"cafleet *": "allow"' in settings.read_text()


def test_doctor_names_what_is_missing_or_stale_and_counts_no_problem(
    cli: Prompt, home: Home
) -> None:
    cli("setup", "claude", "--apply")
    home.claude.write_text(home.claude.read_text().replace('"Stop":', '"Other":'))
    told = cli("doctor")
    assert "· codex-allow: missing; `cafleet setup codex-allow --apply`" in told.out
    assert "· claude-hooks: stale; `cafleet setup claude-hooks --apply`" in told.out
    assert "✓ claude-allow: ok" in told.out
    assert "opencode-" not in told.out
    home.claude.write_text("{")
    assert f"· claude-hooks: {home.claude} is not JSON" in cli("doctor").out
    assert cli("doctor").code == cli("doctor", "--json").code
    checks = cli("doctor", "--json").document["checks"]
    assert not [
        one for one in checks if "claude-" in one["name"] and one["ok"] is False
    ]
