"""Screens of a coding agent of the user's own: recorded, proposed from, and tried."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cafleet_core.agents import recordings
from cafleet_core.agents.cues import Cues
from cafleet_core.agents.recordings import Recording
from cafleet_core.panes.reading import fuse, proposed_cues
from tests.cli.desk import Desk
from tests.screens.corpus import HERE
from tests.terminal import eventually

EDGE = "─" * 20
BOX = f"{EDGE}\n❯ \n{EDGE}\n  12 tokens"
SCREENS = {
    "idle": f"Sage 1\n\nDone.\n{BOX}",
    "busy": f"Sage 1\n⠹ Thinking (3s)\n{BOX}",
    "waiting": "Sage 1\nMay I run this (1 of 2)?\n[y] yes",
}


def recording(state: str, screen: str) -> Recording:
    return Recording(state, state, "sage", "", 0, 0, True, screen)


def test_cues_that_are_proposed_tell_the_states_apart() -> None:
    made = [recording(state, screen) for state, screen in SCREENS.items()]
    cues = proposed_cues.proposed(made)
    assert cues == {
        "box_begin": ["^─{9,}"],
        "box_end": ["^─{9,}"],
        "glyph": ["^❯ "],
        "waiting": [r"May I run this \(\d+ of \d+\)\?", r"\[y\] yes"],
        "busy": [r". Thinking \(\d+s\)"],
    }
    read = Cues(**{kind: tuple(patterns) for kind, patterns in cues.items()})
    later = SCREENS["busy"].replace("⠹", "⠧").replace("3s", "41s")
    for state, screen in {**SCREENS, "busy": later}.items():
        assert fuse.fuse(screen, "", read).state == state


def test_nothing_is_proposed_of_what_no_screen_shows() -> None:
    assert proposed_cues.proposed([recording("idle", "Done.\n> ")]) == {}
    both = [recording("idle", "Thinking"), recording("busy", "Thinking")]
    assert proposed_cues.proposed(both) == {}


def test_a_pane_is_recorded_and_its_cues_are_tried(desk: Desk, tmp_path: Path) -> None:
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    file = tmp_path / "cafleet" / "config.toml"
    pane = desk.terminal.pane(
        ["sh", "-c", f"printf '{SCREENS['idle']}'; exec sleep 60"]
    )
    eventually(lambda: "tokens" in desk.terminal.screen(pane))
    made = desk(
        "agent-kind", "record", "sage", "--pane", pane, "--state", "idle", **home
    )
    assert made.code == 0, made.err
    first, *lines = made.out.splitlines()
    assert first == f"recorded {tmp_path}/cafleet/screens/sage/idle-1.txt"
    assert tomllib.loads("\n".join(lines))["agents"]["sage"]["cues"]["glyph"] == ["^❯ "]
    file.write_text("\n".join(["[agents.sage]", "argv = ['sage']", *lines]), "utf-8")
    tried = desk("agent-kind", "check", "sage", **home)
    assert tried.code == 0, tried.err
    assert [row.split()[:3] for row in tried.out.splitlines()[1:]] == [
        ["idle-1", "idle", "idle"]
    ]
    file.write_text("[agents.sage]\nargv = ['sage']\ncues.busy = ['Done']\n", "utf-8")
    wrong = desk("agent-kind", "check", "sage", "--json", **home)
    assert wrong.code == 1
    assert "1 of 1 screens are read as another state" in wrong.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ("record", "../x", "--pane", "%0", "--state", "idle"),
            "is no name for a coding agent",
        ),
        (("check", "nobody"), "coding agent 'nobody' is unknown"),
        (("check", "codex"), "there are no recorded screens in"),
        (("record", "x", "--pane", "%99", "--state", "idle"), "no pane '%99'"),
    ],
)
def test_what_cannot_be_done_is_said(
    desk: Desk, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    ran = desk("agent-kind", *words, XDG_CONFIG_HOME=str(tmp_path))
    assert ran.code != 0
    assert why in ran.err


def test_the_screens_of_a_known_agent_are_read_right(desk: Desk) -> None:
    screens = str(HERE / "gemini" / "0.61.0")
    assert desk("agent-kind", "check", "gemini", "--screens", screens).code == 0


def test_another_file_is_no_recording(tmp_path: Path, desk: Desk) -> None:
    (tmp_path / "notes.txt").write_text("# expected: idle\nhello\n")
    ran = desk("agent-kind", "check", "codex", "--screens", str(tmp_path))
    assert (ran.code, "notes.txt is no recorded screen." in ran.err) == (2, True)
    assert recordings.folder("codex").endswith("/cafleet/screens/codex")
