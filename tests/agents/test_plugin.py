"""The plugin in a real Claude Code that runs as a member, which cannot ask for permission."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cafleet_core import assets
from cafleet_core.push import preview
from tests.agents.models import ModelApi
from tests.agents.programs import FOLDER, MEMBER, PATIENCE, SESSION, Programs
from tests.agents.replies import CALL
from tests.terminal import Terminal, eventually

ROOT = Path(__file__).parents[2]


class Seat(NamedTuple):
    """A Claude Code that takes turns, and its tools' results."""

    programs: Programs
    pane: str

    def calls(self, tool: str, **arguments: str) -> str:
        """Make its model call a tool; the result that the model gets."""
        before = len(self.results())
        self.programs.says(self.pane, CALL + json.dumps([tool, arguments]))
        eventually(lambda: len(self.results()) > before, PATIENCE)
        return self.results()[-1]

    def results(self) -> list[str]:
        """The tool results in the longest conversation, with the text beside them."""
        conversations = [
            [json.dumps(item) for item in request["messages"] if _answers(item)]
            for request in list(self.programs.api.requests)
        ]
        return max(conversations, key=len, default=[])


def _answers(item: dict[str, Any]) -> bool:
    content = item["content"]
    return isinstance(content, list) and content[0].get("type") == "tool_result"


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    """A Claude Code at rest, in a project without permissions."""
    root = tmp_path_factory.mktemp("seat")
    terminal = Terminal(root / "tmux.sock", root / "registry.db")
    try:
        with ModelApi() as api:
            programs = Programs(root, terminal, api)
            yield Seat(programs, programs.started(MEMBER))
    finally:
        terminal.close()


@pytest.mark.parametrize(
    "path", [assets.plugin_folder(), ROOT], ids=lambda path: path.name
)
def test_the_manifests_are_valid(path: Path, tmp_path: Path) -> None:
    claude = Path(os.environ[FOLDER]) / "node_modules" / ".bin" / "claude"
    done = subprocess.run(
        [claude, "plugin", "validate", "--strict", path],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Validation passed" in done.stdout) == (0, True), done


@pytest.mark.parametrize("name", assets.skills())
def test_a_skill_is_loaded_without_asking(seat: Seat, name: str) -> None:
    loaded = seat.calls("Skill", skill=f"cafleet:{name}")
    assert f"Base directory for this skill: {assets.skills()[name]}" in loaded


def test_a_member_may_talk_and_no_more(seat: Seat) -> None:
    denied = "has been denied"
    send = "cafleet message send --to Director --text 'It costs $5.'"
    ping = preview.poll_command(SESSION, "a-member")
    for line in ("cafleet message poll --full", send, ping):
        assert denied not in seat.calls("Bash", command=line, description="Talk")
    elsewhere = preview.poll_command("another-session", "a-member")
    exec_ = f"cafleet --session-id {SESSION} member exec 'echo message x'"
    for line in (
        "cafleet member list",
        elsewhere,
        exec_,
        f"{send}; touch x",
        f'{send} --text "$(id)"',
    ):
        assert denied in seat.calls("Bash", command=line, description="Do more")
