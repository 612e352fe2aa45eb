"""Agents' mail to a Codex goes by its queue where keys are not free, and never by both."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.push.native_inbox import codex, codex_server
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason, Transport
from tests.push import in_pane
from tests.push.codex_standin import REFUSES, RESTS, SERVER
from tests.push.in_pane import InPane
from tests.push.retries import settle_now
from tests.push.test_inbox import HANDED, RULES, TYPED, bodies, look_after, stored
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry)


@pytest.fixture
def alice(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> InPane:
    """She has half a line in her input box."""
    monkeypatch.setattr(codex_server, "_ARGV", SERVER)
    home = tmp_path / "home"
    settings = {"CODEX_HOME": str(home)}
    alice = in_pane.start(registry, terminal, team, home, "codex", settings)
    terminal.keys(alice.pane, "half a thought")
    eventually(lambda: "half a thought" in terminal.screen(alice.pane))
    return alice


def sends(
    registry: Registry, team: Team, alice: InPane, body: str
) -> tuple[str, PushResult]:
    """Send alice a message; its id and its push's result."""
    to = [alice.fresh(registry)]
    sent = send.send(registry, team.director, to, body, rules=RULES)
    task, result = sent.deliveries[0]
    return task.task_id, result


def clears_her_line(terminal: Terminal, alice: InPane) -> None:
    terminal.keys(alice.pane, *["BSpace"] * len("half a thought"))
    eventually(lambda: "half" not in terminal.screen(alice.pane))


def test_behind_a_draft_a_message_becomes_a_turn_without_a_key(
    registry: Registry, terminal: Terminal, team: Team, alice: InPane
) -> None:
    task_id, result = sends(registry, team, alice, "hello\nto you")
    assert result == HANDED
    eventually(lambda: bodies(alice.read()) == ["hello⏎to you"])
    look_after(registry)
    assert stored(registry, task_id).submitted_at is not None
    assert alice.typed() == []
    assert "half a thought" in terminal.screen(alice.pane)


def test_at_rest_keys_are_sooner_and_what_keeps_them_off_is_passed_by(
    registry: Registry, terminal: Terminal, team: Team, alice: InPane
) -> None:
    clears_her_line(terminal, alice)
    assert sends(registry, team, alice, "by keys")[1] == TYPED
    eventually(lambda: bodies(alice.typed()) == ["by keys"])
    terminal.tmux("copy-mode", "-t", alice.pane)
    task_id, result = sends(registry, team, alice, "past copy mode")
    assert result.outcome == PushOutcome.HELD
    eventually(lambda: settle_now(registry, RULES))
    assert stored(registry, task_id).push_transport == Transport.INBOX
    eventually(lambda: bodies(alice.read()) == ["past copy mode"])


def test_what_waits_in_the_queue_is_not_read(
    registry: Registry, team: Team, alice: InPane
) -> None:
    alice.behaves(RESTS)
    task_id, _ = sends(registry, team, alice, "for later")
    look_after(registry)
    task = stored(registry, task_id)
    assert (task.submitted_at, task.push_transport) == (None, Transport.INBOX)


@pytest.mark.usefixtures("impatient")
def test_what_it_begins_no_more_is_taken_out_of_the_queue_and_typed_once(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    alice: InPane,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice.behaves(RESTS)
    task_id, _ = sends(registry, team, alice, "after all")
    monkeypatch.setattr(codex, "_QUIET_FOR", 0.0)
    look_after(registry)
    assert stored(registry, task_id).push_reason == PushReason.INBOX_SILENT
    alice.behaves("reads")
    clears_her_line(terminal, alice)
    eventually(lambda: settle_now(registry, RULES))
    eventually(lambda: bodies(alice.typed()) == ["after all"])
    assert alice.read() == []
    assert stored(registry, task_id).push_transport == Transport.KEYS_INSTEAD


def test_where_its_server_has_no_queue_the_message_is_held_for_the_keys(
    registry: Registry, terminal: Terminal, team: Team, alice: InPane
) -> None:
    alice.behaves(REFUSES)
    task_id, result = sends(registry, team, alice, "by keys")
    assert result == PushResult(PushOutcome.HELD, PushReason.DRAFT)
    clears_her_line(terminal, alice)
    eventually(lambda: settle_now(registry, RULES))
    eventually(lambda: bodies(alice.typed()) == ["by keys"])
    assert stored(registry, task_id).push_transport == Transport.KEYS
