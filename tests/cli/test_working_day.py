"""A whole working day, played by a plain shell script in a pane of a real tmux server."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from cafleet_core.broker.registry.open import Registry
from tests.terminal import Terminal, eventually

SCRIPT = Path(__file__).parent.parent / "working_day.sh"
A_DAY = 110.0


def test_a_director_s_day_leaves_its_history_and_nothing_else(
    terminal: Terminal, registry: Registry, tmp_path: Path
) -> None:
    history, ended = tmp_path / "history.jsonl", tmp_path / "ended"
    before = terminal.tmux("list-panes", "-a", "-F", "#{pane_id}").split()
    binaries = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    play = f"sh {SCRIPT} {history}; echo $? > {ended}.tmp; mv {ended}.tmp {ended}; cat"
    director = terminal.pane(["env", f"PATH={binaries}", "sh", "-c", play])
    eventually(ended.exists, A_DAY)
    assert ended.read_text() == "0\n", terminal.screen(director)
    assert "== The day is done" in terminal.screen(director)

    panes = terminal.tmux("list-panes", "-a", "-F", "#{pane_id}").split()
    assert panes == [*before, director]
    assert registry.rows("SELECT name FROM agents WHERE status = 'active'") == []
    assert registry.rows("SELECT * FROM agent_placements") == []
    open_tasks = "SELECT text FROM tasks WHERE status_state = 'input_required'"
    assert (
        registry.rows(
            f"{open_tasks} AND context_id IN (SELECT agent_id FROM agents"
            " WHERE kind = 'member')"
        )
        == []
    )
    assert list(Path(registry.folder).glob(".cafleet-*")) == []

    said = [json.loads(line) for line in history.read_text("utf-8").splitlines()]
    texts = [message["text"] for message in said]
    for words in (
        "Please draft the release notes; begin with 'What is new'.",
        "Which title shall it bear?",
        "'Release notes' will do;",
        "The first remark is in the draft, the second dropped.",
        "One more thing: spell it out.",
        "Please go on where the other stopped.",
    ):
        assert texts.count(words) == 1, words
