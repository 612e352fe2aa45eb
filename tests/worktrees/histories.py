"""What must outlive a teardown of a member's tree, whatever has happened to it.

Beside it another member may have a tree, of the same repository or of another one.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from cafleet_core.broker.team.finish_tree import Ending
from cafleet_core.errors import CafleetError
from cafleet_core.worktrees.tree import Worktree
from tests.worktrees.repositories import Workshop, git


class History:
    """One tree with its repository and its remote, and a number that makes contents differ."""

    def __init__(self, workshop: Workshop, tree: Worktree) -> None:
        self.workshop = workshop
        self.tree = tree
        self.path = Path(tree.path)
        self.neighbour: Worktree | None = None
        self.settled = False
        self.places = [workshop.repository]
        """The repositories that there are, by where they are now: its own, then another."""
        self.number = 0
        self.finished = False
        self.refused = 0
        remote = workshop.repository.parent / "remote.git"
        git(workshop.repository, "init", "--quiet", "--bare", str(remote))
        git(workshop.repository, "remote", "add", "origin", str(remote))

    def words(self) -> str:
        """A content that no other file has."""
        self.number += 1
        return f"line {self.number}\n"

    def tear_down(self, ending: Ending) -> None:
        """Finish the tree in this way; raises AssertionError for anything that is lost."""
        before = self.treasures()
        try:
            self.workshop.finish(self.tree, ending)
        except CafleetError:
            assert self.path.exists() or not before.files
            assert self.treasures() == before
            self.refused += 1
            return
        self.finished = True
        assert not self.path.exists()
        after = self.treasures()
        assert before.commits <= after.commits, before.commits - after.commits
        assert before.stashes == after.stashes
        assert before.files <= after.blobs, "a file that was in no commit"
        assert before.others == after.others

    @property
    def main(self) -> Path:
        """Where the repository is now."""
        return self.places[0]

    def neighbour_finishes(self) -> None:
        """Finish the other member's tree, if it has one; nothing of this one may change."""
        if self.neighbour is None:
            return
        before, kept = self.treasures(), neighbours_work(self)
        try:
            self.workshop.finish(self.neighbour, Ending.KEEP)
        except CafleetError:
            assert self.treasures() == before
            self.refused += 1
            return
        self.neighbour = None
        after = self.treasures()
        assert before.commits <= after.commits, before.commits - after.commits
        assert before.stashes == after.stashes
        assert before.files == after.files
        assert kept <= neighbours_work(self) | after.blobs, "work of the neighbour's"

    def treasures(self) -> Treasures:
        """All that a teardown may not lose."""
        return Treasures(self)


class Treasures:
    """Commits, stashes, blobs of the repository; files of the tree; files of all other trees."""

    def __init__(self, history: History) -> None:
        main = history.main
        self.blobs = objects(main)
        commits = git(main, "rev-list", "--all", "--reflog").split()
        self.commits = set(commits)
        self.stashes = git(main, "stash", "list", "--format=%H %gs")
        self.files = contents(history.path)
        submodule = main.parent / "library"
        self.others = contents(submodule) if submodule.exists() else set()
        self.others |= neighbours_work(history)

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


def neighbours_work(history: History) -> set[str]:
    """The objects of the other repository, and the files of the other member's tree."""
    tree = history.neighbour
    work = contents(Path(tree.path)) if tree is not None else set()
    return work.union(*map(objects, history.places[1:]))


def objects(repository: Path) -> set[str]:
    """Commits, trees and blobs that refs and reflogs of a repository reach."""
    reached = git(repository, "rev-list", "--all", "--reflog", "--objects").splitlines()
    return {line.split()[0] for line in reached}


def contents(path: Path) -> set[str]:
    """The blobs of a tree's files, those aside that it ignores, unless a repository holds them."""
    if not path.is_dir():
        return set()
    if git(path, "rev-parse", "--show-toplevel", check=False) != str(path.resolve()):
        files = [str(file) for file in path.rglob("*") if is_own_file(file)]
    else:
        listed = git(
            path, "ls-files", "-z", "--cached", "--others", "--exclude-standard"
        )
        files = [str(path / name) for name in listed.split("\0") if name]
        files = [name for name in files if Path(name).is_file()]
    files += [str(file) for file in path.glob("build/*/precious")]
    ran = subprocess.run(
        ["git", "hash-object", "--no-filters", "--stdin-paths"],
        input="\n".join(files),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stdout.split())


def is_own_file(path: Path) -> bool:
    """Whether it is a file of a tree, not of its git folder."""
    return path.is_file() and ".git" not in path.parts
