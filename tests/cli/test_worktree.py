"""`member create --worktree`, and `cafleet worktree`: made, told, listed, finished."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cafleet_core.storage import worktrees
from tests.cli.desk import Desk
from tests.cli.pretender import PROMPTED, Pretender, creating
from tests.terminal import Ran
from tests.worktrees.repositories import AUTHOR, a_repository, commit, git


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that lists a file to copy, with a folder in it."""
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)
    path = a_repository(tmp_path)
    (path / ".worktreeinclude").write_text("*.env\n")
    commit(path, "docs/plan.md")
    (path / "local.env").write_text("SECRET=1\n")
    return path


def hire(
    desk: Desk, pretender: Pretender, folder: Path, *more: str, **extra: str
) -> Ran:
    """Create a member in a tree of its own, that the pretender plays."""
    arguments = creating("worker", pretender.name, "--json", "--cwd", str(folder))
    return desk(*arguments, *more, **pretender.configured(PROMPTED), **extra)


def test_a_member_works_in_a_tree_of_its_own_and_knows_it(
    desk: Desk, pretender: Pretender, repository: Path
) -> None:
    made = hire(desk, pretender, repository / "docs", "--worktree", "--", "Go.")
    tree = made.document["worktree"]
    beside = repository.with_name("project.worktrees") / "cafleet-worker"
    assert tree["path"] == str(beside)
    assert tree["branch"] == git(beside, "branch", "--show-current") == "cafleet/worker"
    assert (beside / "local.env").read_text() == "SECRET=1\n"
    [prompt] = pretender.started["argv"]
    assert prompt.startswith("Go.\n\nYou work in a git worktree of your own")
    assert "on the branch cafleet/worker, which was made from main" in prompt
    assert pretender.started["cwd"] == str(beside / "docs")
    assert pretender.started["env"]["CAFLEET_BRANCH"] == "cafleet/worker"


def test_several_have_a_tree_each_and_know_it_by_their_own_branch(
    desk: Desk, pretender: Pretender, repository: Path
) -> None:
    several = ("--name", "worker-{n}", "--count", "2")
    words = ("--", r"On {{branch}}, not \{{branch}}.")
    made = hire(desk, pretender, repository, *several, "--worktree=topic/{n}", *words)
    assert [each["worktree"]["branch"] for each in made.document] == [
        "topic/1",
        "topic/2",
    ]
    assert pretender.started["argv"] == ["On topic/2, not {{branch}}."]
    same = hire(desk, pretender, repository, *several, "--worktree=topic")
    assert "--count needs {n} in the branch of --worktree" in same.error["message"]
    bare = hire(desk, pretender, repository, "--", "On {{branch}}.")
    assert "{{branch}} stands for nothing in a prompt" in bare.error["message"]


def test_lists_tell_branch_lines_commits_and_whether_it_is_dirty(
    desk: Desk, pretender: Pretender, repository: Path
) -> None:
    made = hire(desk, pretender, repository, "--worktree=topic", "--", "On {{branch}}.")
    assert pretender.started["argv"] == ["On topic."]
    path = made.document["worktree"]["path"]
    commit(path, "work", "one\ntwo\n")
    commit(repository, "more")
    (Path(path) / "read.me").write_text("one\n")
    [row] = desk("member", "list", "--json").document
    shown = row["worktree"]
    assert (shown["lines_added"], shown["lines_removed"]) == (2, 2)
    assert (shown["ahead"], shown["behind"], shown["dirty"]) == (1, 1, True)
    assert "topic +2 -2 ↑1 ↓1 dirty" in desk("member", "list").out
    listed = desk("worktree", "list", "--json").document
    assert listed == [shown]
    assert "topic   main  +2 -2  ↑1 ↓1    dirty" in desk("worktree", "list").out


def test_a_tree_outlives_its_member_and_is_finished_when_nothing_is_lost(
    desk: Desk, pretender: Pretender, repository: Path
) -> None:
    made = hire(desk, pretender, repository, "--worktree")
    path = Path(made.document["worktree"]["path"])
    commit(path, "work")
    refused = desk("worktree", "finish", "worker", "--merge")
    assert refused.code == 1
    assert "works in it" in refused.err
    assert desk("member", "delete", "--force", "worker").code == 0
    assert (path / "work").exists()
    kept = desk("worktree", "prune", "--json").document
    assert kept["finished"] == []
    assert [loss["kind"] for loss in kept["left"][0]["losses"]] == ["unmerged"]
    asked = desk("worktree", "finish", "worker")
    assert "neither merged nor pushed" in asked.err
    assert "`--merge` merges the branch" in asked.err
    done = desk("worktree", "finish", "worker", "--merge")
    assert done.out == (
        "Worktree of worker removed; cafleet/worker was merged and is deleted.\n"
    )
    assert not path.exists()
    assert (repository / "work").exists()
    assert desk("worktree", "list").out == "0 worktrees.\n"
    assert "no worktree belongs to" in desk("worktree", "finish", "worker").err


def test_a_set_up_command_is_the_user_s_and_its_failure_is_told(
    desk: Desk, pretender: Pretender, repository: Path
) -> None:
    command = '["sh", "-c", "echo broken >&2; exit 7"]'
    refused = hire(
        desk, pretender, repository, "--worktree", CAFLEET_WORKTREE_SETUP=command
    )
    assert refused.code == 1
    assert "ended with 7" in refused.err
    assert "| broken" in refused.err
    assert (
        not repository.with_name("project.worktrees")
        .joinpath("cafleet-worker")
        .exists()
    )
    assert git(repository, "branch", "--list", "cafleet/*") == ""
    assert desk("worktree", "list").out == "0 worktrees.\n"
    command = '["sh", "-c", "echo $CAFLEET_BRANCH > set.env"]'
    made = hire(
        desk, pretender, repository, "--worktree", CAFLEET_WORKTREE_SETUP=command
    )
    path = Path(made.document["worktree"]["path"])
    assert (path / "set.env").read_text() == "cafleet/worker\n"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--worktree", "main"), "there is a branch main already"),
        (("--worktree=-x",), "cannot be the name of a branch"),
        (("--worktree=a..b",), "cannot be the name of a branch"),
        (("--worktree=a\u202eb",), "holds characters that nobody sees"),
        (("--worktree", "--base", "--help-me"), "is no ref"),
        (("--worktree", "--base", "nowhere"), "nowhere names no commit"),
        (("--base", "main"), "--base needs --worktree"),
    ],
)
def test_what_cannot_be_made_is_refused_and_leaves_nothing(
    desk: Desk,
    pretender: Pretender,
    repository: Path,
    more: tuple[str, ...],
    words: str,
) -> None:
    refused = hire(desk, pretender, repository, *more)
    assert words in refused.err
    assert "Traceback" not in refused.err
    assert git(repository, "worktree", "list").count("\n") == 0
    assert desk("member", "list").out == "0 members.\n"


def test_outside_a_repository_and_without_git_only_a_worktree_is_refused(
    desk: Desk, pretender: Pretender, tmp_path: Path
) -> None:
    outside = hire(desk, pretender, tmp_path, "--worktree")
    assert "is in no tree of a git repository" in outside.err
    (tmp_path / "programs").mkdir()
    tmux = shutil.which("tmux")
    assert tmux
    (tmp_path / "programs" / "tmux").symlink_to(tmux)
    bare = str(tmp_path / "programs")
    refused = hire(desk, pretender, tmp_path, "--worktree", PATH=bare)
    assert "git is not on PATH" in refused.err
    assert desk("worktree", "list", PATH=bare).out == "0 worktrees.\n"
    assert hire(desk, pretender, tmp_path, PATH=bare).code == 0


def test_a_row_is_there_before_the_tree_and_ended_after_it(
    desk: Desk, pretender: Pretender, repository: Path
) -> None:
    made = hire(desk, pretender, repository, "--worktree")
    agent_id = made.document["agent_id"]
    assert worktrees.of_agent(desk.registry, agent_id) is not None
    desk("member", "delete", "--force", "worker")
    desk("worktree", "prune")
    assert worktrees.of_agent(desk.registry, agent_id) is None
