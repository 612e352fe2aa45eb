"""The plugin's manifests, and its skills with their frontmatter and links."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cafleet_core import __version__, assets
from cafleet_core.broker.team import prompts
from tests.builders import an_agent

ROOT = Path(__file__).parents[2]
SKILLS = assets.skills()
FILES = sorted(assets.plugin_folder().rglob("*.md"))
PROMPTS = [
    path for path in FILES if path.parent.name == "roles" and path.stem != "director"
]


def place(path: Path) -> str:
    """A file's path below the folder of the skills."""
    return path.relative_to(assets.plugin_folder() / "skills").as_posix()


def manifest() -> Any:
    """The plugin's manifest."""
    path = assets.plugin_folder() / ".claude-plugin" / "plugin.json"
    return json.loads(path.read_text("utf-8"))


def test_the_plugin_is_of_the_program_s_version() -> None:
    assert (manifest()["name"], manifest()["version"]) == ("cafleet", __version__)


def test_the_marketplace_leads_to_the_plugin() -> None:
    path = ROOT / ".claude-plugin" / "marketplace.json"
    [offered] = json.loads(path.read_text("utf-8"))["plugins"]
    assert (ROOT / offered["source"]).resolve() == assets.plugin_folder()
    assert offered["name"] == manifest()["name"]
    assert offered["description"] == manifest()["description"]


@pytest.mark.parametrize("name", SKILLS)
def test_a_skill_says_its_name_and_when_to_use_it_and_nothing_else(name: str) -> None:
    """A skill that asked for tools would need a permission that members cannot be asked for."""
    skill = (SKILLS[name] / "SKILL.md").read_text("utf-8")
    head = re.match(r"---\nname: (.+)\ndescription: ([^:#]+)\n---\n", skill)
    assert head is not None
    assert head[1] == name
    assert "Use it " in head[2]
    assert len(head[2]) <= 1024


def test_the_skills_are_those_that_were_promised() -> None:
    assert set(SKILLS) == {
        "cafleet",
        "cafleet-monitoring",
        "design-doc",
        "design-doc-create",
        "design-doc-execute",
    }


@pytest.mark.parametrize("path", FILES, ids=place)
def test_no_file_costs_an_agent_much(path: Path) -> None:
    text = path.read_text("utf-8")
    lines, longest = (
        (120, 5000) if path.name in ("SKILL.md", "director.md") else (40, 2500)
    )
    assert len(text.splitlines()) <= lines
    assert len(text) <= longest
    assert max(map(len, text.splitlines()), default=0) <= 700


@pytest.mark.parametrize("path", FILES, ids=place)
def test_links_stay_within_the_skill_and_lead_somewhere(path: Path) -> None:
    folder = SKILLS[place(path).partition("/")[0]]
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8")):
        assert (path.parent / target).resolve().is_relative_to(folder)
        assert (path.parent / target).exists(), target


def test_every_file_is_linked_from_its_skill() -> None:
    linked = {
        (folder / target).resolve()
        for folder in SKILLS.values()
        for target in re.findall(
            r"\]\(([^)]+)\)", (folder / "SKILL.md").read_text("utf-8")
        )
    }
    assert linked == {path for path in FILES if path.name != "SKILL.md"}


@pytest.mark.parametrize("path", FILES, ids=place)
def test_the_skills_that_are_named_exist(path: Path) -> None:
    named = re.findall(
        r"`((?:cafleet|design-doc)(?:-[a-z]+)?)`", path.read_text("utf-8")
    )
    assert set(named) <= set(SKILLS)


@pytest.mark.parametrize("path", PROMPTS, ids=place)
def test_every_member_talks_by_the_same_rules(path: Path) -> None:
    """A member reads one prompt only, so each prompt holds all rules of the plain member's."""
    plain = (SKILLS["cafleet"] / "roles" / "member.md").read_text("utf-8")
    rules = plain[plain.index("- A prompt [cafleet msg") :]
    assert path.read_text("utf-8").endswith(rules)
    assert rules.endswith("If there is none, end your turn.\n")


@pytest.mark.parametrize("path", PROMPTS, ids=place)
def test_a_prompt_holds_no_braces_that_would_stay(path: Path) -> None:
    """The placeholders of a first prompt are filled in when the member is created."""
    member = an_agent("writer")
    prompt = prompts.filled(prompts.read_file(str(path)), member, "director-id")
    assert prompt.startswith("You are writer")
    assert "{{" not in prompt
