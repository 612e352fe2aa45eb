"""A patch as lines: what git prints of real changes, with the numbers that editors show."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.comments import Comment, Side
from cafleet_core.worktrees import changes
from cafleet_core.worktrees.changes import ChangedFile, Changes
from cafleet_tui.model.diff_lines import DiffLines, Remark, arranged
from cafleet_tui.model.patch import Kind, Line, lines
from tests.worktrees.repositories import AUTHOR, a_repository, git

ODD = 'odd "\x1b\t\\ ü name.txt'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose `read.me` has three lines."""
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)
    return a_repository(tmp_path)


def of(repository: Path) -> list[Line]:
    return list(lines(changes.read(str(repository), "HEAD")))


def below(known: list[Line], path: str) -> list[Line]:
    """The part of a file, without its heading."""
    return [each for each in known if each.path == path][2:]


def test_lines_have_the_numbers_of_their_side(repository: Path) -> None:
    (repository / "read.me").write_text("one\ndiff --git a/x b/x\nthree\nfour")
    known = below(of(repository), "read.me")
    assert [(each.kind, each.text, each.old, each.new) for each in known[1:]] == [
        (Kind.CONTEXT, "one", 1, 1),
        (Kind.REMOVED, "two", 2, 0),
        (Kind.ADDED, "diff --git a/x b/x", 0, 2),
        (Kind.CONTEXT, "three", 3, 3),
        (Kind.ADDED, "four", 0, 4),
        (Kind.NOTE, "No newline at end of file", 0, 0),
    ]
    assert known[2].place == ("read.me", Side.OLD, 2)
    assert known[3].place == ("read.me", Side.NEW, 2)


@pytest.mark.parametrize("known_to_git", [True, False])
def test_a_file_is_found_whatever_it_is_called(
    repository: Path, known_to_git: bool
) -> None:
    (repository / ODD).write_text("new\n")
    if known_to_git:
        git(repository, "add", ".")
    [added] = [each for each in of(repository) if each.kind == Kind.ADDED]
    assert added.text == "new"
    assert "\x1b" not in added.path
    assert added.path.startswith('odd "')


def test_the_human_s_own_settings_of_git_change_nothing(repository: Path) -> None:
    git(repository, "config", "diff.noprefix", "true")
    git(repository, "config", "diff.mnemonicPrefix", "true")
    git(repository, "config", "diff.suppressBlankEmpty", "true")
    (repository / "read.me").write_text("one\n\nthree\n")
    git(repository, "commit", "-qam", "blank")
    (repository / "read.me").write_text("one\n\n3\n")
    known = below(of(repository), "read.me")
    assert [(each.kind, each.text) for each in known[1:]] == [
        (Kind.CONTEXT, "one"),
        (Kind.CONTEXT, ""),
        (Kind.REMOVED, "three"),
        (Kind.ADDED, "3"),
    ]


def test_what_is_not_shown_says_why(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_LINES", 4)
    (repository / "a.bin").write_bytes(b"\0\1")
    (repository / "long.txt").write_text("x\n" * 5)
    (repository / "read.me").chmod(0o755)
    known = of(repository)
    assert "binary" in below(known, "a.bin")[0].text
    assert "5,000 lines" in below(known, "long.txt")[0].text
    assert [each.text for each in below(known, "read.me")] == [
        "old mode 100644",
        "new mode 100755",
    ]


def test_a_file_that_changes_while_it_is_read_is_told() -> None:
    seen = Changes("/r", "0123", (ChangedFile("a", 1, 0, shown=True),), "", 3)
    words = [each.text for each in lines(seen)]
    assert words == [
        "Since 0123 4 files have changed in /r",
        "+1 -0",
        "and 3 more files, which are not listed",
        "+1 -0",
        "It has changed since it was listed.",
    ]


def said(line: int, side: Side = Side.NEW, path: str = "a") -> Remark:
    return Remark(Comment(1, path, line, side, "why?"), "id")


SHOWN = (
    Line(Kind.LISTED, "+1 -1", "a"),
    Line(Kind.FILE, "+1 -1", "a"),
    Line(Kind.CONTEXT, "one", "a", 1, 1),
    Line(Kind.REMOVED, "two", "a", 2, 0),
    Line(Kind.ADDED, "2", "a", 0, 2),
)


def test_a_comment_stands_below_its_line() -> None:
    on_new, on_old, before = said(2), said(2, Side.OLD), said(1, Side.OLD)
    shown = arranged(SHOWN, (on_new, on_old, before)).shown
    assert shown[3:] == (before, SHOWN[3], on_old, SHOWN[4], on_new)


def test_a_comment_whose_line_is_gone_stays_in_sight() -> None:
    gone, whole, elsewhere = said(70), said(0), said(1, path="b")
    known = arranged(SHOWN, (elsewhere, gone, whole))
    assert known.shown[2:4] == (whole, gone)
    assert known.shown[-1] == elsewhere


def test_a_place_is_found_again_in_another_reading() -> None:
    before = DiffLines(SHOWN, (1,))
    moved = arranged((*SHOWN[:2], said_first, *SHOWN[2:]), ())
    assert moved.shown[moved.like(before.shown[4])] == SHOWN[4]
    without = arranged(SHOWN[:3], ())
    assert without.like(SHOWN[4]) == 1
    assert without.like(None) == 0


said_first = Line(Kind.HUNK, "@@", "a")
