"""Set up, renew and remove each piece; the home is as before."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest

from cafleet_core import assets
from cafleet_core.setup import agent_folders, hooks, plan, signature
from cafleet_core.setup.piece import ABSENT, FOREIGN, PRESENT, STALE
from tests.setup.homes import Home, a_home, an_empty_home

NAMES = (
    *("claude-skills", "claude-allow", "claude-hooks", "claude-files", "claude-usage"),
    *("codex-skills", "codex-allow", "codex-registry", "codex-daemon", "codex-hooks"),
    "codex-files",
    *("opencode-skills", "opencode-allow", "opencode-files"),
)
SEALED = (
    *("claude-skills", "codex-skills", "codex-allow", "opencode-skills"),
    "opencode-files",
)
EACH = pytest.mark.parametrize("name", NAMES)
MAKERS = pytest.mark.parametrize("make", [a_home, an_empty_home])


def test_these_are_the_pieces(home: Home) -> None:
    assert tuple(piece.name for piece in home.pieces()) == NAMES


@EACH
@MAKERS
def test_a_piece_comes_once_and_goes_without_a_trace(
    make: type[Home], name: str, tmp_path: Path
) -> None:
    home = make(tmp_path / "home")
    before = home.files()
    assert home.state(name) == ABSENT
    assert home.remove(name) == []
    assert home.apply(name) != []
    assert home.state(name) == PRESENT
    assert home.apply(name) == []
    assert home.remove(name) != []
    assert home.files() == before
    assert home.state(name) == ABSENT


@MAKERS
def test_all_come_and_go_together(make: type[Home], tmp_path: Path) -> None:
    home = make(tmp_path / "home")
    before, folders = home.files(), set(home.path.rglob("*/"))
    home.apply()
    assert {home.state(name) for name in NAMES} == {PRESENT}
    home.remove()
    assert home.files() == before
    assert {path for path in home.path.rglob("*/") if path.is_dir()} <= folders


@pytest.mark.parametrize("name", SEALED)
def test_what_an_earlier_version_wrote_is_renewed(home: Home, name: str) -> None:
    before = home.files()
    home.apply(name)
    target = home.piece(name).targets[0].path
    comment = "<!--" if target.endswith(".md") else "#"
    Path(target).write_text(signature.file("As it was.\n", comment))
    dropped = Path(target).with_name("dropped.md")
    if name.endswith("skills"):
        dropped.write_text(signature.file("No longer there.\n", "<!--"))
    assert home.state(name) == STALE
    home.apply(name)
    assert home.state(name) == PRESENT
    assert not dropped.exists()
    assert home.copies() == []
    home.remove(name)
    assert home.files() == before


def test_rules_that_an_earlier_version_wrote_are_completed(home: Home) -> None:
    home.claude.write_text('{"permissions": {"allow": ["Bash(cafleet:*)", "x"]}}')
    assert home.state("claude-allow") == STALE
    home.apply("claude-allow")
    allowed = json.loads(home.claude.read_text())["permissions"]["allow"]
    skills = home.claude.parent / "skills"
    assert allowed == ["Bash(cafleet:*)", "x", f"Read(/{skills}/**)"]
    home.remove("claude-allow")
    assert json.loads(home.claude.read_text()) == {"permissions": {"allow": ["x"]}}


@pytest.mark.parametrize("agent", ["claude", "codex"])
def test_hooks_of_an_earlier_version_are_renewed(home: Home, agent: str) -> None:
    home.apply(f"{agent}-hooks")
    file = Path(home.piece(f"{agent}-hooks").targets[0].path)
    present = json.loads(file.read_text())
    old = hooks.command("busy").partition("#")[0].rstrip() + " "
    handler = present["hooks"]["PreToolUse"][0]["hooks"][0]
    handler["command"] = signature.command(f"true; {old}".rstrip())
    file.write_text(json.dumps(present))
    assert home.state(f"{agent}-hooks") == STALE
    home.apply(f"{agent}-hooks")
    assert home.state(f"{agent}-hooks") == PRESENT
    text = file.read_text()
    assert "true; " not in text
    assert ("say done" in text) == (agent == "claude")


@pytest.mark.parametrize("name", SEALED)
def test_a_file_that_was_changed_by_hand_is_left_unless_forced(
    home: Home, name: str
) -> None:
    home.apply(name)
    file = Path(home.piece(name).targets[0].path)
    file.write_text(changed := file.read_text().replace("cafleet", "CAFLEET", 1))
    assert home.state(name) == FOREIGN
    assert home.apply(name) == []
    assert plan.plan(home.pieces(name), remove=False).left == (str(file),)
    home.remove(name)
    assert file.read_text() == changed
    home.apply(name, force=True)
    assert home.state(name) == PRESENT
    assert home.copies() == [changed]


def test_a_skill_of_the_same_name_is_not_overwritten(home: Home) -> None:
    name = next(iter(assets.skills()))
    mine = home.path / ".claude" / "skills" / name / "SKILL.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    assert home.state("claude-skills") == FOREIGN
    home.apply("claude-skills")
    home.remove("claude-skills")
    assert mine.read_text() == "mine"


def test_a_hook_that_was_changed_by_hand_is_left_unless_forced(home: Home) -> None:
    home.apply("claude-hooks")
    text = home.claude.read_text().replace("busy $(date", "busy  $(date", 1)
    home.claude.write_text(text)
    assert home.state("claude-hooks") == FOREIGN
    assert home.apply("claude-hooks") == []
    home.remove("claude-hooks")
    left = json.loads(home.claude.read_text())["hooks"]
    assert sorted(left) == ["Stop", "UserPromptSubmit"]
    assert len(left["Stop"]) == 1
    home.apply("claude-hooks", force=True)
    assert home.state("claude-hooks") == PRESENT
    assert "busy  " not in home.claude.read_text()


def test_a_handler_that_a_user_adds_to_a_group_of_ours_stays(home: Home) -> None:
    home.apply("claude-hooks")
    document = json.loads(home.claude.read_text())
    document["hooks"]["SessionEnd"][0]["hooks"].append({"command": "bye"})
    home.claude.write_text(json.dumps(document))
    home.remove("claude-hooks")
    left = json.loads(home.claude.read_text())["hooks"]
    assert left["SessionEnd"] == [{"hooks": [{"command": "bye"}]}]
    assert sorted(left) == ["SessionEnd", "Stop"]


def test_what_a_user_has_denied_opencode_stays_denied(home: Home) -> None:
    home.opencode.write_text('{"permission": {"bash": {"cafleet *": "deny"}}}')
    before = home.files()
    assert home.state("opencode-allow") == FOREIGN
    home.apply("opencode-allow")
    home.remove("opencode-allow")
    assert home.files() == before
    home.apply("opencode-allow", force=True)
    assert home.state("opencode-allow") == PRESENT


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("{}", {"bash": {"cafleet *": "allow"}}),
        ('{"permission": "ask"}', {"*": "ask", "bash": {"cafleet *": "allow"}}),
        (
            '{"permission": {"bash": "deny"}}',
            {"bash": {"*": "deny", "cafleet *": "allow"}},
        ),
        (
            '{"permission": {"bash": {"cafleet *": "allow", "*": "ask"}}}',
            {"bash": {"cafleet *": "allow", "*": "ask"}},
        ),
    ],
)
def test_opencodes_short_forms_mean_the_same_afterwards(
    home: Home, text: str, rules: dict[str, object]
) -> None:
    home.opencode.write_text(text)
    home.apply("opencode-allow")
    assert json.loads(home.opencode.read_text())["permission"] == rules


def test_the_folders_that_the_agents_are_told_are_used(home: Home) -> None:
    variables = {
        "CLAUDE_CONFIG_DIR": "/c",
        "CODEX_HOME": "/x",
        "XDG_CONFIG_HOME": "/o",
        "HOME": "/nowhere",
    }
    assert [agent_folders.home(agent, variables) for agent in agent_folders.AGENTS] == [
        *("/c", "/x", "/o/opencode")
    ]


def test_an_agent_is_installed_by_its_program_or_its_settings(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.pieces() == []
    program = tmp_path / "bin" / "codex"
    program.parent.mkdir()
    program.touch(mode=0o755)
    assert {piece.agent for piece in home.pieces()} == {"codex"}
    home.opencode.parent.mkdir(parents=True)
    assert {piece.agent for piece in home.pieces()} == {"codex", "opencode"}


def test_skills_that_the_plugin_brings_are_not_copied_as_well(home: Home) -> None:
    home.claude.write_text('{"enabledPlugins": {"cafleet@cafleet": true}}')
    assert "claude-skills" not in [piece.name for piece in home.pieces()]
    assert "claude-skills" not in [piece.name for piece in home.pieces("claude")]
    home.apply("claude-skills")
    assert "claude-skills" in [piece.name for piece in home.pieces()]


def test_the_registrys_folder_is_what_codex_may_write(home: Home) -> None:
    home.apply("codex-registry")
    document = tomllib.loads(home.codex.read_text())
    assert document["sandbox_workspace_write"] == {
        "writable_roots": [str(home.path / "data")],
        "network_access": True,
    }


def test_no_agent_needs_another_ones_folder(home: Home) -> None:
    for piece in home.pieces():
        for target in piece.targets:
            assert os.path.commonpath([target.path, piece.home]) == piece.home
