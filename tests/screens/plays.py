"""What is done to a real coding agent to bring it into each of its states."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.agents.programs import OUTDATED, STRANGER, Programs, Size

_SETTLED = 0.7
"""Seconds after which a screen has been drawn to its end."""


class Scene(NamedTuple):
    """One program in a pane, about to be recorded."""

    programs: Programs
    agent: str
    pane: str
    size: Size

    def keys(self, *keys: str) -> None:
        self.programs.terminal.keys(self.pane, *keys)

    def says(self, words: str) -> None:
        self.programs.says(self.pane, words)

    def awaits(self, *words: str) -> None:
        self.programs.awaits(self.pane, *words)
        time.sleep(_SETTLED)


Taken = tuple[str, str]
"""The state that a scene has come to, and the name of its screen."""


def claude(scene: Scene) -> Iterator[Taken]:
    """Claude Code through its states."""
    scene.awaits("Claude Code v", "❯")
    time.sleep(4)
    yield "idle", "fresh"
    yield from _claude_works(scene)
    yield from _claude_asks(scene)
    scene.says("QUOTE the dialog")
    scene.awaits("While it works")
    time.sleep(2)
    yield "idle", "quoted-prompts"
    scene.keys("C-o")
    scene.awaits("detailed transcript")
    yield "draft", "transcript-viewer"
    scene.keys("C-o")
    time.sleep(1)
    yield from _drafts(scene)
    scene.says("/model")
    scene.awaits("1.", "2.")
    yield "waiting", "model-menu"
    scene.keys("Escape")
    time.sleep(2)
    yield from _exit(scene, "--resume ")


def _claude_works(scene: Scene) -> Iterator[Taken]:
    scene.says("PONDER this")
    scene.awaits("…")
    time.sleep(2)
    yield "busy", "thinking"
    scene.awaits("· done")
    yield "idle", "finished-turn"
    scene.says("SLOWLY please")
    scene.awaits("SLOWLY", "tokens")
    yield "busy", "streaming"
    scene.says("one more thing")
    scene.awaits("Queued")
    yield "busy", "queued-message"
    scene.awaits("word23")
    time.sleep(3)


def _claude_asks(scene: Scene) -> Iterator[Taken]:
    scene.says("PERMIT me")
    scene.awaits("❯ 1. Yes")
    yield "waiting", "permission"
    scene.keys("Down")
    time.sleep(_SETTLED)
    yield "waiting", "permission-second-option"
    scene.keys("Escape")
    time.sleep(3)
    scene.says("CHOOSE a colour")
    scene.awaits("❯ 1. Red")
    yield "waiting", "choice"
    scene.keys("Down", "Down")
    time.sleep(_SETTLED)
    yield "waiting", "choice-free-text"
    scene.keys("Escape")
    time.sleep(2)
    yield "idle", "declined-choice"


def codex(scene: Scene) -> Iterator[Taken]:
    """Codex through its states."""
    scene.awaits("Ask Codex")
    time.sleep(6)
    yield "idle", "suggestion"
    yield from _codex_works(scene)
    yield from _codex_asks(scene)
    scene.says("QUOTE the dialog")
    scene.awaits("While it works")
    time.sleep(2)
    yield "idle", "quoted-prompts"
    scene.keys("C-t")
    time.sleep(1)
    yield "idle", "details-shown"
    scene.keys("C-t")
    time.sleep(1)
    yield from _drafts(scene)
    scene.says("/model")
    scene.awaits("1.")
    yield "waiting", "model-menu"
    scene.keys("Escape")
    time.sleep(1)
    scene.keys("Escape")
    time.sleep(2)
    yield from _exit(scene, "codex resume")


def _codex_works(scene: Scene) -> Iterator[Taken]:
    scene.says("PONDER this")
    scene.awaits("Working")
    time.sleep(1)
    yield "busy", "thinking"
    scene.awaits("It is done")
    time.sleep(2)
    yield "idle", "finished-turn"
    scene.says("SLOWLY please")
    scene.awaits("word6")
    yield "busy", "streaming"
    scene.awaits("word23")
    time.sleep(3)
    scene.says("PONDER again")
    scene.awaits("Working")
    scene.says("and SLOWLY, please")
    time.sleep(1)
    yield "busy", "queued-message"
    time.sleep(14)


def _codex_asks(scene: Scene) -> Iterator[Taken]:
    scene.says("PERMIT me")
    scene.awaits("› 1. Yes")
    yield "waiting", "permission"
    scene.keys("Down")
    time.sleep(_SETTLED)
    yield "waiting", "permission-second-option"
    scene.keys("Escape")
    time.sleep(3)
    yield "idle", "interrupted"


def _drafts(scene: Scene) -> Iterator[Taken]:
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


def _exit(scene: Scene, words: str) -> Iterator[Taken]:
    scene.says("/exit")
    scene.awaits(words, "$" if os.geteuid() else "#")
    yield "shell", "exited"


def trust(scene: Scene) -> Iterator[Taken]:
    """The question with which Claude Code begins in a folder it does not know."""
    scene.awaits("Enter to confirm")
    yield "waiting", "trust-dialog"
    scene.keys("Down")
    time.sleep(_SETTLED)
    yield "waiting", "trust-dialog-second-option"


def codex_trust(scene: Scene) -> Iterator[Taken]:
    """The question with which Codex begins in a folder it does not know."""
    scene.awaits("Trust this folder?")
    yield "waiting", "trust-dialog"


def codex_update(scene: Scene) -> Iterator[Taken]:
    """The question with which Codex begins when there is a newer one, and what stays of it."""
    scene.awaits("Update available", "1. Update now")
    yield "waiting", "update-question"
    scene.keys("Down")
    time.sleep(_SETTLED)
    scene.keys("Enter")
    scene.awaits("Update available", "Ask Codex")
    time.sleep(3)
    yield "idle", "update-notice"


def opencode(scene: Scene) -> Iterator[Taken]:
    """OpenCode through its states."""
    scene.awaits("Ask anything", "ctrl+p commands")
    time.sleep(4)
    yield "idle", "fresh"
    yield from _opencode_works(scene)
    scene.says("PERMIT me")
    scene.awaits("Permission required")
    yield "waiting", "permission"
    scene.keys("Escape")
    time.sleep(3)
    yield "idle", "declined-permission"
    scene.says("QUOTE the dialog")
    scene.awaits("While it works")
    time.sleep(2)
    yield "idle", "quoted-prompts"
    yield from _opencode_drafts(scene)
    yield from _exit(scene, "opencode -s")


def _opencode_works(scene: Scene) -> Iterator[Taken]:
    scene.says("PONDER this")
    scene.awaits("interrupt")
    time.sleep(1)
    yield "busy", "thinking"
    scene.awaits("It is done")
    time.sleep(2)
    yield "idle", "finished-turn"
    scene.says("SLOWLY please")
    scene.awaits("word6")
    yield "busy", "streaming"
    scene.says("one more thing")
    time.sleep(1)
    yield "busy", "queued-message"
    scene.awaits("word23")
    time.sleep(6)


def _opencode_drafts(scene: Scene) -> Iterator[Taken]:
    for name, words in (("one-line", "half a thought"), ("pasted", "one\n\nthree")):
        scene.programs.paste(scene.pane, words)
        time.sleep(1)
        yield "draft", f"draft-{name}"
        scene.keys("C-c")
        time.sleep(1)
    scene.keys("/")
    time.sleep(1.5)
    yield "draft", "slash-menu"
    scene.keys("BSpace")
    time.sleep(2)
    yield "idle", "draft-taken-back"


Play = Callable[[Scene], Iterator[Taken]]


class Staging(NamedTuple):
    """Which program plays, in which set-up, and what is done to it."""

    agent: str
    play: Play
    trusted: bool = True
    kind: str = ""


PLAYS = (
    Staging("claude", claude),
    Staging("claude", trust, trusted=False),
    Staging("codex", codex),
    Staging("codex", codex_trust, trusted=False, kind=STRANGER),
    Staging("codex", codex_update, kind=OUTDATED),
    Staging("opencode", opencode),
)
