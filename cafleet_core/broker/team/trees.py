"""The worktrees of a session as they are now."""

from __future__ import annotations

from cafleet_core import host
from cafleet_core.errors import GitError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import lookup, worktrees
from cafleet_core.worktrees import place, status
from cafleet_core.worktrees.view import TreeView

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry
    from cafleet_core.worktrees.tree import Worktree

ELSEWHERE = "it is on another machine"
GONE = "its folder is gone"


def of_session(registry: Registry, session_id: str) -> list[TreeView]:
    """The trees of a session that are not finished, read anew."""
    rows = worktrees.of_session(registry, session_id)
    ids = [tree.agent_id for tree in rows]
    active = lookup.active_among(registry, ids) if ids else set()
    return [_view(tree, tree.agent_id in active) for tree in rows]


def owners(registry: Registry, session_id: str) -> list[str]:
    """The agents of a session that have a tree, by their ids; git is not asked."""
    return [tree.agent_id for tree in worktrees.of_session(registry, session_id)]


def of_agent(registry: Registry, agent_id: str) -> TreeView | None:
    """An agent's tree, read anew; None if it has none."""
    tree = worktrees.of_agent(registry, agent_id)
    if tree is None:
        return None
    return _view(tree, bool(lookup.active_among(registry, [agent_id])))


def _view(tree: Worktree, serves: bool) -> TreeView:
    unread = TreeView(tree, tree.path, serves, None)
    if tree.host != host.host_id():
        return unread._replace(trouble=ELSEWHERE)
    try:
        there = place.locate(tree)
        if there is None or not there.is_there:
            return unread._replace(trouble=GONE)
        facts = status.facts(there.path, tree)
    except GitError as error:
        return unread._replace(trouble=error.message)
    return TreeView(tree, there.path, serves, facts)
