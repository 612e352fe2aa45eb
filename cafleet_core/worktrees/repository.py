"""Repositories: which one a folder belongs to, the refs in it, and a tree added to it."""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.errors import GitError, InvalidInput, Refused
from cafleet_core.fast_types import NamedTuple
from cafleet_core.worktrees import git

MARKER = "cafleet"
"""The file in a worktree's git folder that names the agent it was made for."""

_BESIDE = ".worktrees"
_MOST_NAMES = 100
_LONGEST_NAME = 200


class Repository(NamedTuple):
    """A repository as seen from a folder in it; all paths are absolute.

    `top` is the tree that the folder is in, `common` the git folder that all of the
    repository's trees share, `main` where its first tree is, or its git folder if it is bare.
    """

    top: str
    common: str
    main: str


class Base(NamedTuple):
    """The start of a branch: a ref's full name, empty without one, and its commit."""

    ref: str
    commit: str


def find(folder: str) -> Repository:
    """The repository of a folder; raises Refused where it is in none, GitError without git."""
    reply = git.call(folder, "rev-parse", "--show-toplevel")
    if reply.code != 0:
        raise Refused(
            f"{text.one_line(folder)} is in no tree of a git repository:"
            f" {git.words(reply)}.",
            "Name a folder of the repository with `--cwd`.",
        )
    top = reply.out.removesuffix("\n")
    common = git.line(top, "rev-parse", "--path-format=absolute", "--git-common-dir")
    listed = git.fields(git.ask(top, "worktree", "list", "--porcelain", "-z"))
    main = listed[0].removeprefix("worktree ")
    for path in (top, common, main):
        if not text.is_text(path):
            raise Refused(f"the path {text.one_line(path)} is not UTF-8.")
    return Repository(top, common, main)


def base(repository: Repository, wanted: str | None) -> Base:
    """What a ref names, by default what is checked out; raises InvalidInput for no commit."""
    name = "HEAD" if wanted is None else wanted
    if name.startswith("-") or not name:
        raise InvalidInput(f"--base {name!r} is no ref.")
    top = repository.top
    reply = git.call(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if reply.code != 0:
        what = "has no commit yet" if wanted is None else "names no commit"
        shown = text.one_line(name)
        raise InvalidInput(
            f"{shown} {what} in {text.one_line(top)}.",
            "`git branch --all` lists the branches; a new repository needs a first commit.",
        )
    full = git.call(top, "rev-parse", "--symbolic-full-name", name).out.strip()
    ref = full if full.startswith("refs/") else ""
    return Base(ref, reply.out.strip())


def expect_branch(repository: Repository, branch: str) -> None:
    """Raise InvalidInput for what cannot be a branch, Refused for a branch that there is."""
    top, shown = repository.top, text.one_line(branch)
    sound = git.call(top, "check-ref-format", f"refs/heads/{branch}").code == 0
    # what git takes for an option or for the current commit
    if not sound or branch.startswith("-") or branch == "HEAD":
        raise InvalidInput(f"{shown!r} cannot be the name of a branch.")
    if not text.is_text(branch) or text.sanitise(branch) != branch:
        raise InvalidInput(f"{shown!r} holds characters that nobody sees.")
    if has_branch(repository, branch):
        raise Refused(
            f"there is a branch {shown} already.",
            f"Choose another name; `--base {shown}` begins where that one ends.",
        )


def has_branch(repository: Repository, branch: str) -> bool:
    """Whether there is a branch of this name."""
    ref = f"refs/heads/{branch}"
    reply = git.call(repository.top, "show-ref", "--verify", "--quiet", ref)
    return reply.code == 0


def branch_for(name: str) -> str:
    """The branch of a member of this name, where none is asked for."""
    letters = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "_-") else "-"
        for letter in name
    )
    return f"cafleet/{letters.strip('-')[:_LONGEST_NAME] or 'member'}"


def free_place(repository: Repository, branch: str) -> str:
    """Where the tree of a new branch goes: beside the repository, in a folder of its own."""
    folder = repository.main.rstrip("/") + _BESIDE
    stem = branch.replace("/", "-")[:_LONGEST_NAME]
    for number in range(1, _MOST_NAMES):
        name = stem if number == 1 else f"{stem}-{number}"
        path = os.path.join(folder, name)
        if not os.path.lexists(path):
            return path
    raise Refused(f"{text.one_line(folder)} holds too many trees called {stem}.")


def add(
    repository: Repository, path: str, branch: str, at: Base, agent_id: str
) -> None:
    """Have git make a tree on a new branch, and mark it as the agent's."""
    git.ask(
        repository.top,
        *("worktree", "add", "--quiet", "--no-track", "-b", branch),
        *("--", path, at.commit),
        seconds=git.LONG_SECONDS,
    )
    folder = git.line(path, "rev-parse", "--absolute-git-dir")
    try:
        with open(os.path.join(folder, MARKER), "x", encoding="utf-8") as file:
            file.write(agent_id)
    except OSError as error:
        raise GitError(f"the new tree cannot be marked: {error.strerror}.") from None
