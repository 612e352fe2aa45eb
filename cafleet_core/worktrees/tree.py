"""A member's worktree: where it is, and what it was made from."""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple


class Worktree(NamedTuple):
    """The row of a worktree; times are stamps, `ended_at` is None while it is there.

    `repository` is the git folder that the repository's trees share, and `path` where the
    tree was made: either may have moved since. `base` is the full name of the ref that it
    was made from, or empty where that was a commit alone; `base_commit` is that commit.
    """

    agent_id: str
    session_id: str
    agent_name: str
    host: str
    repository: str
    path: str
    branch: str
    base: str
    base_commit: str
    created_at: str
    ended_at: str | None = None

    @property
    def ref(self) -> str:
        """The full name of its branch."""
        return f"refs/heads/{self.branch}"

    @property
    def base_name(self) -> str:
        """The short name of its base."""
        short = self.base.removeprefix("refs/heads/").removeprefix("refs/remotes/")
        return short.removeprefix("refs/tags/") or self.base_commit[:12]
