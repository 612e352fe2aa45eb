"""`doctor` names the rules of coding agents' settings that keep members from calling cafleet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.diagnosis import agent_rules
from tests.core.doctor import checked


def stopped_by(kind: str, rule: str) -> bool:
    return bool([*agent_rules.claude(json.dumps({"permissions": {kind: [rule]}}))])


@pytest.mark.parametrize("kind", ["deny", "ask"])
@pytest.mark.parametrize(
    "rule",
    [
        "Bash",
        "Bash(*)",
        "Bash(cafleet:*)",
        "Bash(cafleet *)",
        "Bash(cafleet message:*)",
        "Bash(cafleet message send:*)",
        "Bash(cafleet --session-id * message ack *)",
        "Bash(caf*)",
    ],
)
def test_a_rule_that_meets_a_member_s_command_is_named(kind: str, rule: str) -> None:
    assert stopped_by(kind, rule)


@pytest.mark.parametrize(
    "rule",
    [
        "Bash(cafleet db:*)",
        "Bash(cafleet)",
        "Bash(caf:*)",
        "Bash(rm *)",
        "Read(cafleet)",
        "WebFetch",
        "Bash(",
        "Bash(cafleet message sendx:*)",
    ],
)
def test_other_rules_are_not(rule: str) -> None:
    assert not stopped_by("deny", rule)


def test_what_allows_does_not_stop() -> None:
    assert not stopped_by("allow", "Bash(cafleet:*)")


@pytest.mark.parametrize(
    "text", ["", "{}", '{"permissions": 1}', '{"permissions": {"deny": [1, {}]}}']
)
def test_settings_without_rules_stop_nothing(text: str) -> None:
    assert [*agent_rules.claude(text)] == []


@pytest.mark.parametrize(
    ("rule", "stops"),
    [
        ('prefix_rule(pattern = ["cafleet"], decision = "forbidden")', True),
        ('prefix_rule(pattern=["cafleet", "message"], decision="prompt")', True),
        ('prefix_rule(pattern=[["git", "cafleet"]], decision="forbidden")', True),
        ('prefix_rule(pattern=["cafleet"], decision="allow")', False),
        ('prefix_rule(pattern=["cafleet"])', False),
        ('prefix_rule(pattern=["cafleet", "db"], decision="forbidden")', False),
        ('prefix_rule(pattern=WORDS, decision="forbidden")', False),
        ('prefix_rule(pattern=[], decision="forbidden")', False),
    ],
)
def test_codex_s_rules_are_read_as_codex_does(rule: str, stops: bool) -> None:
    assert bool([*agent_rules.codex(rule)]) == stops


def test_doctor_names_file_and_rule(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, project = tmp_path / "home", tmp_path / "project"
    for folder in (home / ".claude", project / ".claude", home / ".codex" / "rules"):
        folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    for variable in ("CLAUDE_CONFIG_DIR", "CODEX_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.chdir(project)
    at_rest = checked(registry)
    assert at_rest["claude-rules"].ok is at_rest["codex-rules"].ok is True
    local = project / ".claude" / "settings.local.json"
    local.write_text('{"permissions": {"deny": ["Bash(cafleet:*)"]}} // mine', "utf-8")
    (home / ".codex" / "rules" / "own.rules").write_text("prefix_rule(", "utf-8")
    after = checked(registry)
    muted = after["claude-rules"]
    assert (muted.ok, muted.detail) == (
        False,
        f"{local}: deny Bash(cafleet:*): `cafleet message` is denied",
    )
    broken = after["codex-rules"]
    assert broken.ok is None, "nothing is known of it"
    assert "own.rules is no rules file" in broken.detail


@pytest.mark.parametrize(
    "managed", ["managed-settings.json", "managed-settings.d/a.json"]
)
def test_managed_settings_count_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, managed: str
) -> None:
    file = tmp_path / managed
    file.parent.mkdir(exist_ok=True)
    file.touch()
    monkeypatch.setattr(agent_rules, "_MANAGED", (str(tmp_path),))
    assert str(file) in agent_rules.claude_files({"HOME": str(tmp_path)}, "/")
