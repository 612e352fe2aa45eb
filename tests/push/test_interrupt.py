"""The key that interrupts an agent: pressed at work alone, proven in the call that presses it."""

from __future__ import annotations

import pytest

from cafleet_core.broker.delivery.type_now import SendFailed
from cafleet_core.broker.team import interrupt
from cafleet_core.broker.team.interrupt import Interruption
from cafleet_core.errors import Refused
from tests.push.panes import meanwhile
from tests.push.stage import AT_REST, CHOICE, DRAFT, Showing, showing, tmux_server

__all__ = ["showing", "tmux_server"]

AT_WORK = [
    ("claude", "claude/2.1.329/busy-thinking", "\x1b"),
    ("codex", "codex/0.169.0/busy-streaming", "\x1b"),
    ("opencode", "opencode/1.18.33/busy-streaming", "\x1b\x1b"),
]


@pytest.mark.parametrize(("agent", "screen", "keys"), AT_WORK)
def test_each_agent_at_work_gets_its_own_keys(
    showing: Showing, agent: str, screen: str, keys: str
) -> None:
    stage = showing(screen, agent)
    outcome = interrupt.interrupt(stage.member, 0)
    assert (outcome, stage.typed) == (Interruption.STILL_BUSY, keys)


@pytest.mark.parametrize("screen", [AT_REST, DRAFT])
def test_at_rest_nothing_is_pressed(showing: Showing, screen: str) -> None:
    stage = showing(screen)
    assert interrupt.interrupt(stage.member) == Interruption.NOT_BUSY
    assert stage.typed == ""


def test_nothing_is_pressed_at_a_question(showing: Showing) -> None:
    stage = showing(CHOICE)
    with pytest.raises(SendFailed, match=r"no key was pressed .*: held \(question\)"):
        interrupt.interrupt(stage.member)
    assert stage.typed == ""


LINE = "─" * 40
BUSY = f"✻ Baking… (3s)\n{LINE}\n❯{{}}\n{LINE}\n  manual mode on"


def test_nothing_is_pressed_over_a_draft_or_in_copy_mode(showing: Showing) -> None:
    stage = showing(AT_REST)
    stage.terminal.draw(stage.pane, BUSY.format(" half a thought"))
    with pytest.raises(SendFailed, match=r"held \(draft\)"):
        interrupt.interrupt(stage.member)
    stage.terminal.draw(stage.pane, BUSY.format(""))
    stage.terminal.tmux("copy-mode", "-t", stage.pane)
    with pytest.raises(SendFailed, match=r"held \(copy_mode\)"):
        interrupt.interrupt(stage.member)
    assert stage.typed == ""


@pytest.mark.parametrize("moved", ["rest", "question", "draft"])
def test_what_has_changed_since_the_look_keeps_the_key_back(
    showing: Showing, monkeypatch: pytest.MonkeyPatch, moved: str
) -> None:
    stage = showing(AT_REST)
    stage.terminal.draw(stage.pane, BUSY.format(""))
    later = {
        "rest": BUSY.format("").replace("✻ Baking… (3s)", "⏺ Done"),
        "question": "  Delete?\n❯ 1. Yes\n  2. No\n\nEnter to select · Esc to cancel",
        "draft": BUSY.format(" mine"),
    }[moved]
    meanwhile(monkeypatch, lambda: stage.terminal.draw(stage.pane, later))
    if moved == "rest":
        assert interrupt.interrupt(stage.member) == Interruption.NOT_BUSY
    else:
        with pytest.raises(SendFailed, match=rf"held \({moved}\)"):
            interrupt.interrupt(stage.member)
    assert stage.typed == ""


def test_an_agent_without_such_a_key_is_refused(
    showing: Showing,
) -> None:
    stage = showing("claude/2.1.329/busy-thinking", "unknown")
    with pytest.raises(Refused, match=r"no key is known that interrupts"):
        interrupt.interrupt(stage.member)
    assert stage.typed == ""
