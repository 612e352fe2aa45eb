"""What may be in front of a real agent's input box, or keep it from working: nothing is typed."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from cafleet_core import clock
from cafleet_core.push import preview
from cafleet_core.records import PushResult
from cafleet_core.states import BoxSight, PaneState, PushOutcome, PushReason
from tests.agents.office import AGENTS, Office
from tests.agents.programs import (
    AT_REST,
    BARE,
    PATIENCE,
    STARTING,
    SUBSCRIBER,
)
from tests.agents.replies import LIMIT, PONDER
from tests.screens.scene import EDITORS
from tests.terminal import eventually

pytestmark = pytest.mark.timeout(
    600
)  # OpenCode takes minutes to start on a busy machine

DRAFT = "Half a thought of a human"
OPENS = {"claude": ("C-g",), "codex": ("C-g",), "opencode": ("C-x", "e")}
VIEWS = {
    "claude, transcript": (("C-o",), "Showing detailed transcript", ("C-o",)),
    "claude, history": (("C-r",), "Search prompts", ("Escape",)),
    "codex, find": (("F3",), "Type to find", ("Escape",)),
    "codex, history": (("C-r",), "reverse-i-search", ("Escape",)),
    "opencode, commands": (("C-p",), "Commands", ("Escape",)),
}
"""The keys that open a view, what it shows, and the keys that close it."""


def held(reason: PushReason) -> PushResult:
    return PushResult(PushOutcome.HELD, reason)


def starts(office: Office, name: str, agent: str, kind: str) -> str:
    """Start another program of this kind as an agent of this name, at rest; its pane."""
    pane = office.programs.start(agent, kind=kind)
    office.hires(name, agent, pane)
    office.programs.awaits(pane, AT_REST[agent], timeout=STARTING)
    office.becomes(name, "idle")
    return pane


def press(office: Office, name: str, keys: Sequence[str]) -> None:
    for key in keys:
        office.programs.terminal.keys(office.pane(name), key)


def interrupted(office: Office, name: str) -> bool:
    """Press Escape, whether that was the second one; two at once are another key to it."""
    press(office, name, ("Escape",))
    time.sleep(0.5)
    return office.view(name).state != "limit"


def is_covered(office: Office, name: str) -> bool:
    """Whether something takes the keys; an empty screen comes before an editor's."""
    view = office.view(name)
    return view.box == BoxSight.COVERED and view.state != PaneState.SUSPENDED


@contextmanager
def opened(
    office: Office, name: str, opens: Sequence[str], closes: Sequence[str]
) -> Iterator[None]:
    """Open something over an agent's input box; it is closed even if the test fails."""
    press(office, name, opens)
    try:
        eventually(lambda: is_covered(office, name), PATIENCE)
        yield
    finally:
        press(office, name, closes)


@pytest.mark.parametrize("editor", [each for each in EDITORS if shutil.which(each)])
@pytest.mark.parametrize("agent", AGENTS)
def test_nothing_is_typed_into_an_editor_that_the_agent_opened(
    office: Office, agent: str, editor: str
) -> None:
    pane = office.pane(agent)
    command, *leaves = EDITORS[editor]
    office.becomes(agent, "idle")
    office.programs.edits_with(pane, command)
    if agent != "opencode":  # it edits an empty draft, too
        office.programs.paste(pane, DRAFT)
        office.becomes(agent, "draft")
    with opened(office, agent, OPENS[agent], leaves):
        task, result = office.sends(agent, f"behind {editor}")
        assert result == held(PushReason.COVERED)
        assert office.heard(agent, preview.head(task.task_id)) == []
    eventually(lambda: not is_covered(office, agent), PATIENCE)
    if agent != "opencode":
        assert office.becomes(agent, "draft").draft == DRAFT
        press(office, agent, ("C-c",))
    office.settles()
    office.has_heard_once(agent, task)


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_typed_into_a_view(office: Office, view: str) -> None:
    agent = view.partition(",")[0]
    opens, shown, closes = VIEWS[view]
    office.becomes(agent, "idle")
    with opened(office, agent, opens, closes):
        office.programs.awaits(office.pane(agent), shown)
        task, result = office.sends(agent, f"behind {view}")
        assert result == held(PushReason.COVERED)
        assert office.heard(agent, preview.head(task.task_id)) == []
    office.settles()
    office.has_heard_once(agent, task)


@pytest.mark.parametrize("agent", ["claude", "opencode"])
def test_one_that_is_suspended_is_typed_to_once_it_goes_on(
    office: Office, agent: str
) -> None:
    name = f"suspended-{agent}"
    pane = starts(office, name, agent, BARE)
    press(office, name, ("C-z",))
    office.becomes(name, "suspended")
    task, result = office.sends(name, "while it is stopped")
    assert result == held(PushReason.SUSPENDED)
    asked = ("display-message", "-p", "-t", pane, "#{pane_pid}")
    os.kill(int(office.programs.terminal.tmux(*asked)), signal.SIGCONT)
    office.becomes(name, "idle")
    office.settles()
    office.has_heard_once(agent, task)


@pytest.mark.parametrize("agent", AGENTS)
def test_at_its_limit_an_agent_tells_until_when_and_hears_it_after_it_worked(
    office: Office, agent: str
) -> None:
    name = f"limited-{agent}"
    pane = starts(office, name, agent, SUBSCRIBER if agent == "claude" else "")
    office.programs.says(pane, f"{LIMIT} this time")
    if agent == "codex":  # it asks whether to go on with a cheaper model
        office.becomes(name, "waiting")
        press(office, name, ("Down", "Enter"))
    office.becomes(name, "limit")
    # its screen may tell of the limit before its log does, which tells the end
    until = eventually(lambda: office.view(name).until, PATIENCE) or ""
    assert 3000 < (clock.parse(until) - clock.now()).total_seconds() <= 3600
    task, result = office.sends(name, "while nothing is left")
    assert result == held(PushReason.LIMIT)
    assert office.heard(agent, preview.head(task.task_id)) == []
    if agent == "opencode":  # it tries again by itself
        eventually(lambda: interrupted(office, name), PATIENCE)
    else:  # what was refused may be sent again before it
        office.programs.says(pane, f"{PONDER} and go on")
    office.settles()
    office.has_heard_once(agent, task)
