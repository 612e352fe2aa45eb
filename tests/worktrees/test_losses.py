"""What stands against removing a tree: each kind of work that would be lost with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cafleet_core.broker.team.finish_tree import Ending
from cafleet_core.errors import GitError, Refused
from cafleet_core.storage import worktrees
from cafleet_core.worktrees.losses import LossKind
from tests.terminal import eventually
from tests.worktrees import steps
from tests.worktrees.histories import History
from tests.worktrees.repositories import Workshop, commit, git


def locked(history: History) -> None:
    git(history.path, "worktree", "lock", str(history.path))


def in_a_merge(history: History) -> None:
    steps.main_moves_on(history)
    steps.conflicting(history)
    git(history.path, "merge", "main", check=False)
    git(history.path, "checkout", "--quiet", "--ours", "read.me")


def bisecting(history: History) -> None:
    git(history.path, "bisect", "start")


def with_a_stash(history: History) -> None:
    steps.edits(history)
    git(history.path, "stash")


def with_a_commit_on_no_branch(history: History) -> None:
    git(history.path, "checkout", "--quiet", "--detach")
    steps.commits(history)


def with_an_own_ref(history: History) -> None:
    git(history.path, "update-ref", "refs/worktree/mine", "HEAD")


def with_submodule_commits(history: History) -> None:
    steps.adds_submodule(history)
    steps.commits_in_submodule(history)


@pytest.mark.parametrize(
    ("work", "kind"),
    [
        (steps.edits, LossKind.DIRTY),
        (in_a_merge, LossKind.UNDERWAY),
        (bisecting, LossKind.UNDERWAY),
        (steps.adds_untracked, LossKind.UNTRACKED),
        (steps.hides_a_change, LossKind.HIDDEN),
        (steps.skips_a_change, LossKind.HIDDEN),
        (steps.adds_repository, LossKind.REPOSITORY),
        (with_submodule_commits, LossKind.SUBMODULE),
        (with_a_commit_on_no_branch, LossKind.DETACHED),
        (with_a_stash, LossKind.STASH),
        (with_an_own_ref, LossKind.REFS),
        (locked, LossKind.LOCKED),
    ],
)
@pytest.mark.parametrize("ending", [Ending.KEEP, Ending.MERGE])
def test_work_that_would_be_lost_keeps_the_tree(
    workshop: Workshop,
    work: Callable[[History], None],
    kind: LossKind,
    ending: Ending,
) -> None:
    tree = workshop.tree()
    work(History(workshop, tree))
    assert kind in workshop.losses(tree, ending)


def test_commits_that_are_neither_merged_nor_pushed_keep_it(
    workshop: Workshop,
) -> None:
    tree = workshop.tree()
    commit(tree.path, "work")
    assert workshop.losses(tree) == {LossKind.UNMERGED}
    assert workshop.losses(tree, Ending.KEEP) == set()
    assert git(workshop.repository, "log", "-1", "--format=%s", tree.branch) == (
        "Write work"
    )


def test_a_pushed_branch_stays_when_its_tree_goes(workshop: Workshop) -> None:
    tree = workshop.tree()
    history = History(workshop, tree)
    commit(tree.path, "work")
    git(history.path, "push", "--quiet", "origin", "HEAD")
    assert workshop.finish(tree).branch_kept
    assert git(workshop.repository, "rev-parse", tree.branch)


def test_a_process_that_works_there_keeps_it(workshop: Workshop) -> None:
    tree = workshop.tree()
    sleeper = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, cwd=tree.path
    )
    try:
        assert workshop.losses(tree) == {LossKind.OCCUPIED}
    finally:
        sleeper.communicate(b"\n")
    assert workshop.losses(tree) == set()


def test_another_repository_in_its_place_is_left_alone(workshop: Workshop) -> None:
    tree = workshop.tree()
    path = Path(tree.path)
    path.rename(path.with_name("elsewhere"))
    path.mkdir()
    git(path, "init", "--quiet")
    commit(path, "precious")
    with pytest.raises(GitError, match="not the tree"):
        workshop.finish(tree, Ending.KEEP)
    assert (path / "precious").exists()
    assert worktrees.of_agent(workshop.registry, tree.agent_id)


def test_a_repository_that_has_moved_is_read_again_once_git_has_repaired_it(
    workshop: Workshop,
) -> None:
    tree = workshop.tree()
    commit(tree.path, "work")
    moved = workshop.repository.rename(workshop.repository.with_name("moved"))
    with pytest.raises(GitError, match="cannot be read"):
        workshop.finish(tree, Ending.KEEP)
    assert (Path(tree.path) / "work").exists()
    git(moved, "worktree", "repair", tree.path)
    workshop.finish(tree, Ending.MERGE)
    assert (moved / "work").exists()
    assert not Path(tree.path).exists()


def test_a_tree_that_git_has_moved_is_found(workshop: Workshop) -> None:
    tree = workshop.tree()
    target = Path(tree.path).with_name("moved")
    git(workshop.repository, "worktree", "move", tree.path, str(target))
    (target / "new").write_text("work")
    with pytest.raises(Refused, match="new: in no commit"):
        workshop.finish(tree)
    (target / "new").unlink()
    workshop.finish(tree)
    assert not target.exists()


def test_what_was_amended_or_reset_away_is_kept_by_refs(workshop: Workshop) -> None:
    tree = workshop.tree()
    first = commit(tree.path, "work")
    git(tree.path, "commit", "--quiet", "--amend", "-m", "Better")
    done = workshop.finish(tree, Ending.MERGE)
    assert done.kept == (f"refs/cafleet/kept/{first}",)
    assert git(workshop.repository, "rev-parse", done.kept[0]) == first


def test_filled_submodules_whose_commits_are_all_pushed_do_not_keep_it(
    workshop: Workshop,
) -> None:
    tree = workshop.tree()
    history = History(workshop, tree)
    steps.adds_submodule(history)
    workshop.finish(tree, Ending.MERGE)
    assert not history.path.exists()


def test_a_sparse_tree_is_removed_like_any(workshop: Workshop) -> None:
    git(workshop.repository, "sparse-checkout", "set", "--no-cone", "/read.me")
    tree = workshop.tree()
    assert sorted(os.listdir(tree.path)) == [".git", "read.me"]
    assert workshop.losses(tree) == set()


@pytest.mark.parametrize("name", ["core.fsmonitor", "core.pager", "core.editor"])
def test_programs_of_the_repository_s_settings_do_not_run(
    workshop: Workshop, name: str, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    git(workshop.repository, "config", name, f"touch {mark}; :")
    tree = workshop.tree()
    commit(tree.path, "work")
    workshop.finish(tree, Ending.MERGE)
    assert not mark.exists() or name == "core.fsmonitor"


def test_no_hook_of_the_repository_runs(workshop: Workshop, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    hooks = workshop.repository / ".git" / "hooks"
    for name in ("post-checkout", "post-merge", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {mark}\n")
        (hooks / name).chmod(0o755)
    tree = workshop.tree()
    workshop.finish(tree, Ending.MERGE)
    assert not mark.exists()
    eventually(lambda: not Path(tree.path).exists())
