"""A coding agent in a pane to be recorded, and the steps that change its state."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tests.agents.programs import Programs, Size
from tests.terminal import eventually

SETTLED = 0.7
"""Seconds after which a screen is drawn completely."""


_PATIENCE = 150.0
"""Seconds to wait for a text on the screen."""


class Scene(NamedTuple):
    """A coding agent in a pane to be recorded."""

    programs: Programs
    agent: str
    pane: str
    size: Size

    def keys(self, *keys: str) -> None:
        self.programs.terminal.keys(self.pane, *keys)

    def says(self, words: str) -> None:
        self.programs.says(self.pane, words)

    def pastes(self, words: str) -> None:
        self.programs.paste(self.pane, words)
        time.sleep(1)

    def awaits(self, *words: str) -> None:
        self.programs.awaits(self.pane, *words, timeout=_PATIENCE)
        time.sleep(SETTLED)

    def starts(self, *words: str) -> None:
        """Wait for a program's first screen; OpenCode loads its list of models before it is ready."""
        self.programs.awaits(self.pane, *words, timeout=_PATIENCE)
        time.sleep(4)

    def leaves(self, words: str, *keys: str) -> None:
        """Press `keys`, if any, every few seconds until the screen no longer shows these words."""

        def gone() -> bool:
            if words not in self.programs.terminal.screen(self.pane):
                return True
            for key in keys:
                self.keys(key)
                time.sleep(3)
            return False

        eventually(gone, _PATIENCE)
        time.sleep(SETTLED)

    def presses(self, *keys: str) -> None:
        """Press keys one by one, with time to draw after each."""
        for key in keys:
            self.keys(key)
            time.sleep(SETTLED)


Taken = tuple[str, str]
"""The pane state that a scene has reached, and the name of its screen."""

Play = Callable[[Scene], Iterator[Taken]]


class View(NamedTuple):
    """A view that a human opens over the input box, or beside it.

    `opens` is a command of the agent if it begins with a slash, otherwise keys.
    """

    name: str
    opens: str
    shows: str
    closes: str = "Escape"
    state: str = "covered"


def views(scene: Scene, table: Iterable[View]) -> Iterator[Taken]:
    """Open, yield and close each view; fail at the end if any did not open."""
    missing = []
    for view in table:
        if view.opens.startswith("/"):
            command, *keys = view.opens.split(" | ")
            scene.pastes(command)
            scene.presses("Enter", *" ".join(keys).split())
        else:
            scene.presses(*view.opens.split())
        try:
            scene.programs.awaits(scene.pane, view.shows)
            time.sleep(SETTLED)
            yield view.state, view.name
        except AssertionError:
            missing.append(f"{view}\n{scene.programs.terminal.screen(scene.pane)}")
        scene.presses(*view.closes.split())
        time.sleep(SETTLED)
    assert not missing, "\n".join(missing)


def drafts(scene: Scene) -> Iterator[Taken]:
    for name, words in (
        ("one-line", "half a thought"),
        ("several-lines", "a first line\n\nand a third one"),
        ("begun-below", "\nthe first line is empty"),
        ("like-an-answer", "no, rather the second…"),
        ("longer-than-its-box", "\n".join(f"point {n}" for n in range(1, 33))),
    ):
        scene.programs.paste(scene.pane, words)
        time.sleep(1)
        yield "draft", f"draft-{name}"
        scene.keys("C-c")
        time.sleep(1)
    scene.keys("/")
    time.sleep(1.5)
    yield "draft", "slash-menu"
    scene.keys("C-u")
    time.sleep(3)
    yield "idle", "draft-taken-back"


def leaving(scene: Scene, words: str) -> Iterator[Taken]:
    scene.says("/exit")
    scene.awaits(words, "$" if os.geteuid() else "#")
    yield "shell", "exited"


def folds(scene: Scene, at_rest: str, lines: int) -> Iterator[Taken]:
    """Pastes that an agent shows as a placeholder, alone and followed by other words."""
    for name, pasted in (
        ("folded-lines", "\n".join(f"point {n} of a report" for n in range(lines))),
        ("folded-long-line", "A long report. " * 110),
    ):
        scene.pastes(pasted)
        yield "draft", name
        scene.pastes(" and a word of mine")
        yield "draft", f"{name}-and-words"
        scene.keys("C-c")
        scene.awaits(at_rest)
        time.sleep(2)


EDITORS = {
    "vim": ("vim -u NONE", ":q!", "Enter"),
    "nano": ("nano", "C-x"),
    "less": ("less", "q"),
}
"""Editors of a draft: the command, and the keys that leave it."""


def editors(scene: Scene, opens: tuple[str, ...], draft: str) -> Iterator[Taken]:
    """Each editor, opened by the agent over its own screen."""
    for name, (command, *leaves) in EDITORS.items():
        scene.programs.edits_with(scene.pane, command)
        if draft:
            scene.pastes(draft)
        scene.keys(*opens)
        time.sleep(3)
        yield "covered", f"editor-{name}"
        scene.presses(*leaves)
        time.sleep(2)
        if draft:
            scene.keys("C-c")
            time.sleep(2)


def suspended(scene: Scene) -> Iterator[Taken]:
    """A program suspended by its user without a parent shell, then continued."""
    scene.keys("C-z")
    time.sleep(3)
    yield "suspended", "suspended"
    pid = scene.programs.terminal.tmux(
        "display-message", "-p", "-t", scene.pane, "#{pane_pid}"
    )
    os.kill(int(pid), signal.SIGCONT)
    time.sleep(4)
    yield "idle", "continued"


def suspended_in_a_shell(scene: Scene) -> Iterator[Taken]:
    """A program suspended by its user in a shell, then continued."""
    scene.keys("C-z")
    scene.awaits("Stopped")
    yield "suspended", "suspended-in-a-shell"
    scene.keys("fg", "Enter")
    time.sleep(4)
    yield "idle", "in-front-again"
