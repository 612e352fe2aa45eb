"""The plugin as a coding agent finds it: its manifests, its skills, their frontmatter and links."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cafleet_core import __version__, assets

ROOT = Path(__file__).parents[2]
SKILLS = assets.skills()


def manifest() -> Any:
    """What the plugin says of itself."""
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
def test_a_skill_says_its_name_and_when_to_use_it(name: str) -> None:
    skill = (SKILLS[name] / "SKILL.md").read_text("utf-8")
    head = re.match(r"---\nname: (.+)\ndescription: (.+)\n---\n", skill)
    assert head is not None
    assert head[1] == name
    assert "Use it " in head[2]
    assert len(head[2]) <= 1024
