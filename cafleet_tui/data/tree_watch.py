"""The thread that asks git how many lines the members' worktrees have more and less."""

from __future__ import annotations

import threading

from cafleet_tui.data.reader import Reader
from cafleet_tui.data.source import OpenSource, Source
from cafleet_tui.data.updates import Receiver, TreesSeen

ROUND = 10.0
"""Seconds in which each tree is looked at once, if they are few."""

APART = 1.0
"""Seconds between two trees at least: git reads every file of one."""


class TreeWatch(Reader):
    """Posts `TreesSeen` when the lines of a tree have changed, one tree after another.

    It begins with the first `show(True)`, and asks nothing while it is not wanted.
    """

    def __init__(
        self, open_source: OpenSource, session_id: str, receiver: Receiver
    ) -> None:
        super().__init__("cafleet-trees", open_source, session_id, receiver)
        self._wanted = threading.Event()
        self._changes: dict[str, str] = {}

    def show(self, wanted: bool) -> None:
        """Look at the trees from now on, or no longer."""
        if not wanted:
            self._wanted.clear()
            return
        self._wanted.set()
        if self.ident is None:
            self.start()

    def _read(self, source: Source) -> None:
        while not self._stopping.is_set():
            self._wanted.wait()
            owners = source.tree_owners(self._session_id)
            self._keep({each: self._changes.get(each, "") for each in owners})
            for owner in owners:
                if self._stopping.is_set() or not self._wanted.is_set():
                    break
                view = source.worktree(owner)
                self._keep({**self._changes, owner: view.lines if view else ""})
                self._stopping.wait(max(APART, ROUND / len(owners)))
            self._recover()
            if not owners:
                self._stopping.wait(ROUND)

    def _keep(self, changes: dict[str, str]) -> None:
        if changes != self._changes:
            self._changes = changes
            self._receiver.post_message(TreesSeen(changes))

    def _rouse(self) -> None:
        self._wanted.set()
