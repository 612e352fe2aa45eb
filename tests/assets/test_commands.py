"""The skills contain only valid commands with existing options."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cafleet_core import assets
from cafleet_core.cli.main import run
from cafleet_core.reference import commands
from tests.assets import skill_text
from tests.command_lines import read_only_the_words

FILES = sorted(assets.plugin_folder().rglob("*.md"))
OPTION = re.compile(r"`(--[a-z-]+)[^`]*`")


def calls() -> list[tuple[str, list[str]]]:
    """Every `cafleet` call in the skills, as (file, arguments)."""
    calls = []
    for path in FILES:
        place = path.relative_to(assets.plugin_folder() / "skills").as_posix()
        for line in skill_text.commands(path.read_text("utf-8")):
            words = shlex.split(line)
            if words[0] == "tmux":
                words = shlex.split(words[-1])
            if words[0] == "cafleet":
                calls.append((place, words[1:]))
    return calls


@pytest.mark.parametrize(("place", "words"), calls(), ids=str)
def test_the_parser_takes_a_command_as_it_is_written(
    place: str,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    read_only_the_words(monkeypatch)
    number_filled_in = ["1" if word == "NUMBER" else word for word in words]
    code = run(number_filled_in)
    assert (code, capsys.readouterr().err) == (0, "")


@pytest.mark.parametrize(
    "wrong",
    ["message poll --ful", "message ack --task TASK", "member stop", "message send"],
)
def test_the_parser_would_not_take_any_other(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_only_the_words(monkeypatch)
    assert run(wrong.split()) == 2


def test_the_commands_are_found() -> None:
    commands = [
        " ".join(words) for place, words in calls() if place == "cafleet/SKILL.md"
    ]
    assert "message poll --full" in commands
    assert len(calls()) > 50
    monitors = [words for _, words in calls() if words[0] == "monitor"]
    assert ["monitor", "--session-id", "SESSION"] in monitors


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_an_option_in_the_prose_exists(path: Path) -> None:
    known = {
        name
        for page in commands.documented()
        for param in page.command.params
        for name in param.opts
    }
    assert set(OPTION.findall(path.read_text("utf-8"))) <= known
