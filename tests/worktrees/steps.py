"""What may happen to a member's tree, in any order: git operations, moves, teardowns."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from cafleet_core.broker.team.finish_tree import Ending
from tests.worktrees.histories import History
from tests.worktrees.repositories import a_repository, commit, git

Step = Callable[[History], None]


def in_tree(*arguments: str) -> Step:
    """A call of git in the tree, which may fail, as it does in the middle of something."""
    return lambda history: void(git(history.path, *arguments, check=False))


def in_main(*arguments: str) -> Step:
    """A call of git in the repository's first tree."""
    return lambda history: void(git(history.main, *arguments, check=False))


def void(_: object) -> None:
    """Nothing, whatever it is given."""


def commits(history: History) -> None:
    """A commit in the tree, of whatever is staged too."""
    (history.path / "work").write_text(history.words())
    git(history.path, "add", "--sparse", "work", check=False)
    git(history.path, "commit", "--quiet", "-m", "Work", check=False)


def main_moves_on(history: History) -> None:
    """A commit on the base branch, of a file that the tree may change too."""
    main = history.main
    if git(main, "branch", "--show-current") == "main":
        commit(main, "read.me", history.words())


def edits(history: History) -> None:
    """A change of a tracked file."""
    (history.path / "read.me").write_text(history.words())


def conflicting(history: History) -> None:
    """A commit of a file that the base may change too."""
    edits(history)
    git(history.path, "commit", "--quiet", "-am", "Conflict", check=False)


def adds_untracked(history: History) -> None:
    """A file that git does not know."""
    (history.path / f"new-{history.number}").write_text(history.words())


def adds_ignored(history: History) -> None:
    """A file that git ignores, which a teardown may remove."""
    (history.path / "secret.env").write_text(history.words())


def adds_repository(history: History) -> None:
    """A repository in a folder that git ignores."""
    inner = history.path / "build" / f"inner-{history.number}"
    inner.mkdir(parents=True)
    git(inner, "init", "--quiet")
    commit(inner, "precious", history.words())


def hides_a_change(history: History) -> None:
    """A change of a file that git was told not to look at."""
    git(history.path, "update-index", "--assume-unchanged", "read.me", check=False)
    edits(history)


def skips_a_change(history: History) -> None:
    """The same by the other mark."""
    git(history.path, "update-index", "--skip-worktree", "read.me", check=False)
    edits(history)


def adds_submodule(history: History) -> None:
    """A submodule, committed, with a commit of its own that is at no remote."""
    library = history.main.parent / "library.git"
    if not library.exists():
        seed = library.with_name("seed")
        seed.mkdir()
        git(seed, "init", "--quiet")
        commit(seed, "code")
        git(seed, "clone", "--quiet", "--bare", str(seed), str(library))
    git(history.path, "submodule", "add", "--quiet", str(library), "lib", check=False)
    git(history.path, "commit", "--quiet", "-am", "Add lib", check=False)


def commits_in_submodule(history: History) -> None:
    """A commit in the submodule, and in the tree that it is to be used."""
    if (history.path / "lib" / ".git").exists():
        commit(history.path / "lib", "code", history.words())
        git(history.path, "commit", "--quiet", "-am", "Use it", check=False)


def is_removed_by_hand(history: History) -> None:
    """The folder goes, without git."""
    shutil.rmtree(history.path)


def moves(history: History) -> None:
    """git moves the tree, or refuses to."""
    target = history.path.with_name(f"moved-{history.number}")
    history.number += 1
    git(
        history.main,
        "worktree",
        "move",
        str(history.path),
        str(target),
        check=False,
    )
    if target.exists():
        history.path = target


def repository_moves(history: History) -> None:
    """The repository is moved without git: its trees are cut off until git is told."""
    history.number += 1
    history.places[0] = history.main.rename(
        history.main.with_name(f"project-{history.number}")
    )


def is_repaired(history: History) -> None:
    """git is told where the repository and its trees are."""
    trees = [str(history.path)]
    if history.neighbour is not None and len(history.places) == 1:
        trees.append(history.neighbour.path)
    git(history.main, "worktree", "repair", *trees, check=False)


def neighbour_comes(history: History) -> None:
    """Another member gets a tree of the same repository, and commits there."""
    settles(history, history.main)


def another_repository(history: History) -> None:
    """Another member gets a tree of another repository, and commits there."""
    if history.neighbour is None and len(history.places) == 1:
        history.places.append(a_repository(history.main.parent, name="other"))
        settles(history, history.places[1])


def settles(history: History, repository: Path) -> None:
    """Make the other member's tree, once in its life."""
    if not history.settled:
        history.settled = True
        history.neighbour = history.workshop.tree("bob", repository)
        commit(history.neighbour.path, "beside", history.words())


def neighbour_works(history: History) -> None:
    """The other member has a file that git does not know."""
    if history.neighbour is not None:
        Path(history.neighbour.path, "beside-new").write_text(history.words())


def neighbour_tidies(history: History) -> None:
    """The other member commits all that it has."""
    if history.neighbour is not None:
        path = history.neighbour.path
        git(path, "add", "--all", check=False)
        git(path, "commit", "--quiet", "-m", "Tidy", check=False)


def tears_down(ending: Ending) -> Step:
    """Finish the tree in a way."""
    return lambda history: history.tear_down(ending)


STEPS: dict[str, Step] = {
    "commit": commits,
    "commit again": commits,
    "main moves on": main_moves_on,
    "conflict": conflicting,
    "edit": edits,
    "stage": in_tree("add", "--all"),
    "untracked": adds_untracked,
    "ignored": adds_ignored,
    "repository": adds_repository,
    "hidden": hides_a_change,
    "skipped": skips_a_change,
    "amend": in_tree("commit", "--quiet", "--amend", "-m", "Amended"),
    "reset": in_tree("reset", "--quiet", "--hard", "HEAD~1"),
    "reset to base": in_tree("reset", "--quiet", "--hard", "main"),
    "detach": in_tree("checkout", "--quiet", "--detach"),
    "other branch": in_tree("checkout", "--quiet", "-b", "side"),
    "back": in_tree("checkout", "--quiet", "cafleet/alice"),
    "stash": in_tree("stash", "--include-untracked"),
    "pop": in_tree("stash", "pop"),
    "merge main": in_tree("merge", "--quiet", "main"),
    "rebase": in_tree("rebase", "--quiet", "main"),
    "abort": in_tree("rebase", "--abort"),
    "bisect": in_tree("bisect", "start", "HEAD", "main"),
    "cherry-pick": in_tree("cherry-pick", "main"),
    "lock": in_main("worktree", "lock", "../project.worktrees/cafleet-alice"),
    "unlock": in_main("worktree", "unlock", "../project.worktrees/cafleet-alice"),
    "own ref": in_tree("update-ref", "refs/worktree/mine", "HEAD"),
    "push": in_tree("push", "--quiet", "origin", "HEAD"),
    "rename branch": in_tree("branch", "--move", "renamed"),
    "main leaves": in_main("checkout", "--quiet", "--detach"),
    "main returns": in_main("checkout", "--quiet", "main"),
    "merge by hand": in_main("merge", "--quiet", "--no-edit", "cafleet/alice"),
    "submodule": adds_submodule,
    "submodule commit": commits_in_submodule,
    "gc": in_main("gc", "--quiet", "--auto"),
    "sparse": in_tree("sparse-checkout", "set", "--no-cone", "/*.me"),
    "by hand": is_removed_by_hand,
    "move": moves,
    "repository moves": repository_moves,
    "repair": is_repaired,
    "neighbour": neighbour_comes,
    "another repository": another_repository,
    "neighbour works": neighbour_works,
    "neighbour tidies": neighbour_tidies,
    "neighbour finishes": History.neighbour_finishes,
    "finish": tears_down(Ending.AS_IS),
    "finish and merge": tears_down(Ending.MERGE),
    "finish and keep": tears_down(Ending.KEEP),
}
"""What may happen to a tree, in any order."""


def play(history: History, names: list[str]) -> None:
    """Let a history happen, until the tree is finished; at the end it is, or stays."""
    for name in [*names, "finish", "finish and merge", "finish and keep"]:
        if history.finished:
            return
        if not history.path.exists() and not name.startswith("finish"):
            continue
        STEPS[name](history)
