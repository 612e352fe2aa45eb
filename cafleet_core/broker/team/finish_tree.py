"""Finish a worktree: merge or keep its branch, and remove the tree where nothing is lost."""

from __future__ import annotations

from cafleet_core import clock, host, text
from cafleet_core.broker.team import tree_occupants
from cafleet_core.errors import CafleetError, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple, StrEnum
from cafleet_core.storage import lookup, worktrees
from cafleet_core.worktrees import kept, losses, merge, place, removal
from cafleet_core.worktrees.losses import LossKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.storage.registry import Registry
    from cafleet_core.worktrees.losses import Loss
    from cafleet_core.worktrees.place import Place
    from cafleet_core.worktrees.tree import Worktree

_SHORTEST_PREFIX = 4


class Ending(StrEnum):
    """What becomes of a branch whose tree is removed: by default it must be merged or pushed."""

    AS_IS = "as_is"
    MERGE = "merge"
    KEEP = "keep"


class WouldLose(Refused):
    """Removing a tree would lose what the `losses` say."""

    def __init__(self, tree: Worktree, losses: Sequence[Loss]) -> None:
        name = text.label(tree.agent_name)
        lines = "".join(f"\n| {loss.words}" for loss in losses)
        super().__init__(
            f"the worktree of {name} stays: removing it would lose something.{lines}",
            _way_out(losses),
        )
        self.losses = tuple(losses)


class Finished(NamedTuple):
    """A finished tree: whether its branch is still there, and refs of commits kept besides."""

    tree: Worktree
    branch_kept: bool
    kept: tuple[str, ...] = ()


class Left(NamedTuple):
    """A tree that stays, and why."""

    tree: Worktree
    error: CafleetError


def find(registry: Registry, session_id: str, reference: str) -> Worktree:
    """The tree of a member or on a branch; raises Refused for none, or for several."""
    rows = worktrees.of_session(registry, session_id)
    exact = [tree for tree in rows if reference in (tree.agent_id, tree.branch)]
    meant = exact or [tree for tree in rows if _is_meant(tree, reference)]
    if len(meant) == 1:
        return meant[0]
    shown = text.one_line(reference)
    if meant:
        listed = ", ".join(f"{tree.agent_id[:8]} {tree.branch}" for tree in meant)
        raise Refused(f"{shown} may mean {len(meant)} worktrees: {listed}.")
    raise Refused(
        f"no worktree belongs to {shown}.", "`cafleet worktree list` has them all."
    )


def finish(registry: Registry, tree: Worktree, ending: Ending) -> Finished:
    """Remove a tree; its branch is merged first, kept, or goes if it is merged already.

    Everything is read anew. Raises WouldLose, and nothing has changed; Refused where the
    branch cannot be merged; GitError where the tree cannot be read. One that is gone
    already is only recorded as finished.
    """
    if tree.host != host.host_id():
        raise Refused(
            f"the worktree of {text.label(tree.agent_name)} is on another machine.",
            "Finish it there.",
        )
    there = place.locate(tree)
    kept_refs: list[str] = []
    deletes = False
    if there is not None:
        _expect_nothing_lost(registry, there, tree, ending != Ending.AS_IS)
        if ending == Ending.MERGE:
            merge.merge(there.common, tree)
        deletes = ending != Ending.KEEP and removal.is_merged(there.common, tree)
        kept_refs = kept.keep(there, tree.ref, keeps_branch=not deletes)
        _expect_nothing_lost(registry, there, tree, True)
        removal.remove(there)
    deleted = (
        there is not None and deletes and removal.delete_branch(there.common, tree)
    )
    with registry.write(tree.session_id):
        worktrees.end(registry, tree.agent_id, clock.stamp())
    return Finished(tree, not deleted, tuple(kept_refs))


def prune(registry: Registry, session_id: str) -> tuple[list[Finished], list[Left]]:
    """Finish every tree whose member has left and which loses nothing; those that stay."""
    rows = worktrees.of_session(registry, session_id)
    ids = [tree.agent_id for tree in rows]
    active = lookup.active_among(registry, ids) if ids else set()
    finished: list[Finished] = []
    left: list[Left] = []
    for tree in rows:
        if tree.agent_id in active:
            continue
        try:
            finished.append(finish(registry, tree, Ending.AS_IS))
        except CafleetError as error:
            left.append(Left(tree, error))
    return finished, left


def _expect_nothing_lost(
    registry: Registry, there: Place, tree: Worktree, keeps_branch: bool
) -> None:
    if there.is_there:
        against = losses.losses(there, tree, keeps_branch=keeps_branch)
        against += tree_occupants.inside(registry, there.path)
    else:
        against = losses.without_tree(there, tree, keeps_branch=keeps_branch)
    if against:
        raise WouldLose(tree, against)


def _is_meant(tree: Worktree, reference: str) -> bool:
    prefix = len(reference) >= _SHORTEST_PREFIX and tree.agent_id.startswith(reference)
    return prefix or text.same_name(tree.agent_name, reference)


def _way_out(losses: Sequence[Loss]) -> str:
    kinds = {loss.kind for loss in losses}
    if kinds == {LossKind.UNMERGED}:
        return (
            "`--merge` merges the branch, `--keep` keeps it; either removes the tree."
        )
    if kinds & {LossKind.OCCUPIED}:
        return "End who works there first: `cafleet member delete`."
    return "Commit, move or remove in the tree itself what is listed; then finish it."
