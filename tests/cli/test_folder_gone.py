"""Called from a folder that somebody has removed, as worktrees are when their work is done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Prompt
from tests.team import Team


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[None]:
    """This process is in a folder that is no more."""
    before = os.getcwd()
    (tmp_path / "worktree").mkdir()
    os.chdir(tmp_path / "worktree")
    os.rmdir(tmp_path / "worktree")
    yield
    os.chdir(before)


@pytest.mark.usefixtures("gone")
def test_what_needs_no_folder_works(as_agent: Prompt, team: Team) -> None:
    assert as_agent("alice", "send", "--to", "bob", "--text", "hi").code == 0
    for command in (("poll",), ("ack", "--all"), ("agent", "list"), ("status",)):
        assert as_agent("bob", *command).code == 0


@pytest.mark.usefixtures("gone")
@pytest.mark.parametrize(
    ("command", "value"),
    [
        ("member create --name m --description d --coding-agent standin", "."),
        ("up --coding-agent standin", "."),
        ("db backup copy.db", "copy.db"),
    ],
)
def test_what_means_the_folder_says_that_it_is_gone(
    as_agent: Prompt, command: str, value: str
) -> None:
    refused = as_agent("Director", *command.split())
    assert (refused.code, refused.out) == (2, "")
    expected = f"the folder that you are in is gone; '{value}' means nothing.\n"
    assert refused.err.endswith(expected)
