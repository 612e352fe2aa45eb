"""Settings changed in a user's file: nothing else of it changes, and no value that cannot be."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cafleet_core.config import file_edits, user_file
from cafleet_core.config.file_edits import changed
from cafleet_core.config.keys import KEYS, Value
from cafleet_core.errors import InvalidSetting, Refused

KEPT = """\
# mine, since 2024
[push]   # as I like it
max_text_len = 300   # a lot
# hold_timeout = 20

[[on]]
name = "phone"
event = "asked"
run = ["say", "# no comment"]

[tui]
theme = 'nord'

[tui.keys]
"acts.ping" = "p"
"""


@pytest.mark.parametrize(
    ("name", "value", "gone", "come"),
    [
        (
            *("push.max_text_len", 5),
            ["max_text_len = 300   # a lot"],
            ["max_text_len = 5   # a lot"],
        ),
        ("tui.theme", None, ["theme = 'nord'"], []),
        ("tui.theme", 'a"b', ["theme = 'nord'"], ['theme = "a\\"b"']),
        (
            "tui.keys.acts.ping",
            "ctrl+p",
            ['"acts.ping" = "p"'],
            ['"acts.ping" = "ctrl+p"'],
        ),
        ("tui.keys.acts.ping", None, ['"acts.ping" = "p"'], []),
        ("monitor.quiet_after", 7, [], ["", "[monitor]", "quiet_after = 7"]),
        (
            "worktree.setup",
            ("a b", "c"),
            [],
            ["", "[worktree]", 'setup = ["a b", "c"]'],
        ),
        ("tui.bell", None, [], []),
    ],
)
def test_one_line_changes(
    name: str, value: Value | None, gone: list[str], come: list[str]
) -> None:
    before, after = KEPT.splitlines(), changed(KEPT, name, value).splitlines()
    for line in gone:
        before.remove(line)
    for line in come:
        after.reverse()
        after.remove(line)
        after.reverse()
    assert after == before


def values(key_index: int) -> st.SearchStrategy[Value]:
    key = KEYS[key_index]
    if isinstance(key.default, bool):
        return st.booleans()
    if isinstance(key.default, int):
        return st.integers(0, min(key.most, 2**62))
    if key.choices:
        choice = st.sampled_from(key.choices)
        several = isinstance(key.default, tuple)
        return st.lists(choice, unique=True).map(tuple) if several else choice
    texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    return st.lists(texts).map(tuple) if isinstance(key.default, tuple) else texts


COMMENTS = st.lists(st.sampled_from(["# one", "", "   # two [x]", "\t"]), max_size=3)


@given(st.data())
def test_whatever_is_written_is_read_again_and_what_is_taken_out_leaves_no_trace(
    data: st.DataObject,
) -> None:
    text = "".join(f"{line}\n" for line in data.draw(COMMENTS))
    expected: dict[str, Value] = {}
    for _ in range(data.draw(st.integers(1, 5))):
        index = data.draw(st.integers(1, len(KEYS) - 1))
        name, value = KEYS[index].name, data.draw(values(index))
        text = changed(text, name, value)
        expected[name] = value
    document = tomllib.loads(text)
    assert user_file.faults(document, text) == []
    for name, value in expected.items():
        table, key = name.split(".")
        written = document[table][key]
        assert (tuple(written) if isinstance(written, list) else written) == value
        text = changed(text, name, None)
    assert all(content == {} for content in tomllib.loads(text).values())


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("push.max_text_len", -1, "push.max_text_len: -1 is below 0."),
        ("server.port", 70000, "server.port: 70000 is above 65535."),
        ("tui.bell", 1, "tui.bell: 1 is not true or false."),
        (
            "delivery.transport",
            "pigeon",
            "delivery.transport: 'pigeon' is neither auto nor keys.",
        ),
        ("push.speed", 1, "push.speed: no such key."),
    ],
)
def test_what_no_setting_can_be_is_not_written(
    tmp_path: Path, name: str, value: Value, why: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(KEPT)
    with pytest.raises(InvalidSetting) as refused:
        file_edits.change(str(path), name, value)
    assert str(refused.value.message).startswith(why.removesuffix("."))
    assert path.read_text() == KEPT


@pytest.mark.parametrize("text", ["[push", "push = 3", "[[push]]\n", "\ufeff[push]"])
def test_a_file_that_cannot_be_changed_alone_needs_a_hand(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(InvalidSetting):
        file_edits.change(str(path), "push.hold_timeout", 3)
    assert path.read_text() == text


def test_a_link_stays_one_and_a_mode_is_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    real.write_text(KEPT)
    real.chmod(0o640)
    link.symlink_to(real)
    file_edits.change(str(link), "tui.bell", False)
    assert link.is_symlink()
    assert "bell = false" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    os.mkfifo(path)
    with pytest.raises(InvalidSetting, match="no ordinary file"):
        file_edits.change(str(path), "tui.bell", False)


def test_a_folder_without_a_file_gets_one_and_one_that_takes_none_is_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "new" / "config.toml"
    file_edits.change(str(path), "tui.bell", None)
    assert not path.exists(), "nothing to write"
    file_edits.change(str(path), "tui.bell", False)
    assert path.read_text() == "[tui]\nbell = false\n"
    with pytest.raises(Refused, match="cannot be written"):
        file_edits.change("/proc/none/config.toml", "tui.bell", False)
