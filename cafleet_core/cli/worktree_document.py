"""A worktree as JSON: the same wherever one is printed."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.worktrees.view import TreeView


def worktree_document(view: TreeView) -> dict[str, Any]:
    """A tree in the keys that scripts may rely on; numbers are None where `trouble` says why."""
    tree, facts = view.tree, view.facts
    return {
        "agent_id": tree.agent_id,
        "name": tree.agent_name,
        "serves": view.serves,
        "repository": tree.repository,
        "path": view.path,
        "branch": tree.branch,
        "base": tree.base_name,
        "base_commit": tree.base_commit,
        "created_at": tree.created_at,
        "checked_out": facts and facts.branch,
        "head": facts and facts.head,
        "changed": facts and facts.changed,
        "untracked": facts and facts.untracked,
        "dirty": facts and facts.dirty,
        "lines_added": facts and facts.added,
        "lines_removed": facts and facts.removed,
        "ahead": facts and facts.ahead,
        "behind": facts and facts.behind,
        "trouble": view.trouble,
    }
