"""The thread that asks git what has changed in the members' worktrees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from textual.message import Message

from cafleet_core.errors import RegistryError
from cafleet_core.worktrees.status import Facts
from cafleet_core.worktrees.view import TreeView
from cafleet_tui.data import reader, tree_watch
from cafleet_tui.data.source import Source
from cafleet_tui.data.tree_watch import TreeWatch
from cafleet_tui.data.updates import FeedRecovered, FeedTrouble, TreesSeen
from tests.terminal import eventually


class Trees:
    """A registry of worktrees, and a screen that keeps what it is posted."""

    def __init__(self) -> None:
        self.added: dict[str, int] = {"ann": 3, "bob": 0}
        self.trouble = False
        self.asked = 0
        self.posted: list[Message] = []

    def tree_owners(self, _: str) -> list[str]:
        if self.trouble:
            raise RegistryError("locked.")
        return list(self.added)

    def worktree(self, agent_id: str) -> TreeView | None:
        self.asked += 1
        facts = Facts("b", "c", 0, 0, self.added.get(agent_id, 0), 0)
        return TreeView(cast(Any, None), "/nowhere", True, facts)

    def post_message(self, message: Message) -> bool:
        self.posted.append(message)
        return True

    def close(self) -> None:
        pass

    @property
    def seen(self) -> dict[str, str]:
        changes = [each.changes for each in self.posted if isinstance(each, TreesSeen)]
        return dict(changes[-1]) if changes else {}


@pytest.fixture
def trees() -> Trees:
    return Trees()


@pytest.fixture
def watch(trees: Trees, monkeypatch: pytest.MonkeyPatch) -> Iterator[TreeWatch]:
    monkeypatch.setattr(tree_watch, "ROUND", 0.02)
    monkeypatch.setattr(tree_watch, "APART", 0.01)
    monkeypatch.setattr(reader, "RETRY_AFTER", 0.01)
    thread = TreeWatch(lambda: cast(Source, trees), "session", trees)
    yield thread
    thread.stop()
    assert not thread.is_alive()


def test_lines_are_told_as_they_change_and_of_who_is_there(
    trees: Trees, watch: TreeWatch
) -> None:
    watch.show(True)
    eventually(lambda: trees.seen == {"ann": "+3 -0", "bob": ""})
    trees.added = {"bob": 7}
    eventually(lambda: trees.seen == {"bob": "+7 -0"})
    trees.added = {}
    eventually(lambda: trees.seen == {})


def test_nothing_is_asked_unless_it_is_shown(trees: Trees, watch: TreeWatch) -> None:
    watch.show(False)
    assert watch.ident is None
    watch.show(True)
    eventually(lambda: trees.asked)
    watch.show(False)
    eventually(lambda: not watch._wanted.is_set())
    asked = trees.asked
    trees.added = {"ann": 9}
    watch.show(True)
    eventually(lambda: trees.seen == {"ann": "+9 -0"})
    assert trees.asked > asked


def test_trouble_is_told_and_got_over(trees: Trees, watch: TreeWatch) -> None:
    trees.trouble = True
    watch.show(True)
    eventually(lambda: any(isinstance(each, FeedTrouble) for each in trees.posted))
    trees.trouble = False
    eventually(lambda: isinstance(trees.posted[-1], FeedRecovered))
