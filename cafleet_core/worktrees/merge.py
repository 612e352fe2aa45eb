"""Merge a branch into its base: first as objects alone, so that a conflict touches no file."""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.errors import GitError, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.worktrees import git
from cafleet_core.worktrees.removal import is_merged

if TYPE_CHECKING:
    from cafleet_core.worktrees.tree import Worktree

_NAMED = 5
_OLDEST = "merge-tree --write-tree"
_BY_HAND = "Merge it in the base's own tree, or keep the branch: `--keep`."
_BUSY = (
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "rebase-merge",
    "rebase-apply",
)


def merge(common: str, tree: Worktree) -> None:
    """Have a branch's commits in its base, and in the tree where that is checked out.

    Raises Refused, and nothing has changed, where there are conflicts, where the base is no
    branch, or where its tree has changes in the way; GitError if git fails.
    """
    if not tree.base.startswith("refs/heads/"):
        raise Refused(
            f"{text.one_line(tree.base_name)} is no local branch to merge into.",
            _BY_HAND,
        )
    if is_merged(common, tree):
        return
    base = git.line(common, "rev-parse", "--verify", f"{tree.base}^{{commit}}")
    tip = git.line(common, "rev-parse", "--verify", f"{tree.ref}^{{commit}}")
    _advance(common, tree, base, _merged(common, tree, base, tip))


def _merged(common: str, tree: Worktree, base: str, tip: str) -> str:
    """A commit that has both: the branch's own where its base has not moved, else a new one."""
    if git.call(common, "merge-base", "--is-ancestor", base, tip).code == 0:
        return tip
    joined = git.call(
        common,
        "merge-tree",
        "--write-tree",
        "--name-only",
        "--no-messages",
        "-z",
        base,
        tip,
    )
    written, *conflicts = joined.out.split("\0")
    if joined.code == 1:
        names = ", ".join(text.one_line(name) for name in conflicts[:_NAMED] if name)
        raise Refused(
            f"{text.one_line(tree.branch)} conflicts with {text.one_line(tree.base_name)}"
            f" in {names}.",
            f"Have it merge {text.one_line(tree.base_name)} into its branch first.",
        )
    if joined.code != 0:
        raise GitError(f"git merge-tree: {git.words(joined)}.", _BY_HAND)
    message = f"Merge branch '{tree.branch}' into {tree.base_name}"
    return git.line(
        common, "commit-tree", written, "-p", base, "-p", tip, "-m", message
    )


def _advance(common: str, tree: Worktree, base: str, commit: str) -> None:
    """Move the base on: by a fast-forward in its tree, or the ref alone if it has none."""
    home = _checked_out(common, tree.base)
    if home is None:
        note = f"merge {tree.branch}"
        git.ask(common, "update-ref", "-m", note, tree.base, commit, base)
        return
    folder = git.line(home, "rev-parse", "--absolute-git-dir")
    shown = text.one_line(home)
    if any(os.path.lexists(os.path.join(folder, name)) for name in _BUSY):
        raise Refused(f"{shown} is in the middle of a merge or a rebase.", _BY_HAND)
    moved = git.call(
        home,
        *("merge", "--ff-only", "--no-autostash", "--no-overwrite-ignore", "--quiet"),
        commit,
        seconds=git.LONG_SECONDS,
    )
    if moved.code != 0:
        raise Refused(f"{shown} cannot take the merge: {git.words(moved)}.", _BY_HAND)


def _checked_out(common: str, ref: str) -> str | None:
    """The tree in which a branch is checked out."""
    path = None
    listed = git.ask(common, "worktree", "list", "--porcelain", "-z")
    for entry in listed.split("\0"):
        if entry.startswith("worktree "):
            path = entry.removeprefix("worktree ")
        elif entry == f"branch {ref}":
            return path
    return None
