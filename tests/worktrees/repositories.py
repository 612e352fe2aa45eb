"""Real git repositories, and worktrees of members in them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import finish_tree, member_tree
from cafleet_core.broker.team.finish_tree import Ending, Finished, WouldLose
from cafleet_core.broker.team.member_tree import Made
from cafleet_core.requests import MemberRequest, TreeRequest
from cafleet_core.worktrees.losses import LossKind
from cafleet_core.worktrees.tree import Worktree
from tests.team import Team

AUTHOR = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path | str, *arguments: str, check: bool = True) -> str:
    """What git prints in a folder; what a member's own git would do."""
    ran = subprocess.run(
        ["git", "-C", folder, "-c", "protocol.file.allow=always", *arguments],
        env={**os.environ, **AUTHOR},
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=check,
    )
    return ran.stdout.strip()


def a_repository(folder: Path, *, name: str = "project") -> Path:
    """A repository on `main` with one commit of two files; `*.env` and `build/` are ignored."""
    path = folder / name
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--initial-branch=main")
    (path / ".gitignore").write_text("*.env\nbuild/\n")
    (path / "read.me").write_text("one\ntwo\nthree\n")
    git(path, "add", ".")
    git(path, "commit", "--quiet", "-m", "Begin")
    return path


def commit(folder: Path | str, name: str, words: str = "more\n") -> str:
    """Write a file and commit it; the commit."""
    path = Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words)
    git(folder, "add", "--", name)
    git(folder, "commit", "--quiet", "-m", f"Write {name}")
    return git(folder, "rev-parse", "HEAD")


class Workshop(NamedTuple):
    """A team without panes and a repository, in which its members get trees."""

    registry: Registry
    team: Team
    repository: Path

    def tree(
        self, name: str = "alice", folder: Path | None = None, **request: object
    ) -> Worktree:
        """A new tree for a member."""
        return self.made(name, folder, **request).tree

    def made(
        self, name: str = "alice", folder: Path | None = None, **request: object
    ) -> Made:
        """A new tree for a member, and what its agent is told of it."""
        wanted = TreeRequest(**request)  # type: ignore[arg-type]
        where = str(folder or self.repository)
        member = self.team.others[name]
        plan = member_tree.planned(member, wanted, where)
        asked = MemberRequest(name, "Works.", "standin", cwd=where, tree=wanted)
        return member_tree.make(self.registry, plan, asked)

    def finish(self, tree: Worktree, ending: Ending = Ending.AS_IS) -> Finished:
        """Finish a tree."""
        return finish_tree.finish(self.registry, tree, ending)

    def losses(self, tree: Worktree, ending: Ending = Ending.AS_IS) -> set[LossKind]:
        """What stands against finishing a tree; empty, and the tree is gone, if nothing does."""
        try:
            self.finish(tree, ending)
        except WouldLose as refused:
            assert Path(tree.path).is_dir()
            return {loss.kind for loss in refused.losses}
        return set()
