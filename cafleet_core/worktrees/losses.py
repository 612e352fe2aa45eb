"""What would be lost if a tree were removed now, read anew each time.

Commits that only a reflog names are not among it: `kept` keeps those.
"""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple, StrEnum
from cafleet_core.worktrees import git, status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cafleet_core.worktrees.place import Place
    from cafleet_core.worktrees.tree import Worktree

_NAMED = 5
_LONGEST_PATH = 120
_GITLINK = "160000"
_UNSEEN = ("h", "S", "s")
"""Tags of `ls-files -v` for files at which git does not look: git-ls-files(1)."""

_UNDERWAY = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisect",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase, or `git am`",
    "sequencer": "a sequence of picks",
    "index.lock": "another git process, or what one that died has left",
}
"""Files of a tree's git folder, and what they are a sign of: gitrepository-layout(5)."""

_OWN_REFS = ("refs/worktree", "refs/bisect", "refs/rewritten")
"""Refs that belong to one tree alone, and end with it: gitglossary(7)."""


class LossKind(StrEnum):
    """A reason against removing a tree."""

    DIRTY = "dirty"
    UNTRACKED = "untracked"
    HIDDEN = "hidden"
    REPOSITORY = "repository"
    SUBMODULE = "submodule"
    DETACHED = "detached"
    UNMERGED = "unmerged"
    STASH = "stash"
    REFS = "refs"
    LOCKED = "locked"
    UNDERWAY = "underway"
    OCCUPIED = "occupied"
    UNREADABLE = "unreadable"


class Loss(NamedTuple):
    """One thing that would be lost, or that stands against removing a tree, in words."""

    kind: LossKind
    words: str


def losses(place: Place, tree: Worktree, *, keeps_branch: bool) -> list[Loss]:
    """All that stands against removing a tree that is there; empty if nothing does.

    With `keeps_branch` its branch stays, so that the commits on it do. Raises GitError for
    what cannot be read.
    """
    seen = status.read(place.path)
    kinds = [
        _underway(place),
        _files(LossKind.DIRTY, "changed and not committed", seen.changed),
        _files(LossKind.UNTRACKED, "in no commit", seen.untracked),
        _files(LossKind.HIDDEN, "hidden from git's status", _hidden(place.path)),
        _files(
            LossKind.REPOSITORY, "a repository of its own", _repositories(place.path)
        ),
        _submodule_commits(place),
        _detached(place, seen),
        _own_refs(place),
        _stashes(place.common, tree.branch),
    ]
    if not keeps_branch:
        kinds.append(_unmerged(place.common, tree))
    return [loss for kind in kinds for loss in kind]


def without_tree(place: Place, tree: Worktree, *, keeps_branch: bool) -> list[Loss]:
    """The losses of a tree whose folder is gone: those in git's own record of it."""
    kinds = [_lock(place), _own_refs(place), _stashes(place.common, tree.branch)]
    if not keeps_branch:
        kinds.append(_unmerged(place.common, tree))
    return [loss for kind in kinds for loss in kind]


def has_submodules(path: str) -> bool:
    """Whether a tree's index has submodules, filled or not."""
    return bool(_gitlinks(path))


def _files(kind: LossKind, words: str, paths: Iterable[str]) -> Iterator[Loss]:
    listed = list(paths)
    for path in listed[:_NAMED]:
        shown = text.cut(text.one_line(path), _LONGEST_PATH)
        yield Loss(kind, f"{shown}: {words}")
    if len(listed) > _NAMED:
        yield Loss(kind, f"… and {len(listed) - _NAMED} more: {words}")


def _lock(place: Place) -> Iterator[Loss]:
    if os.path.lexists(os.path.join(place.git_dir, "locked")):
        yield Loss(LossKind.LOCKED, "it is locked: see `git worktree unlock`")


def _underway(place: Place) -> Iterator[Loss]:
    yield from _lock(place)
    for name, what in _UNDERWAY.items():
        if os.path.lexists(os.path.join(place.git_dir, name)):
            yield Loss(LossKind.UNDERWAY, f"in the middle of {what}")


def _hidden(path: str) -> Iterator[str]:
    """Files whose changes git does not tell: marked as unchanged, or as not to be there."""
    for entry in git.fields(git.ask(path, "ls-files", "-v", "-z")):
        tag, _, name = entry.partition(" ")
        if tag in _UNSEEN and os.path.lexists(os.path.join(path, name)):
            yield name


def _gitlinks(path: str) -> list[str]:
    entries = git.fields(git.ask(path, "ls-files", "--stage", "-z"))
    return [entry.partition("\t")[2] for entry in entries if entry.startswith(_GITLINK)]


def _repositories(path: str) -> Iterator[str]:
    """Repositories and other trees inside a tree, which git removes with what it ignores."""
    for name in _gitlinks(path):
        if os.path.isdir(os.path.join(path, name, ".git")):
            yield name
    ignored = ("--others", "--ignored", "--exclude-standard", "--directory")
    for name in git.fields(git.ask(path, "ls-files", "-z", *ignored)):
        if name.endswith("/"):
            yield from _repositories_below(path, name)


def _repositories_below(path: str, name: str) -> Iterator[str]:
    for folder, folders, files in os.walk(os.path.join(path, name)):
        if ".git" in folders or ".git" in files:
            yield os.path.relpath(folder, path)
            folders.clear()
        elif "HEAD" in files and "objects" in folders and "refs" in folders:
            yield os.path.relpath(folder, path)  # a bare one
            folders.clear()


def _submodule_commits(place: Place) -> Iterator[Loss]:
    """Commits of submodules that are at no remote; each tree has its submodules' own copies."""
    modules = os.path.join(place.git_dir, "modules")
    for folder, folders, files in os.walk(modules):
        if "HEAD" not in files or "objects" not in folders:
            continue
        name = os.path.relpath(folder, modules)
        local = ("--reflog", "HEAD", "--branches", "--tags", "--glob=refs/stash*")
        counted = git.call(
            folder,
            *("--git-dir", folder, "-c", "core.bare=true", "rev-list", "--count"),
            *(*local, "--not", "--remotes", "--"),
        )
        count = counted.out.strip()
        if counted.code != 0:
            shown = text.one_line(name)
            yield Loss(LossKind.SUBMODULE, f"submodule {shown} cannot be read")
        elif count != "0":
            shown = text.one_line(name)
            yield Loss(
                LossKind.SUBMODULE, f"submodule {shown}: {count} commits at no remote"
            )


def _detached(place: Place, seen: status.Status) -> Iterator[Loss]:
    if seen.branch or not seen.head:
        return
    elsewhere = ("--not", "--branches", "--tags", "--remotes", "--")
    count = git.line(place.path, "rev-list", "--count", "HEAD", *elsewhere)
    if count != "0":
        yield Loss(
            LossKind.DETACHED, f"{count} commits on no branch (HEAD is detached)"
        )


def _own_refs(place: Place) -> Iterator[Loss]:
    output = git.ask(
        place.git_dir,
        *("--git-dir", place.git_dir, "for-each-ref", "--format=%(refname)"),
        *_OWN_REFS,
    )
    for name in output.splitlines()[:_NAMED]:
        yield Loss(LossKind.REFS, f"{text.one_line(name)}: a ref of this tree alone")


def _stashes(common: str, branch: str) -> Iterator[Loss]:
    """Stashes made on the branch: they stay, but nobody would know where they belong.

    Some versions of git name only the last part of a branch there.
    """
    names = (branch, branch.rpartition("/")[2])
    listed = ("--walk-reflogs", "-z", "--format=%gd %gs", "refs/stash", "--")
    output = git.call(common, "log", *listed).out  # without a stash it fails
    for entry in output.rstrip("\0").split("\0"):
        name, _, subject = entry.partition(" ")
        where = subject.removeprefix("WIP on ").removeprefix("On ")
        if where.startswith(tuple(f"{name}: " for name in names)):
            yield Loss(LossKind.STASH, f"{name}: {text.one_line(subject)}")


def _unmerged(common: str, tree: Worktree) -> Iterator[Loss]:
    """The branch's commits that are neither in its base nor at a remote."""
    if git.call(common, "show-ref", "--verify", "--quiet", tree.ref).code != 0:
        return
    base = [tree.base] if tree.base and _exists(common, tree.base) else []
    beyond = ("--not", *base, "--remotes", "--")
    listed = git.ask(common, "log", "--format=%h %s", tree.ref, *beyond).splitlines()
    for commit in listed[:_NAMED]:
        shown = text.cut(text.one_line(commit), _LONGEST_PATH)
        yield Loss(LossKind.UNMERGED, f"commit {shown}: neither merged nor pushed")
    if len(listed) > _NAMED:
        yield Loss(LossKind.UNMERGED, f"… and {len(listed) - _NAMED} more commits")


def _exists(common: str, ref: str) -> bool:
    return git.call(common, "show-ref", "--verify", "--quiet", ref).code == 0
