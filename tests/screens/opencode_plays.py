"""The steps that bring OpenCode into each of its states."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.screens.scene import (
    Scene,
    Taken,
    View,
    editors,
    folds,
    leaving,
    suspended,
    suspended_in_a_shell,
    views,
)


def opencode(scene: Scene) -> Iterator[Taken]:
    """OpenCode through its states."""
    scene.starts("Ask anything", "ctrl+p commands")
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
    yield from leaving(scene, "opencode -s")


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


_DIALOGS = (
    View("commands", "C-p", "Commands"),
    View("models", "/models", "Select model"),
    View("sessions", "/sessions", "Sessions"),
    View("themes", "/themes", "Themes"),
    View("help", "/help", "Press ctrl+p"),
    View("status", "/status", "No MCP"),
    View("shell-mode", "!", "Shell"),
    View("shell-mode-typed", "! l s", "Shell", "C-c Escape"),
    View("file-popup", "@ n", "@n", "C-c", "draft"),
)
_IN_A_SESSION = (
    View("rename", "/rename", "Rename"),
    View("timeline", "/timeline", "Timeline"),
    View("export", "/export", "Export"),
    View("agents", "/agents", "Select agent"),
    View("provider", "/connect", "Connect a provider"),
    View("plan-mode", "Tab", "Plan", "Tab", "idle"),
    View("commands-searched", "C-p t h e", "Commands"),
)


def opencode_views(scene: Scene) -> Iterator[Taken]:
    """The views that a human opens in OpenCode, over its input box or beside it."""
    scene.starts("Ask anything", "ctrl+p commands")
    scene.keys("C-p")
    scene.awaits("Commands")
    yield "covered", "commands-at-home"
    scene.leaves("Search", "Escape")
    scene.says("hello there")
    scene.awaits("It is done")
    time.sleep(2)
    yield from views(scene, _DIALOGS + _IN_A_SESSION)


def opencode_pastes(scene: Scene) -> Iterator[Taken]:
    """OpenCode with long pastes in its input box, and with the draft in an editor."""
    scene.starts("Ask anything", "ctrl+p commands")
    yield from folds(scene, "Ask anything", 40)
    yield from editors(scene, ("C-x", "e"), "")


def opencode_failures(scene: Scene) -> Iterator[Taken]:
    """OpenCode with errors of its model service."""
    scene.starts("Ask anything", "ctrl+p commands")
    scene.says("DENIED this time")
    scene.awaits("invalid x-api-key")
    time.sleep(3)
    yield "failed", "denied"
    scene.says("OVERLOADED this time")
    scene.programs.awaits(scene.pane, "[retrying")  # shown between two attempts
    yield "failed", "overloaded-trying-again"
    scene.presses("Escape", "Escape")
    time.sleep(3)
    scene.says("LIMIT this time")
    scene.awaits("rate limit")
    time.sleep(3)
    yield "limit", "limit"


def opencode_suspended(scene: Scene) -> Iterator[Taken]:
    """OpenCode suspended by its user without a parent shell."""
    scene.starts("Ask anything", "ctrl+p commands")
    yield from suspended(scene)


def opencode_suspended_in_a_shell(scene: Scene) -> Iterator[Taken]:
    """OpenCode suspended by its user in a shell."""
    scene.starts("Ask anything", "ctrl+p commands")
    yield from suspended_in_a_shell(scene)
