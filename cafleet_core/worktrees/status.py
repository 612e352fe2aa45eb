"""What has changed in a tree: its branch, changed and untracked files, lines, distance to its base."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.worktrees import git

if TYPE_CHECKING:
    from cafleet_core.worktrees.tree import Worktree

_BRANCH, _HEAD = "# branch.head ", "# branch.oid "
_CHANGED = ("1 ", "2 ", "u ")
_PATH_AT = {"1": 8, "u": 10}
"""The number of fields before the path in a line of `status --porcelain=v2`: git-status(1)."""


class Status(NamedTuple):
    """A tree as git sees it; `branch` is empty where HEAD is detached, `head` before a commit."""

    branch: str
    head: str
    changed: tuple[str, ...]
    untracked: tuple[str, ...]


class Facts(NamedTuple):
    """A tree in numbers, against what it was made from; None where the base is gone.

    `added` and `removed` are lines, what is not committed among them, `ahead` and `behind`
    commits.
    """

    branch: str
    head: str
    changed: int
    untracked: int
    added: int | None = None
    removed: int | None = None
    ahead: int | None = None
    behind: int | None = None

    @property
    def dirty(self) -> bool:
        """Whether anything is there that is in no commit."""
        return bool(self.changed or self.untracked)


def read(path: str) -> Status:
    """What git says of a tree, submodules among it, whatever its settings hide."""
    output = git.ask(
        path,
        *("status", "--porcelain=v2", "-z", "--branch", "--untracked-files=normal"),
        *("--ignore-submodules=none", "--no-renames"),
    )
    branch = head = ""
    changed, untracked = [], []
    for entry in git.fields(output):
        if entry.startswith(_BRANCH):
            branch = entry.removeprefix(_BRANCH)
        elif entry.startswith(_HEAD):
            head = entry.removeprefix(_HEAD)
        elif entry.startswith(_CHANGED):
            changed.append(entry.split(" ", _PATH_AT.get(entry[0], 9))[-1])
        elif entry.startswith("? "):
            untracked.append(entry.removeprefix("? "))
    return Status(
        "" if branch == "(detached)" else branch,
        "" if head == "(initial)" else head,
        tuple(changed),
        tuple(untracked),
    )


def facts(path: str, tree: Worktree) -> Facts:
    """A tree in numbers; raises GitError."""
    seen = read(path)
    plain = Facts(seen.branch, seen.head, len(seen.changed), len(seen.untracked))
    if not seen.head:
        return plain
    target = tree.base or tree.base_commit
    merge_base = git.call(path, "merge-base", target, "HEAD")
    if merge_base.code != 0:
        return plain
    counts = git.ask(
        path, "rev-list", "--left-right", "--count", f"{target}...HEAD", "--"
    ).split()
    added, removed = _lines(path, merge_base.out.split()[0])
    return plain._replace(
        added=added, removed=removed, ahead=int(counts[1]), behind=int(counts[0])
    )


def _lines(path: str, since: str) -> tuple[int, int]:
    output = git.ask(
        path,
        *("diff", "--numstat", "-z", "--no-renames", "--no-ext-diff", "--no-textconv"),
        *("--ignore-submodules=none", since, "--"),
    )
    added = removed = 0
    for entry in git.fields(output):
        more, less, _ = entry.split("\t", 2)
        added += int(more) if more.isdigit() else 0  # a binary file has no lines
        removed += int(less) if less.isdigit() else 0
    return added, removed
