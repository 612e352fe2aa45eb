"""Drive real coding agents into each state and write down their screens.

`CAFLEET_AGENTS_DIR=<folder> python -m tests.screens.record [PROGRAM…]`; see `make test-agents`
for the folder. What a screen is to be read as comes from how it was brought about.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.agents.models import ModelApi
from tests.agents.programs import FOLDER, Programs, Size
from tests.screens.corpus import HERE, Screen
from tests.screens.plays import PLAYS, Scene, Staging
from tests.terminal import Terminal

SIZES = (Size(120, 40), Size(80, 24))
PACKAGES = {
    "claude": "@anthropic-ai/claude-code",
    "codex": "@openai/codex",
    "opencode": "opencode-ai",
}


def main() -> None:
    """Write every screen at every size: of every program, or of those that are named."""
    named = sys.argv[1:] or PACKAGES
    root = Path(tempfile.mkdtemp(prefix="cafleet-screens-"))
    terminal = Terminal(root / "tmux.sock", root / "registry.db")
    try:
        with ModelApi() as api:
            programs = Programs(root, terminal, api)
            with ThreadPoolExecutor() as pool:
                plays = [
                    pool.submit(_record, programs, size, one)
                    for size in SIZES
                    for one in PLAYS
                    if one.agent in named
                ]
                for play in plays:
                    play.result()
    finally:
        terminal.close()


def _record(programs: Programs, size: Size, one: Staging) -> None:
    pane = programs.start(one.agent, trusted=one.trusted, size=size, kind=one.kind)
    scene = Scene(programs, one.agent, pane, size)
    for state, name in one.play(scene):
        _write(scene, state, name)


def _write(scene: Scene, state: str, name: str) -> None:
    fields = "#{pane_current_command}\t#{cursor_x},#{cursor_y}\t#{pane_title}"
    terminal, pane = scene.programs.terminal, scene.pane
    facts = terminal.tmux("display-message", "-p", "-t", pane, fields)
    command, cursor, title = facts.split("\t", 2)
    size = f"{scene.size.width}x{scene.size.height}"
    screen = Screen(
        *(scene.agent, f"{state}-{name}-{size}", state, _version(scene.agent)),
        *(command, title.replace(os.uname().nodename, "host"), cursor),
        terminal.tmux("capture-pane", "-p", "-e", "-t", pane),
    )
    screen.write(HERE)
    print(screen.agent, screen.name)


def _version(agent: str) -> str:
    package = Path(os.environ[FOLDER], "node_modules", PACKAGES[agent], "package.json")
    return str(json.loads(package.read_text("utf-8"))["version"])


if __name__ == "__main__":
    main()
