"""The coding agents that can be set up, and the folders of their settings."""

from __future__ import annotations

import os

from cafleet_core.agents import catalog, programs
from cafleet_core.config import folders
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

AGENTS = ("claude", "codex", "opencode")

TITLES = {"claude": "Claude Code", "codex": "Codex", "opencode": "OpenCode"}


def home(agent: str, environ: Mapping[str, str]) -> str:
    """The folder of an agent's settings; it may not exist."""
    user = environ.get("HOME") or os.path.expanduser("~")
    if agent == "claude":
        return environ.get("CLAUDE_CONFIG_DIR") or os.path.join(user, ".claude")
    if agent == "codex":
        return environ.get("CODEX_HOME") or os.path.join(user, ".codex")
    return os.path.join(folders.config_folder(environ), "opencode")


def installed(environ: Mapping[str, str]) -> list[str]:
    """The agents whose program or settings folder exists on this host."""
    return [agent for agent in AGENTS if _is_installed(agent, environ)]


def _is_installed(agent: str, environ: Mapping[str, str]) -> bool:
    program = catalog.get(agent).argv[0]
    binary = programs.which(program, environ.get("PATH"))
    return binary is not None or os.path.isdir(home(agent, environ))
