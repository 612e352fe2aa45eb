"""Where a member's tree is now, proven to be the one that was made for it."""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.errors import GitError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.worktrees import git, git_file
from cafleet_core.worktrees.repository import MARKER

if TYPE_CHECKING:
    from cafleet_core.worktrees.tree import Worktree


class Unreadable(GitError):
    """A tree cannot be read, or is not the one that was made: nothing is known of its work."""


class Place(NamedTuple):
    """A tree's folder, its own git folder, and the one that all trees share.

    `is_there` is False if the tree's folder is gone, and only git's record of it is left.
    """

    path: str
    git_dir: str
    common: str
    is_there: bool


def locate(tree: Worktree) -> Place | None:
    """Where a tree is; None if neither its folder nor git's record of it is left.

    Raises Unreadable if the repository has moved, or if another tree is in its place.
    """
    for common in _shared_folders(tree):
        git_dir = _marked(common, tree.agent_id)
        if git_dir:
            return _proven(git_dir, common)
    if not os.path.lexists(tree.path) and os.path.isdir(tree.repository):
        return None
    shown = text.one_line(tree.path)
    raise Unreadable(
        f"{shown} cannot be read as the tree that was made for"
        f" {text.label(tree.agent_name)}.",
        "Where the repository has moved: `git worktree repair` there, with the tree's path.",
    )


def _shared_folders(tree: Worktree) -> list[str]:
    """The git folders that may know the tree: where it was made, and where it points to."""
    folders = [tree.repository]
    if os.path.isdir(tree.path):
        shared = ("--path-format=absolute", "--git-common-dir")
        reply = git.call(tree.path, "rev-parse", *shared)
        folders += [reply.out.removesuffix("\n")] if reply.code == 0 else []
    return folders


def _marked(common: str, agent_id: str) -> str | None:
    """The git folder of the worktree that is marked as an agent's."""
    folder = os.path.join(common, "worktrees")
    try:
        names = os.listdir(folder)
    except OSError:
        return None
    for name in names:
        git_dir = os.path.join(folder, name)
        if git_file.content(os.path.join(git_dir, MARKER)) == agent_id:
            return git_dir
    return None


def _proven(git_dir: str, common: str) -> Place:
    """The place that a worktree's git folder names, if the tree there names it in turn."""
    named = git_file.content(os.path.join(git_dir, "gitdir"))
    link = os.path.normpath(os.path.join(git_dir, named))
    path = os.path.dirname(link)
    if not named or os.path.basename(link) != ".git":
        raise Unreadable(f"{text.one_line(git_dir)} names no tree.")
    if not os.path.lexists(path):
        return Place(path, git_dir, common, False)
    back = git_file.content(link).removeprefix(git_file.LINK)
    if not back or not _same(os.path.join(path, back), git_dir):
        raise Unreadable(
            f"{text.one_line(path)} is not the tree that git knows there.",
            "`git worktree list` and `git worktree repair` in the repository tell more.",
        )
    return Place(path, git_dir, common, True)


def _same(path: str, other: str) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)
