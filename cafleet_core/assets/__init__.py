"""What is shipped for coding agents: a Claude Code plugin, whose skills any can read, and OpenCode's."""

from __future__ import annotations

from pathlib import Path


def plugin_folder() -> Path:
    """The folder of the plugin: `.claude-plugin/plugin.json` and `skills/` are in it."""
    return Path(__file__).with_name("plugin")


def skills() -> dict[str, Path]:
    """The folder of each skill by its name. Each stands alone and may be copied as it is."""
    skills = sorted((plugin_folder() / "skills").glob("*/SKILL.md"))
    return {skill.parent.name: skill.parent for skill in skills}


def opencode_plugin() -> Path:
    """The plugin by which OpenCode tells of the files that it edits."""
    return Path(__file__).with_name("opencode") / "cafleet-files.js"
