"""A worktree as it is shown: where it is now, and what git says of it, in a few words."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cafleet_core.worktrees.status import Facts
    from cafleet_core.worktrees.tree import Worktree


class TreeView(NamedTuple):
    """A tree, where it is now, and what git says of it: else `trouble` says why it does not.

    `serves` says whether its member is still active.
    """

    tree: Worktree
    path: str
    serves: bool
    facts: Facts | None
    trouble: str = ""

    @property
    def lines(self) -> str:
        """Lines added and removed since its base; empty for none, or where that is not known."""
        facts = self.facts
        if facts is None or facts.added is None or not (facts.added or facts.removed):
            return ""
        return f"+{facts.added} -{facts.removed}"

    @property
    def commits(self) -> str:
        """Commits ahead of and behind its base; empty for none, or where that is not known."""
        facts = self.facts
        if facts is None or facts.ahead is None:
            return ""
        ahead = f"↑{facts.ahead}" if facts.ahead else ""
        behind = f"↓{facts.behind}" if facts.behind else ""
        return " ".join(part for part in (ahead, behind) if part)

    @property
    def work(self) -> str:
        """Whether a tree's files are clean or dirty, in a word, or why that is not known."""
        if self.facts is None:
            return text.label(self.trouble)
        return "dirty" if self.facts.dirty else "clean"

    @property
    def summary(self) -> str:
        """Branch, lines, commits and whether it is dirty: `cafleet/ann +12 -3 ↑2 ↓1 dirty`."""
        branch = text.label(self.tree.branch)
        parts = (branch, self.lines, self.commits, self.work)
        return " ".join(part for part in parts if part)
