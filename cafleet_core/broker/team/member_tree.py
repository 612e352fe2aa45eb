"""A worktree for a new member: its row, the tree that git makes, and what its agent is told."""

from __future__ import annotations

import os

from cafleet_core import clock, host, text
from cafleet_core.broker.team import cleanup, prompts
from cafleet_core.broker.team.starts import BRANCH, WORKTREE
from cafleet_core.errors import CafleetError, InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.requests import TreeRequest
from cafleet_core.storage import worktrees
from cafleet_core.worktrees import (
    git,
    included,
    losses,
    place,
    removal,
    repository,
    set_up,
    status,
)
from cafleet_core.worktrees.tree import Worktree

if TYPE_CHECKING:
    from cafleet_core.records import Agent
    from cafleet_core.requests import MemberRequest
    from cafleet_core.storage.registry import Registry
    from cafleet_core.worktrees.repository import Repository

_MOST_NAMES = 100

_NOTE = """\


You work in a git worktree of your own, {path}, on the branch {branch}, which was made from \
{base}. Stay on that branch and in that folder, and commit what you do: the branch is merged \
or kept when you are done. Other members work in trees of their own."""


class Made(NamedTuple):
    """A tree as it was made, the folder in it for the agent, and what was not copied."""

    tree: Worktree
    folder: str
    remark: str


def planned(member: Agent, request: TreeRequest, folder: str) -> Worktree:
    """The tree that is to be made for a member, from the repository of a folder.

    Raises Refused where there is no repository or the branch is taken, InvalidInput for an
    impossible name, GitError without git.
    """
    of = repository.find(folder)
    branch = request.branch or _free_branch(of, member.name)
    repository.expect_branch(of, branch)
    at = repository.base(of, request.base)
    return Worktree(
        member.agent_id,
        member.session_id,
        member.name,
        host.host_id(),
        of.common,
        repository.free_place(of, branch),
        branch,
        at.ref,
        at.commit,
        clock.stamp(),
    )


def make(registry: Registry, tree: Worktree, request: MemberRequest) -> Made:
    """Store the row, have git make the tree, copy what is listed, run the user's command.

    What is raised leaves the rest to `take_back`.
    """
    of, wanted = repository.find(request.cwd), request.tree or TreeRequest()
    with registry.write(tree.session_id):
        worktrees.add(registry, tree)
    at = repository.Base(tree.base, tree.base_commit)
    repository.add(of, tree.path, tree.branch, at, tree.agent_id)
    _, left = included.copy(of.top, tree.path)
    if wanted.set_up:
        known = {WORKTREE: tree.path, BRANCH: tree.branch, "CAFLEET_REPOSITORY": of.top}
        seconds = float(wanted.set_up_seconds)
        set_up.run(wanted.set_up, tree.path, known, seconds)
    return Made(tree, _same_folder(of, tree, request.cwd), included.words(left))


def placed(request: MemberRequest, made: Made) -> MemberRequest:
    """The request with the agent in its tree, which knows its branch by prompt and variables."""
    tree = made.tree
    values = dict(zip(prompts.OF_TREES, (tree.branch, tree.path), strict=True))
    words = prompts.with_values(request.prompt, values)
    if words and words == request.prompt:
        words += _NOTE.format(path=tree.path, branch=tree.branch, base=tree.base_name)
    variables = (*request.environment, (WORKTREE, tree.path), (BRANCH, tree.branch))
    return request._replace(cwd=made.folder, prompt=words, environment=variables)


def take_back(
    registry: Registry,
    tree: Worktree,
    _kind: object,
    failure: BaseException | None,
    _trace: object,
) -> None:
    """Remove a tree whose member did not come to be, if nothing has been done in it.

    Else it stays, and the error says where.
    """
    try:
        gone = _is_removed(tree)
    except CafleetError:
        gone = False
    if gone:
        with registry.write(tree.session_id):
            worktrees.end(registry, tree.agent_id, clock.stamp())
        return
    ending = f"cafleet worktree finish {tree.agent_id[:8]}"
    cleanup.tell_left(
        failure, f"its worktree stays at {text.one_line(tree.path)}: '{ending}'"
    )


def _is_removed(tree: Worktree) -> bool:
    there = place.locate(tree)
    if there is None:
        _drop_branch(tree)
        return True
    if not there.is_there or losses.losses(there, tree, keeps_branch=True):
        return False
    if status.read(there.path).head != tree.base_commit:
        return False
    removal.remove(there)
    _drop_branch(tree)
    return True


def _drop_branch(tree: Worktree) -> None:
    """Delete the branch if it is where it began."""
    order = f"delete {tree.ref} {tree.base_commit}\n"
    git.call(tree.repository, "update-ref", "--stdin", stdin=order)


def _free_branch(of: Repository, name: str) -> str:
    stem = repository.branch_for(name)
    for number in range(1, _MOST_NAMES):
        branch = stem if number == 1 else f"{stem}-{number}"
        if not repository.has_branch(of, branch):
            return branch
    raise InvalidInput(f"there are too many branches called {stem}; name another.")


def _same_folder(of: Repository, tree: Worktree, folder: str) -> str:
    """The folder of the tree that is where the given one is in its repository, if it is there."""
    inside = os.path.relpath(os.path.realpath(folder), os.path.realpath(of.top))
    same = os.path.normpath(os.path.join(tree.path, inside))
    return same if os.path.isdir(same) else tree.path
