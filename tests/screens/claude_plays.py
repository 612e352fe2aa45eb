"""The steps that bring Claude Code into each of its states."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from tests.screens.scene import (
    SETTLED,
    Scene,
    Taken,
    View,
    drafts,
    editors,
    folds,
    leaving,
    suspended,
    suspended_in_a_shell,
    views,
)


def claude(scene: Scene) -> Iterator[Taken]:
    """Claude Code through its states."""
    scene.starts("Claude Code v", "❯")
    yield "idle", "fresh"
    yield from _claude_works(scene)
    yield from _claude_asks(scene)
    scene.says("QUOTE the dialog")
    scene.awaits("While it works")
    time.sleep(2)
    yield "idle", "quoted-prompts"
    scene.keys("C-o")
    scene.awaits("detailed transcript")
    yield "covered", "transcript-viewer"
    scene.keys("C-o")
    time.sleep(1)
    yield from drafts(scene)
    scene.says("/model")
    scene.awaits("Select model")
    yield "waiting", "model-menu"
    scene.keys("Escape")
    time.sleep(2)
    yield from leaving(scene, "--resume ")


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
    time.sleep(SETTLED)
    yield "waiting", "permission-second-option"
    scene.keys("Escape")
    time.sleep(3)
    scene.says("CHOOSE a colour")
    scene.awaits("❯ 1. Red")
    yield "waiting", "choice"
    scene.keys("Down", "Down")
    time.sleep(SETTLED)
    yield "waiting", "choice-free-text"
    scene.keys("Escape")
    time.sleep(2)
    yield "idle", "declined-choice"


def trust(scene: Scene) -> Iterator[Taken]:
    """Claude Code's trust question in an unknown folder."""
    scene.awaits("Enter to confirm")
    yield "waiting", "trust-dialog"
    scene.keys("Down")
    time.sleep(SETTLED)
    yield "waiting", "trust-dialog-second-option"


VIEWS = (
    View("transcript-viewer-keys", "C-o ?", "to close", "? C-o"),
    View("transcript-search", "C-o / d o n e", "enter to keep", "Escape C-o"),
    View("history-search", "C-r", "Search prompts"),
    View("history-search-typed", "C-r h e l", "Search prompts"),
    View("shortcuts", "?", "to cycle modes", "BSpace", "idle"),
    View("shell-mode", "!", "for shell mode", "BSpace"),
    View("shell-mode-typed", "! l s", "ls", "C-c BSpace"),
    View("file-popup", "@ n", "notes.txt", "C-c", "draft"),
    View("draft-number-sign", "# m e m", "#mem", "C-c", "draft"),
    View("model-menu-by-key", "M-p", "Select model", "Escape", "waiting"),
    View("config", "/config", "switch tabs", "Escape Escape"),
    View("config-searched", "/config | t h e m e", "theme", "Escape Escape Escape"),
    View("status", "/status", "Session ID"),
    View("usage", "/usage", "Total duration"),
    View("resume", "/resume", "Resume session"),
    View("rewind", "/rewind", "Restore the code"),
    View("help", "/help", "For more help"),
    View("permissions", "/permissions", "Add a new rule"),
    View("memory", "/memory", "Auto-memory"),
    View("hooks", "/hooks", "This menu is read-only"),
    View("theme", "/theme", "Syntax theme"),
    View("export", "/export", "Save to file"),
    View("tasks", "/tasks", "Esc to close"),
    View("plugins", "/plugin", "Marketplaces"),
    View("side-question", "/btw what is this", "Esc to close"),
    View("effort-menu", "/effort", "Esc to cancel"),
    View("login", "/login", "Select login method", "Escape", "waiting"),
)


def claude_views(scene: Scene) -> Iterator[Taken]:
    """The views that a human opens in Claude Code, over its input box or beside it."""
    scene.starts("Claude Code v", "❯")
    scene.says("hello there")
    scene.awaits("· done")
    yield from views(scene, VIEWS)
    scene.pastes("half a thought")
    scene.keys("C-s")
    scene.awaits("stashed")
    yield "idle", "stashed-draft"


def claude_pastes(scene: Scene) -> Iterator[Taken]:
    """Claude Code with long pastes in its input box, and with the draft in an editor."""
    scene.starts("Claude Code v", "❯")
    yield from folds(scene, "❯", 40)
    yield from editors(scene, ("C-g",), "Half a thought of a human")


def claude_asks_more(scene: Scene) -> Iterator[Taken]:
    """Further questions of Claude Code, and a background shell of it."""
    scene.starts("Claude Code v", "❯")
    path = str(scene.programs.trusted / f"new-{scene.size.width}.txt")
    _calls(scene, "Write", {"file_path": path, "content": "one\ntwo\n"})
    scene.awaits("❯ 1. Yes")
    yield "waiting", "permission-to-write"
    scene.keys("Escape")
    time.sleep(3)
    asked = {"question": "Which?", "header": "Fruit", "multiSelect": True}
    options = [{"label": name, "description": ""} for name in ("Apple", "Pear")]
    _calls(scene, "AskUserQuestion", {"questions": [{**asked, "options": options}]})
    scene.awaits("Apple", "Pear", "Esc to cancel")
    yield "waiting", "choice-of-several"
    scene.keys("Escape")
    time.sleep(3)
    background = {"description": "Wait", "run_in_background": True}
    _calls(scene, "Bash", {"command": "touch y.txt; sleep 200", **background})
    scene.awaits("❯ 1. Yes")
    time.sleep(1)
    scene.keys("1")
    scene.awaits("1 shell")
    time.sleep(4)
    yield "idle", "background-shell"
    yield from views(
        scene,
        (
            View("background-details", "/tasks", "Esc to close"),
            View("background-list", "/tasks | Left", "Background", "Escape Escape"),
        ),
    )


def _calls(scene: Scene, tool: str, arguments: dict[str, Any]) -> None:
    scene.says(f"CALL {json.dumps([tool, arguments])}")


def claude_failures(scene: Scene) -> Iterator[Taken]:
    """Claude Code whose service refuses, by an API key."""
    scene.starts("Claude Code v", "❯")
    scene.says("RETRY this")
    scene.awaits("etrying")
    yield "busy", "trying-again"
    scene.keys("Escape")
    time.sleep(3)
    yield "draft", "interrupted-prompt-is-back"
    scene.keys("C-c")
    time.sleep(2)
    for state, word, shows in (
        ("failed", "DENIED", "Invalid API key"),
        ("failed", "OVERLOADED", "529"),
        ("limit", "LIMIT", "429"),
    ):
        scene.says(f"{word} this time")
        scene.awaits(f"{word} this time", shows)
        time.sleep(3)
        yield state, f"{word.lower()}-api-key"
    scene.says("PONDER after that")
    scene.awaits("It is done")
    time.sleep(2)
    yield "idle", "limit-over"


def claude_limit(scene: Scene) -> Iterator[Taken]:
    """Claude Code of a subscriber who has used up a limit."""
    scene.starts("Claude Code v", "❯")
    scene.says("LIMIT now")
    scene.awaits("hit your")
    time.sleep(3)
    yield "limit", "limit-subscriber"
    scene.keys("Escape")
    time.sleep(3)
    yield "limit", "limit-subscriber-wait-cancelled"


def claude_agents(scene: Scene) -> Iterator[Taken]:
    """Claude Code's list of sessions, with its own input box for new ones."""
    scene.starts("Claude Code v", "❯")
    scene.says("hello there")
    scene.awaits("· done")
    scene.keys("Left")
    scene.awaits("describe a task")
    yield "covered", "agents-view"
    scene.keys("Escape")
    time.sleep(2)
    if "Still starting" in scene.programs.terminal.screen(scene.pane):
        yield "covered", "agents-view-starting"
    scene.leaves("describe a task", "Escape")
    time.sleep(2)
    yield "idle", "back-from-agents-view"
    scene.keys("Left")
    scene.awaits("describe a task")
    scene.pastes("half a task")
    yield "covered", "agents-view-typed"


def claude_suspended(scene: Scene) -> Iterator[Taken]:
    """Claude Code suspended by its user without a parent shell."""
    scene.starts("Claude Code v", "❯")
    yield from suspended(scene)


def claude_suspended_in_a_shell(scene: Scene) -> Iterator[Taken]:
    """Claude Code suspended by its user in a shell."""
    scene.starts("Claude Code v", "❯")
    yield from suspended_in_a_shell(scene)
