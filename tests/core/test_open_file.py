"""Which command shows the human a file at a line, by their own program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from cafleet_core.broker.team import open_file
from cafleet_core.errors import Refused


@pytest.fixture
def environ(tmp_path: Path) -> Mapping[str, str]:
    """A PATH with some editors, none of which is ever run."""
    for name in ("vim", "code", "vi"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return {"PATH": str(tmp_path / "bin")}


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "a {line} b.py"
    path.write_text("one\n")
    return str(path)


def test_an_editor_that_takes_a_line_is_given_one(
    environ: Mapping[str, str], file: str
) -> None:
    named = {**environ, "EDITOR": "code", "VISUAL": "vim -n"}
    program, *words = open_file.command((), file, 12, named)
    assert (os.path.basename(program), words) == ("vim", ["-n", "+12", file])
    assert open_file.command((), file, 0, named)[1:] == ["-n", file]
    assert open_file.command((), file, 12, environ)[1:] == ["+12", file]


def test_another_editor_is_given_the_file_alone(
    environ: Mapping[str, str], file: str
) -> None:
    named = {**environ, "EDITOR": "code --wait"}
    assert open_file.command((), file, 12, named)[1:] == ["--wait", file]


def test_the_setting_says_where_path_and_line_are(
    environ: Mapping[str, str], file: str
) -> None:
    wanted = ("code", "-g", "{path}:{line}")
    assert open_file.command(wanted, file, 7, environ)[1:] == ["-g", f"{file}:7"]
    assert open_file.command(wanted, file, 0, environ)[1:] == ["-g", f"{file}:1"]
    assert open_file.command(("code", "-n"), file, 7, environ)[1:] == ["-n", file]


def test_what_cannot_be_shown_is_refused(
    environ: Mapping[str, str], tmp_path: Path, file: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in (("pipe", "no ordinary file"), ("gone", "No such file")):
        with pytest.raises(Refused, match=words):
            open_file.command((), str(tmp_path / path), 1, environ)
    for program in ("emacs", "'"):
        with pytest.raises(Refused, match="there is no program"):
            open_file.command((), file, 1, {**environ, "EDITOR": program})
    with pytest.raises(Refused, match="another machine"):
        open_file.refuse_elsewhere("elsewhere")
