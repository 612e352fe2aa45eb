"""Files of a user that cannot be read, or are of an unknown shape: named, and left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cafleet_core.setup import plan
from cafleet_core.setup.piece import BROKEN, PRESENT
from tests.setup.homes import Home

BROKEN_FILES = [
    ("claude-allow", "{", "the end is not expected at line 1"),
    ("claude-allow", "[]", "holds no object"),
    ("claude-allow", '{"permissions": []}', "unexpected in permissions.allow"),
    ("claude-allow", '{"permissions": {"allow": "x"}}', "no list in permissions.allow"),
    ("claude-hooks", '{"hooks": []}', "unexpected in hooks"),
    ("codex-registry", "a = ", "is not TOML"),
    ("opencode-allow", '{"permission": {"bash": 1}}', "unexpected in permission.bash"),
]


@pytest.mark.parametrize(("name", "text", "words"), BROKEN_FILES)
def test_a_broken_file_is_named_and_not_touched(
    home: Home, name: str, text: str, words: str
) -> None:
    file = Path(home.piece(name).targets[0].path)
    file.write_text(text)
    before = home.files()
    status = plan.status(home.piece(name))
    assert status.state == BROKEN
    assert status.problem.startswith(f"{file} ")
    assert words in status.problem
    assert "\n" not in status.problem
    for remove in (False, True):
        planned = plan.plan(home.pieces(), remove=remove, force=True)
        assert planned.problems == (status.problem,)
        assert str(file) not in [change.path for change in planned.changes]
    assert home.files() == before


@pytest.mark.parametrize("bad", [b"\xff\xfe", None])
def test_a_file_that_is_no_text_is_named(home: Home, bad: bytes | None) -> None:
    home.claude.unlink()
    if bad is None:
        home.claude.mkdir()
    else:
        home.claude.write_bytes(bad)
    assert plan.status(home.piece("claude-allow")).problem.startswith(str(home.claude))


def test_a_hook_group_of_an_unknown_shape_is_passed_over(home: Home) -> None:
    odd = {"Stop": [1, {"hooks": None}, {"hooks": [1]}], "Other": "x"}
    home.claude.write_text(json.dumps({"hooks": odd}))
    home.apply("claude-hooks")
    assert home.state("claude-hooks") == PRESENT
    home.remove("claude-hooks")
    assert json.loads(home.claude.read_text()) == {"hooks": odd}
