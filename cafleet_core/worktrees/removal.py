"""Remove a tree, and its branch where all of it is in its base."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.worktrees import git, losses

if TYPE_CHECKING:
    from cafleet_core.worktrees.place import Place
    from cafleet_core.worktrees.tree import Worktree


def remove(place: Place) -> None:
    """Have git remove a tree that `losses` has nothing against; git looks once more.

    But not at a tree with submodules, which it never removes unless forced to.
    """
    forced = not place.is_there or losses.has_submodules(place.path)
    git.ask(
        place.common,
        *("worktree", "remove", *(("--force",) if forced else ()), "--", place.path),
        seconds=git.LONG_SECONDS,
    )


def is_merged(common: str, tree: Worktree) -> bool:
    """Whether all of a tree's branch is in the branch that it was made from."""
    if not tree.base.startswith("refs/heads/") or tree.base == tree.ref:
        return False
    merged = git.call(common, "merge-base", "--is-ancestor", tree.ref, tree.base)
    return merged.code == 0


def delete_branch(common: str, tree: Worktree) -> bool:
    """Delete a branch that is merged and in no tree; whether it was.

    Branch and base are compared with what was seen in the very call that deletes, so that
    a commit made meanwhile keeps the branch.
    """
    listed = git.ask(common, "worktree", "list", "--porcelain", "-z")
    if f"branch {tree.ref}" in listed.split("\0"):
        return False
    at = git.call(common, "rev-parse", "--verify", "--quiet", tree.ref)
    base = git.call(common, "rev-parse", "--verify", "--quiet", tree.base)
    if at.code or base.code or not is_merged(common, tree):
        return False
    orders = (
        f"verify {tree.base} {base.out.strip()}\ndelete {tree.ref} {at.out.strip()}\n"
    )
    reply = git.call(common, "update-ref", "--stdin", stdin=orders)
    if reply.code != 0:
        return False
    # its settings, such as where it is pushed to; it may have none
    git.call(common, "config", "--remove-section", f"branch.{tree.branch}")
    return True
