"""The coding agent that the documents describe: its example is read and does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cafleet_core.agents import catalog, present
from cafleet_core.agents.cues import parse
from cafleet_core.panes.reading.classify import classify
from tests.builders import DAWN, a_placement, a_snapshot, an_id

PAGE = Path(__file__).parents[2] / "docs" / "config.md"


@pytest.fixture
def name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The agent of the example, in the file of this test's user."""
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    [example] = [block for block in blocks if "[agents." in block]
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "cafleet" / "config.toml"
    file.parent.mkdir()
    file.write_text(example)
    header = re.search(r"\[agents\.(\w+)\]", example)
    assert header is not None
    return header[1]


@pytest.mark.parametrize(
    ("screen", "state"),
    [
        ("Sage v0.0\nUse /help for help\n\n> \n", "idle"),
        ("Sage v0.0\n\n> half a thought", "draft"),
        ("Sage v0.0\nLooking at the files", "unknown"),
    ],
)
def test_its_prompt_is_seen(name: str, screen: str, state: str) -> None:
    placement = a_placement(name)
    reading = classify(
        *(an_id("drafter"), placement, a_snapshot(screen, command=name), (), DAWN)
    )
    assert reading.state == state
    assert reading.rest_cued


def test_a_cue_that_was_changed_since_applies_to_who_runs_already(name: str) -> None:
    older = a_placement(name, cues="idle ^old>$", created_at="2020-01-01T00:00:00Z")
    now = present.cues(older, present.changed_at())
    assert parse(now) == catalog.get(name).cues
    newer = older._replace(created_at="2090-01-01T00:00:00Z")
    assert present.cues(newer, present.changed_at()) == "idle ^old>$"
    of_nobody = older._replace(coding_agent="unheard-of")
    assert present.cues(of_nobody, present.changed_at()) == "idle ^old>$"
