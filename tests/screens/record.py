"""Bring real coding agents into each state and record their screens.

`CAFLEET_AGENTS_DIR=<folder> python -m tests.screens.record [PROGRAM|PLAY…]`; see `make test-agents`
for the folder. A screen's expected state follows from the steps that led to it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.agents.models import ModelApi
from tests.agents.programs import FOLDER, Programs, Size
from tests.screens.corpus import Screen
from tests.screens.plays import PLAYS, Staging
from tests.screens.scene import Scene
from tests.terminal import Terminal

SIZES = (Size(120, 40), Size(80, 24))
AT_ONCE = 4
"""Programs that run at the same time; more slow one another down too much."""
PACKAGES = {
    "claude": "@anthropic-ai/claude-code",
    "codex": "@openai/codex",
    "opencode": "opencode-ai",
}
_FACTS = (
    "#{pane_current_command}\t#{cursor_x},#{cursor_y}\t#{cursor_flag}\t#{alternate_on}"
    "\t#{pane_tty}\t#{pane_title}"
)


def main() -> None:
    """Record every screen at every size, of all programs and plays or of the named ones."""
    named = sys.argv[1:] or PACKAGES
    root = Path(tempfile.mkdtemp(prefix="cafleet-screens-"))
    terminal = Terminal(root / "tmux.sock", root / "registry.db")
    try:
        with ModelApi() as api:
            programs = Programs(root, terminal, api)
            _furnish(programs.trusted)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                plays = [
                    pool.submit(_record, programs, size, staging)
                    for staging in PLAYS
                    if staging.agent in named or staging.name in named
                    for size in SIZES
                ]
            for play in plays:
                play.result()
    finally:
        terminal.close()
        _end_what_is_left(root / "home")


def _end_what_is_left(home: Path) -> None:
    """End background processes of the programs, such as those of Claude Code's list of sessions."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"HOME={home}\0".encode() in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)


def _furnish(folder: Path) -> None:
    """Make a repository with a change, as where agents work."""
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / "notes.txt").write_text("a line\n" * 60)


def _record(programs: Programs, size: Size, staging: Staging) -> None:
    pane = programs.start(
        staging.agent, trusted=staging.trusted, size=size, kind=staging.kind
    )
    scene = Scene(programs, staging.agent, pane, size)
    try:
        for state, name in staging.play(scene):
            _write(scene, state, name)
    except AssertionError as error:
        print(f"{staging.name} at {size}: {error}\n{programs.terminal.screen(pane)}")
        raise


def _write(scene: Scene, state: str, name: str) -> None:
    terminal, pane = scene.programs.terminal, scene.pane
    facts = terminal.tmux("display-message", "-p", "-t", pane, _FACTS)
    command, cursor, caret, alternate, tty, title = facts.split("\t", 5)
    size = f"{scene.size.width}x{scene.size.height}"
    screen = Screen(
        *(scene.agent, f"{state}-{name}-{size}", state, _version(scene.agent)),
        *(command, title.replace(os.uname().nodename, "host"), cursor),
        terminal.tmux("capture-pane", "-p", "-e", "-t", pane),
        *(caret, alternate, _processes(tty), _record_of(scene)),
    )
    screen.write()
    print(screen.agent, screen.name, flush=True)


def _processes(tty: str) -> str:
    """A terminal's foreground and stopped processes with their state: `claude:S vim:S`."""
    columns = ["-o", "stat=", "-o", "comm=", "-t", tty.removeprefix("/dev/")]
    listed = subprocess.run(
        ["ps", *columns], capture_output=True, text=True, check=False
    )
    rows = [line.split(None, 1) for line in listed.stdout.splitlines()]
    shown = [(state, name) for state, name in rows if "+" in state or state[0] == "T"]
    return " ".join(f"{name.strip()}:{state[0]}" for state, name in shown)


def _record_of(scene: Scene) -> str:
    """The status in Claude Code's own record, or empty."""
    for path in (scene.programs.home / ".claude" / "sessions").glob("*.json"):
        record = json.loads(path.read_text("utf-8"))
        if str(record.get("tmux")).endswith(f".{scene.pane}"):
            return str(record.get("status"))
    return ""


def _version(agent: str) -> str:
    package = Path(os.environ[FOLDER], "node_modules", PACKAGES[agent], "package.json")
    return str(json.loads(package.read_text("utf-8"))["version"])


if __name__ == "__main__":
    main()
