"""`member diff`: what a member has changed, whatever the files are called and hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.worktrees import changes
from tests.cli.desk import Desk
from tests.worktrees.repositories import AUTHOR, a_repository, git

ODD = "odd \x1b[31m\tname.txt"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a commit."""
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)
    path = a_repository(tmp_path)
    (path / "plan.md").write_text("one\ntwo\n")
    git(path, "add", "plan.md")
    git(path, "commit", "-qm", "a plan")
    return path


def hire(desk: Desk, folder: Path, *more: str) -> Path:
    """The member `worker` in this folder, or a tree beside it; the folder it works in."""
    made = desk.hire("worker", "--cwd", str(folder), *more).document
    return Path(made["worktree"]["path"]) if more else folder


def test_a_worktree_shows_all_since_its_base(desk: Desk, repository: Path) -> None:
    tree = hire(desk, repository, "--worktree")
    (tree / "plan.md").write_text("one\n2\n")
    git(tree, "commit", "-qam", "second thoughts")
    (tree / "plan.md").write_text("one\n2\nthree\n")
    (tree / ODD).write_text("new \x1b]0;title\x07\n")
    (tree / "data.bin").write_bytes(b"\0\1" * 50)
    shown = desk("member", "diff", "worker")
    assert (shown.code, shown.err) == (0, "")
    for line in ("-two", "+2", "+three", " data.bin | new, not shown"):
        assert line in shown.out.splitlines()
    assert "+new title" in shown.out.replace("]0;", "")
    assert not set("\x1b\x07") & set(shown.out)
    stat = desk("member", "diff", "worker", "--stat", "--json").document
    assert stat["patch"] == ""
    files = {each["path"]: each for each in stat["files"]}
    assert set(files) == {"plan.md", ODD.replace("\x1b", ""), "data.bin"}
    assert (files["plan.md"]["added"], files["plan.md"]["removed"]) == (2, 1)


def test_without_a_worktree_its_folder_is_compared_with_its_head(
    desk: Desk, repository: Path, tmp_path: Path
) -> None:
    hire(desk, repository)
    clean = desk("member", "diff", "worker")
    assert clean.out.startswith(f"Nothing has changed in {repository} since ")
    (repository / "plan.md").unlink()
    assert " plan.md | +0 -2" in desk("member", "diff", "worker", "--stat").out


def test_no_repository_is_told_in_git_s_words(desk: Desk, tmp_path: Path) -> None:
    hire(desk, tmp_path)
    refused = desk("member", "diff", "worker")
    assert (refused.code, refused.out) == (1, "")
    assert "not a git repository" in refused.err


def test_what_is_too_much_is_named_alone(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_LINES", 10)
    (repository / "long.txt").write_text("line\n" * 11)
    (repository / "plan.md").write_text("one\n")
    seen = changes.read(str(repository), "HEAD")
    assert [(each.path, each.shown) for each in seen.files] == [
        ("plan.md", True),
        ("long.txt", False),
    ]
    assert "long.txt" not in seen.patch


def test_a_repository_s_own_programs_are_not_run(
    repository: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    git(repository, "config", "diff.external", f"touch {mark}")
    git(repository, "config", "diff.odd.textconv", f"touch {mark}")
    (repository / ".gitattributes").write_text("*.md diff=odd\n")
    (repository / "plan.md").write_text("one\n")
    assert "-two" in changes.read(str(repository), "HEAD").patch
    assert not mark.exists()
