"""Agents' mail to a real Claude Code goes through its own inbox: whole, once, and without a key."""

from __future__ import annotations

import json

import pytest

from cafleet_core.agents import catalog
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.push import preview
from cafleet_core.records import PushResult, Task
from cafleet_core.states import PushOutcome, Transport
from cafleet_core.storage import tasks
from tests.agents.office import Office
from tests.agents.programs import AT_REST, PATIENCE, STARTING, Programs
from tests.agents.replies import PERMIT, SLOWLY
from tests.team import a_team
from tests.terminal import eventually

pytestmark = pytest.mark.timeout(900)  # a busy machine takes minutes to start it

RULES = PushRules(max_text_len=0, transport="auto")
HANDED = PushResult(PushOutcome.DELIVERED, None, Transport.INBOX)
EDITOR = "vi -u NONE"


@pytest.fixture(scope="module")
def claude(equipped: tuple[Registry, Programs]) -> Office:
    """A session with a real Claude Code that has had its first turn."""
    registry, programs = equipped
    office = Office(registry, programs, a_team(registry))
    starts(office, "claude")
    return office


def starts(office: Office, name: str) -> None:
    """Start a Claude Code that is called so, and have it hear a first message, which is typed."""
    pane = office.programs.start("claude")
    office.hires(name, "claude", pane)
    office.programs.awaits(pane, AT_REST["claude"], timeout=STARTING)
    office.becomes(name, "idle")
    task, result = office.sends(name, f"welcome, {name}", RULES)
    assert result == PushResult(PushOutcome.DELIVERED)
    eventually(lambda: office.heard("claude", preview.head(task.task_id)), PATIENCE)
    office.becomes(name, "idle")


def is_read_once(office: Office, task: Task) -> None:
    """Wait until a task has become exactly one turn, whole, and is confirmed."""
    head = preview.head(task.task_id)
    eventually(lambda: office.heard("claude", head), PATIENCE)

    def confirmed() -> bool:
        pending.settle(office.registry, RULES)
        return stored(office, task).submitted_at is not None

    eventually(confirmed, PATIENCE)
    (turn,) = office.heard("claude", head)
    assert turn.count(head) == 1
    signs = catalog.get("claude").cues.mention
    assert f"\n{preview.preview(task, RULES.max_text_len, signs)}\n" in turn
    assert stored(office, task).push_transport == Transport.INBOX


def stored(office: Office, task: Task) -> Task:
    (now,) = tasks.get(office.registry, [task.task_id])
    return now


def test_one_at_rest_reads_it(claude: Office) -> None:
    task, result = claude.sends("claude", '/exit; $(id) "q" 日本語 😀', RULES)
    assert result == HANDED
    is_read_once(claude, task)


def test_a_draft_stays(claude: Office) -> None:
    pane = claude.pane("claude")
    claude.programs.paste(pane, "half a thought")
    claude.becomes("claude", "draft")
    task, result = claude.sends("claude", "behind a draft", RULES)
    assert result == HANDED
    is_read_once(claude, task)
    assert claude.becomes("claude", "draft").evidence == "half a thought"
    claude.programs.terminal.keys(pane, "C-c")
    claude.becomes("claude", "idle")


def test_a_question_stays_and_it_is_read_afterwards(claude: Office) -> None:
    pane = claude.pane("claude")
    claude.programs.says(pane, f"{PERMIT} it")
    claude.becomes("claude", "waiting")
    task, result = claude.sends("claude", "behind a question", RULES)
    assert result == HANDED
    assert claude.view("claude").state == "waiting"
    pending.settle(claude.registry, RULES)
    assert stored(claude, task).submitted_at is None
    claude.programs.terminal.keys(pane, "Escape")
    is_read_once(claude, task)
    claude.becomes("claude", "idle")


def test_a_reply_is_not_cut_off(claude: Office) -> None:
    claude.programs.says(claude.pane("claude"), f"{SLOWLY} please")
    claude.becomes("claude", "busy")
    task, result = claude.sends("claude", "while it was at work", RULES)
    assert result == HANDED
    is_read_once(claude, task)
    claude.becomes("claude", "idle")
    assert "nterrupted" not in claude.programs.terminal.screen(claude.pane("claude"))


def test_copy_mode_does_not_matter(claude: Office) -> None:
    pane = claude.pane("claude")
    claude.programs.terminal.tmux("copy-mode", "-t", pane)
    task, result = claude.sends("claude", "in copy mode", RULES)
    assert result == HANDED
    is_read_once(claude, task)
    claude.programs.terminal.tmux("send-keys", "-X", "-t", pane, "cancel")
    claude.becomes("claude", "idle")


def test_an_editor_in_front_does_not_matter(claude: Office) -> None:
    pane = claude.pane("claude")
    claude.programs.edits_with(pane, EDITOR)
    claude.programs.terminal.keys(pane, "C-g")
    claude.programs.awaits(pane, "~")
    task, result = claude.sends("claude", "behind an editor", RULES)
    assert result == HANDED
    claude.programs.terminal.keys(pane, ":q!", "Enter")
    is_read_once(claude, task)
    claude.becomes("claude", "idle")


@pytest.mark.parametrize("setting", ["refuse", "hold"])
def test_a_session_that_lets_none_in_is_typed_to(claude: Office, setting: str) -> None:
    settings = claude.programs.home / ".claude" / "settings.json"
    settings.write_text(json.dumps({"crossSessionInbound": setting}))
    try:
        starts(claude, setting)
        task, result = claude.sends(setting, "by keys after all", RULES)
        assert result == HANDED
        eventually(lambda: pending.settle(claude.registry, RULES), PATIENCE)
        eventually(lambda: claude.heard("claude", preview.head(task.task_id)), PATIENCE)
        assert stored(claude, task).push_transport == Transport.KEYS_INSTEAD
        assert len(claude.heard("claude", preview.head(task.task_id))) == 1
    finally:
        settings.unlink()
