"""Edits of Codex's TOML keep it valid, and removing them restores the text."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cafleet_core.setup.piece import ABSENT, FOREIGN, PRESENT
from cafleet_core.setup.toml_edits import TomlLine, WritableFolder

FOLDER = '/home/me/with "quotes" and é'
EDIT = WritableFolder(FOLDER)

SETTINGS = [
    'model = "m"',
    'model = "m" # mine\n\n[tools]\nweb = true\n\n',
    "[sandbox_workspace_write]",
    "[ sandbox_workspace_write ] # mine\nnetwork_access = true\n\n# next\n[x]\n",
    "[sandbox_workspace_write]\nwritable_roots = [] # none\n",
    '[sandbox_workspace_write]\nwritable_roots = ["/a"] # mine\n[x]\n',
    '[sandbox_workspace_write]\nwritable_roots = [\n  "/a", # first\n  "/b"\n]\n',
    '[sandbox_workspace_write]\r\nwritable_roots = [\r\n\t"/a",\r\n]\r\n',
    '[x]\nwritable_roots = ["/a"]\n[sandbox_workspace_write]\n',
]


@pytest.mark.parametrize("text", SETTINGS)
def test_the_folder_comes_and_goes_and_nothing_else_changes(text: str) -> None:
    there = EDIT.put(text)
    document = tomllib.loads(there)
    assert FOLDER in document["sandbox_workspace_write"].pop("writable_roots")
    before = tomllib.loads(text)
    before.setdefault("sandbox_workspace_write", {}).pop("writable_roots", None)
    assert document == before
    assert EDIT.state(there) == PRESENT
    assert EDIT.put(there) == there
    assert EDIT.take(there) == text


def test_a_file_made_for_it_goes_with_it() -> None:
    assert EDIT.take(EDIT.put(None)) is None


def test_a_list_that_was_rearranged_by_hand_loses_the_folder_alone() -> None:
    text = '[sandbox_workspace_write]\nwritable_roots = ["/a", "/c" , "/b"]\n'
    left = WritableFolder("/c").take(text)
    assert left is not None
    assert tomllib.loads(left)["sandbox_workspace_write"]["writable_roots"] == [
        "/a",
        "/b",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "sandbox_workspace_write = { network_access = true }\n",
        "sandbox_workspace_write.network_access = true\n",
        "a = '''\n[sandbox_workspace_write]\n'''\nsandbox_workspace_write.b = 1\n",
    ],
)
def test_a_form_that_it_cannot_edit_is_left_to_the_user(text: str) -> None:
    assert EDIT.state(text) == ABSENT
    with pytest.raises(ValueError, match="needs a hand: "):
        EDIT.put(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = ", "is not TOML: "),
        ("sandbox_workspace_write = 1", "has something unexpected in"),
        ('[sandbox_workspace_write]\nwritable_roots = "/a"', "has no list in"),
    ],
)
def test_what_is_not_as_codex_wants_it_is_named(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        EDIT.put(text)


LINE = TomlLine("features", "daemon_auto_start", False)


@pytest.mark.parametrize(
    "text",
    [
        'model = "m"',
        'model = "m"\n',
        "[features] # mine\nhooks = true\n[x]\n",
        "[features]\r\nhooks = true\r\n",
        "[features]",
    ],
)
def test_a_setting_comes_and_goes_and_nothing_else_changes(text: str) -> None:
    there = LINE.put(text)
    document = tomllib.loads(there)
    assert document["features"].pop("daemon_auto_start") is False
    assert document == {"features": {}, **tomllib.loads(text)}
    assert LINE.put(there) == there
    assert LINE.take(there) == text


def test_both_leave_together_what_they_came_to_together() -> None:
    for text in ('model = "m"\n', 'model = "m"'):
        there = LINE.put(EDIT.put(text))
        assert EDIT.take(LINE.take(there)) == text
        assert LINE.take(EDIT.take(there)) == text


def test_what_a_user_adds_to_a_table_made_for_it_stays_in_it() -> None:
    text = LINE.put('model = "m"\n') + "hooks = true\n"
    left = LINE.take(text)
    assert left is not None
    assert tomllib.loads(left) == {"model": "m", "features": {"hooks": True}}


def test_a_setting_of_the_users_own_is_left() -> None:
    text = "[features]\ndaemon_auto_start = true\n"
    assert LINE.state(text) == FOREIGN
    assert LINE.take(text) == text
    with pytest.raises(ValueError, match="needs a hand: set daemon_auto_start"):
        LINE.put(text)


def test_another_registrys_folder_is_another_folder(tmp_path: Path) -> None:
    assert WritableFolder(str(tmp_path)).state(EDIT.put("")) == ABSENT
