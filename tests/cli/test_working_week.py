"""A team's whole week, played by a plain shell script: worktrees, a reboot, a death, a guest."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "test_working_week.sh"
A_WEEK = 280.0

COMMITS = {
    *(f"By {name}: {name}.md" for name in ("ada", "ben", "cleo", "dan", "eva")),
    *("By ada: plan.md", "By cleo: later.md", "By dan: again.md", "Begin"),
}


@pytest.mark.sqlite
@pytest.mark.timeout(A_WEEK + 10)
def test_a_week_leaves_its_commits_its_messages_and_nothing_else(
    tmp_path: Path,
) -> None:
    binaries = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", str(SCRIPT), str(tmp_path)],
        env={"PATH": binaries, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=A_WEEK,
        check=False,
    )
    output = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, output
    assert "== The week is done" in done.stdout

    log = ("git", "-C", str(tmp_path / "repository"), "log", "--format=%s", "main")
    subjects = subprocess.run(log, capture_output=True, text=True, check=True).stdout
    assert set(subjects.splitlines()) >= COMMITS
    trees = tmp_path / "repository.worktrees"
    assert not trees.exists() or list(trees.iterdir()) == []

    history = (tmp_path / "history.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in history]
    for words in ("Please go on after the weekend.", "Welcome; please read the plan."):
        assert texts.count(words) == 1, output
    assert sum("Is this the title?" in text for text in texts) == 1
    registry = sqlite3.connect(tmp_path / "registry.db")
    left = registry.execute("SELECT name FROM agents WHERE status = 'active'")
    assert left.fetchall() == []
    registry.close()
    socket = tmp_path / f"tmux-{os.getuid()}" / "default"
    asked = ("tmux", "-S", str(socket), "list-panes", "-a")
    assert subprocess.run(asked, capture_output=True, check=False).stdout == b""
