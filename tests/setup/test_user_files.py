"""Writing a user's files: through links, atomically, with their mode and a backup."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cafleet_core import user_files
from cafleet_core.errors import Refused
from cafleet_core.setup import plan
from tests.setup.homes import CLAUDE, Home


def test_a_link_is_written_through(home: Home) -> None:
    kept = home.path / "dotfiles" / "claude.json"
    kept.parent.mkdir()
    home.claude.rename(kept)
    home.claude.symlink_to(kept)
    home.apply("claude-allow")
    assert home.claude.is_symlink()
    assert "cafleet" in kept.read_text()
    [copy] = kept.parent.glob("*.bak")
    assert copy.read_text() == CLAUDE
    home.remove("claude-allow")
    assert home.claude.is_symlink()
    assert kept.read_text() == CLAUDE


def test_the_mode_of_a_file_and_of_its_copy_stays(home: Home) -> None:
    home.claude.chmod(0o640)
    home.apply("claude-allow")
    [copy] = home.claude.parent.glob("*.bak")
    for file in (home.claude, copy):
        assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_only_what_is_not_cafleets_own_is_copied(home: Home) -> None:
    home.apply()
    assert len(home.copies()) == 3
    assert CLAUDE in home.copies()


def test_a_file_that_changed_since_it_was_shown_is_left(home: Home) -> None:
    [change] = plan.plan(home.pieces("claude-allow"), remove=False).changes
    home.claude.write_text("{}")
    with pytest.raises(Refused, match="changed by someone else"):
        plan.carry_out(change)
    assert home.claude.read_text() == "{}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(home: Home) -> None:
    home.claude.parent.chmod(0o500)
    [change] = plan.plan(home.pieces("claude-allow"), remove=False).changes
    with pytest.raises(Refused, match="Permission denied"):
        plan.carry_out(change)
    home.claude.parent.chmod(0o700)
    assert home.claude.read_text() == CLAUDE


def test_what_cannot_be_written_leaves_nothing_behind(home: Home) -> None:
    (home.path / ".codex" / "rules").symlink_to("/proc/not/for/files")
    [change] = plan.plan(home.pieces("codex-allow"), remove=False).changes
    before = home.files()
    with pytest.raises(Refused, match=r"cafleet\.rules cannot be written: "):
        plan.carry_out(change)
    assert home.files() == before


def test_a_write_that_is_cut_short_leaves_the_file_whole(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = home.files()
    with pytest.raises(Refused, match="No space left on device"):
        user_files.write(str(home.claude), CLAUDE, "{}")
    assert home.files() == before


def test_folders_go_with_their_last_file_but_not_the_agents_own(tmp_path: Path) -> None:
    home = tmp_path / ".codex"
    (home / "skills" / "one").mkdir(parents=True)
    (home / "skills" / "mine").mkdir()
    user_files.tidy(str(home / "skills" / "one" / "SKILL.md"), str(home))
    assert [path.name for path in home.rglob("*")] == ["skills", "mine"]
    user_files.tidy(str(home / "skills" / "mine" / "SKILL.md"), str(home))
    assert home.is_dir()
    assert not list(home.iterdir())
