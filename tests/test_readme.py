"""The README's transcript, run line by line in a pane of a real tmux server."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

from cafleet_tui.actions import ACTIONS
from tests.terminal import Terminal, cafleet

README = Path(__file__).parent.parent / "README.md"


class Step(NamedTuple):
    """A command of the transcript and what it is said to print."""

    command: str
    printed: str


def transcript() -> list[Step]:
    """Every `$` line of the README's console blocks, with the lines up to the next."""
    blocks = re.findall(r"```console\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    steps = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks), re.MULTILINE)
    return [Step(*step) for step in steps]


def fits(promised: str, printed: str) -> bool:
    """Whether a text is what was promised, where `…` stands for anything."""
    pattern = ".*?".join(re.escape(part) for part in promised.strip().split("…"))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def test_the_transcript_runs_as_printed(terminal: Terminal) -> None:
    steps = transcript()
    assert len(steps) >= 7
    here = terminal.inside(terminal.first)
    for step in steps:
        program, *arguments = shlex.split(step.command)
        assert program == "cafleet"
        ran = cafleet(terminal.registry, *arguments, **here)
        assert ran.code == 0, f"{step.command}: {ran.err}"
        assert fits(step.printed, ran.out), f"{step.command} printed:\n{ran.out}"


def test_every_key_in_the_table_exists() -> None:
    table = re.findall(r"^\| `([^`]+)` \|", README.read_text("utf-8"), re.MULTILINE)
    known = {key for action in ACTIONS for key in action.keys.split(",")}
    assert table
    assert set(table) <= known


def test_links_and_pictures_are_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text("utf-8")):
        assert (README.parent / target).exists(), target
