"""What a member has changed: in its worktree since its base, else in its folder since HEAD."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.directory import placements
from cafleet_core.errors import GitError, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import pane_folders
from cafleet_core.storage import starts, worktrees
from cafleet_core.worktrees import changes, git, place

if TYPE_CHECKING:
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry
    from cafleet_core.worktrees.changes import Changes
    from cafleet_core.worktrees.tree import Worktree


def of(registry: Registry, member: Agent, *, stat: bool = False) -> Changes:
    """A member's changes, read anew; raises Refused without a folder, GitError without git's."""
    tree = worktrees.of_agent(registry, member.agent_id)
    if tree is not None:
        folder, since = _of_tree(tree)
    else:
        folder = _folder(registry, member)
        since = git.line(folder, "rev-parse", "--verify", "HEAD")
    return changes.read(folder, since, stat=stat)


def _of_tree(tree: Worktree) -> tuple[str, str]:
    """A tree's folder, and the last commit that it has in common with its base."""
    there = place.locate(tree)
    if there is None or not there.is_there:
        raise GitError(f"the worktree of {text.label(tree.agent_name)} is gone.")
    target = tree.base or tree.base_commit
    common = git.call(there.path, "merge-base", target, "HEAD")
    return there.path, common.out.split()[0] if common.code == 0 else tree.base_commit


def _folder(registry: Registry, member: Agent) -> str:
    """The folder that a member's pane works in now, or that it was started in."""
    placement, _ = placements.pane_of(member)
    here = pane_folders.of_agents(placement.tmux_socket).get(member.agent_id)
    start = starts.of_agent(registry, member.agent_id)
    folder = here or (start and start.cwd)
    if not folder:
        raise Refused(f"the folder of {text.label(member.name)} is not known.")
    return folder
