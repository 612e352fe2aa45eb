"""The steps that bring Codex into each of its states."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.screens.scene import (
    SETTLED,
    Scene,
    Taken,
    View,
    drafts,
    editors,
    folds,
    leaving,
    suspended_in_a_shell,
    views,
)


def codex(scene: Scene) -> Iterator[Taken]:
    """Codex through its states."""
    scene.starts("Ask Codex")
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
    yield from drafts(scene)
    scene.says("/model")
    scene.awaits("1.")
    yield "waiting", "model-menu"
    scene.keys("Escape")
    time.sleep(1)
    scene.keys("Escape")
    time.sleep(2)
    yield from leaving(scene, "codex resume")


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
    time.sleep(SETTLED)
    yield "waiting", "permission-second-option"
    scene.keys("Escape")
    time.sleep(3)
    yield "idle", "interrupted"


def codex_trust(scene: Scene) -> Iterator[Taken]:
    """Codex's trust question in an unknown folder."""
    scene.awaits("Trust this folder?")
    yield "waiting", "trust-dialog"


def codex_update(scene: Scene) -> Iterator[Taken]:
    """Codex's question about a newer version, and the notice that remains after it."""
    scene.awaits("Update available", "1. Update now")
    yield "waiting", "update-question"
    scene.keys("Down")
    time.sleep(SETTLED)
    scene.keys("Enter")
    scene.awaits("Update available", "Ask Codex")
    time.sleep(3)
    yield "idle", "update-notice"


VIEWS = (
    View("find", "F3", "Type to find"),
    View("find-typed", "F3 h e l l o", "enter accept"),
    View("history-search", "C-r", "reverse-i-search"),
    View("history-search-typed", "C-r h e l", "enter accept"),
    View("transcript-browsing", "Escape Escape", "Browsing"),
    View("warnings", "F2", "keep & next"),
    View("shortcuts", "?", "Keyboard shortcuts", "Escape", "idle"),
    View("shell-mode", "!", "Shell mode", "BSpace"),
    View("shell-mode-typed", "! l s", "! ls", "C-c BSpace"),
    View("mention-popup", "@", "Mentions", "C-c Escape", "draft"),
    View("file-popup", "@ n o", "notes.txt", "C-c Escape", "draft"),
    View("agents", "Left", "enter open"),
    View("agents-keys", "Left ?", "Task shortcuts", "Escape Escape"),
    View("resume", "/resume", "Resume a previous session"),
    View(
        "resume-searched",
        "/resume | h e l",
        "Resume a previous session",
        "Escape Escape",
    ),
    View("diff", "/diff", "to scroll", "q"),
    View("keymap", "/keymap", "edit shortcut", "Escape Escape"),
    View("theme", "/theme", "enter select"),
    View("statusline", "/statusline", "reorder"),
    View("experimental", "/experimental", "Experimental features"),
    View("hooks", "/hooks", "enter details"),
    View("rename", "/rename", "Rename thread"),
    View("review-instructions", "/review | 4", "esc back", "Escape Escape"),
    View("permissions-menu", "/permissions", "Update Model", "Escape", "waiting"),
    View("skills-menu", "/skills", "Choose an action", "Escape", "waiting"),
    View("review-menu", "/review", "review preset", "Escape", "waiting"),
    View("new-menu", "/new", "new conversation", "Escape", "waiting"),
    View("feedback-menu", "/feedback", "How was this", "Escape", "waiting"),
    View("status", "/status", "Session:", "Escape", "idle"),
)


def codex_views(scene: Scene) -> Iterator[Taken]:
    """The views that a human opens in Codex, over its input box or beside it."""
    scene.starts("Ask Codex")
    scene.says("hello there")
    scene.awaits("It is done")
    time.sleep(2)
    yield from views(scene, VIEWS)
    scene.pastes("/side")
    scene.keys("Enter")
    scene.awaits("follow-up")
    yield "covered", "side-chat"


def codex_pastes(scene: Scene) -> Iterator[Taken]:
    """Codex with long pastes in its input box, and with the draft in an editor."""
    scene.starts("Ask Codex")
    yield from folds(scene, "Ask Codex", 80)
    yield from editors(scene, ("C-g",), "Half a thought of a human")


def codex_failures(scene: Scene) -> Iterator[Taken]:
    """Codex with errors of its model service."""
    scene.starts("Ask Codex")
    for word in ("DENIED", "OVERLOADED"):
        scene.says(f"{word} this time")
        scene.awaits(f"{word} this time", "Reconnecting")
        yield "busy", f"{word.lower()}-trying-again"
        scene.leaves("esc to interrupt")
        time.sleep(2)
        yield "failed", word.lower()
    scene.says("LIMIT this time")
    scene.awaits("usage limit")
    time.sleep(4)
    if "1. Switch" in scene.programs.terminal.screen(scene.pane):
        yield "waiting", "limit-question"
        scene.keys("2")
        time.sleep(3)
    yield "limit", "limit"
    scene.says("PONDER after that")
    scene.awaits("It is done")
    time.sleep(2)
    yield "idle", "limit-over"


def codex_bare(scene: Scene) -> Iterator[Taken]:
    """Codex without a parent shell: it ignores the suspend key and goes on."""
    scene.starts("Ask Codex")
    scene.keys("C-z")
    time.sleep(3)
    yield "idle", "stop-ignored"
    scene.says("hello there")
    scene.awaits("It is done")


def codex_suspended_in_a_shell(scene: Scene) -> Iterator[Taken]:
    """Codex suspended by its user in a shell."""
    scene.starts("Ask Codex")
    yield from suspended_in_a_shell(scene)
