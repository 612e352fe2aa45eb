"""`ctrl+e`: the draft in the user's own editor, and back, in a real terminal."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cafleet_core.broker.messages import pages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import InvalidInput, Refused
from cafleet_tui.operations import editor
from tests.team import Team, a_team
from tests.terminal import Terminal, command_line, eventually


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter")


@pytest.fixture
def a_program(tmp_path: Path) -> Callable[[str], str]:
    """A program of this script, which gets the file as its last argument."""

    def made(script: str) -> str:
        path = tmp_path / "an editor"
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(0o700)
        return f"'{path}' --wait"

    return made


def test_the_draft_is_written_elsewhere_and_sent_here(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    a_program: Callable[[str], str],
) -> None:
    asks = a_program('head -c 99 "$2"; read -r words; echo "$words" >> "$2"')
    tui = command_line("tui", "--session-id", team.session.session_id)
    room = terminal.pane(["env", "-u", "VISUAL", f"EDITOR={asks}", *tui])
    eventually(lambda: "drafter" in terminal.screen(room))
    terminal.keys(room, "-l", "@drafter one ")
    eventually(lambda: "→ drafter" in terminal.screen(room))
    terminal.keys(room, "C-e")
    eventually(lambda: terminal.screen(room).startswith("@drafter one"))
    assert "Timeline" not in terminal.screen(room)
    terminal.keys(room, "-l", "two @nobody")
    terminal.keys(room, "Enter")
    eventually(lambda: "Timeline" in terminal.screen(room))
    eventually(lambda: "one two @nobody" in terminal.screen(room))
    terminal.keys(room, "-l", " three")
    eventually(lambda: "@nobody three" in terminal.screen(room))
    terminal.keys(room, "Enter")
    [entry] = eventually(lambda: pages.newest(registry, team.session.session_id))
    assert entry.text == "one two @nobody three"


def test_only_what_an_editor_has_saved_and_is_text_comes_back(
    a_program: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "files"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))

    def left_by(script: str) -> str:
        return editor.edited("as it was\n", {**os.environ, "EDITOR": a_program(script)})

    assert left_by("exit 0") == "as it was"
    assert left_by('stat -c %a "$2" > "$2.mode"; mv "$2.mode" "$2"') == "600"
    for script, error, why in (
        ("exit 3", Refused, "ended with 3; the draft is as it was"),
        ('rm "$2"', Refused, "No such file"),
        ('printf "\\xff" > "$2"', InvalidInput, "not UTF-8"),
        ('head -c 1100000 /dev/zero > "$2"', InvalidInput, "larger than 1 MiB"),
    ):
        with pytest.raises(error, match=why):
            left_by(script)
    assert not [*own.iterdir()]


@pytest.mark.parametrize("wanted", ["no-such-editor", "'open", "  "])
def test_without_the_program_it_says_so(wanted: str) -> None:
    with pytest.raises(Refused, match="set EDITOR to yours"):
        editor.edited("", {**os.environ, "VISUAL": wanted})
