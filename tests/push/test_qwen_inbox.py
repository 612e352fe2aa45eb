"""Agents' mail to a Qwen Code goes by its socket, and what that reports is believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import turns
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.push.native_inbox import qwen
from cafleet_core.push.script import Turn
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason, Transport
from tests.push import in_pane
from tests.push.in_pane import InPane
from tests.push.qwen_standin import SILENT, WORKS
from tests.push.retries import settle_now
from tests.push.test_inbox import HANDED, RULES, TYPED, bodies, look_after, stored
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry)


@pytest.fixture
def alice(registry: Registry, terminal: Terminal, team: Team, tmp_path: Path) -> InPane:
    home = tmp_path / "home"
    settings = {"QWEN_HOME": str(home)}
    alice = in_pane.start(registry, terminal, team, home, "qwen", settings)
    terminal.tmux("select-pane", "-t", alice.pane, "-T", "Qwen - elsewhere")
    return alice


def sends(
    registry: Registry, team: Team, alice: InPane, body: str
) -> tuple[str, PushResult]:
    """Send alice a message; its id and its push's result."""
    to = [alice.fresh(registry)]
    task, result = send.send(registry, team.director, to, body, rules=RULES).deliveries[
        0
    ]
    return task.task_id, result


def test_a_message_becomes_a_turn_without_a_key(
    registry: Registry, terminal: Terminal, team: Team, alice: InPane
) -> None:
    terminal.keys(alice.pane, "half a thought")
    eventually(lambda: "half a thought" in terminal.screen(alice.pane))
    task_id, result = sends(registry, team, alice, "hello\nto you")
    assert result == HANDED
    eventually(lambda: bodies(alice.read()) == ["hello⏎to you"])
    look_after(registry)
    assert stored(registry, task_id).submitted_at is not None
    assert alice.typed() == []


def test_what_was_let_in_and_waits_is_not_read(
    registry: Registry, team: Team, alice: InPane
) -> None:
    alice.behaves(WORKS)
    task_id, result = sends(registry, team, alice, "for later")
    assert result == HANDED
    look_after(registry)
    task = stored(registry, task_id)
    assert (task.submitted_at, task.push_transport) == (None, Transport.INBOX)


@pytest.mark.parametrize("status", ["refused", "dropped", "misaddressed"])
def test_what_it_reports_not_to_have_let_in_is_typed_at_once(
    registry: Registry, team: Team, alice: InPane, status: str
) -> None:
    alice.behaves(status)
    assert sends(registry, team, alice, "by keys")[1] == TYPED
    eventually(lambda: bodies(alice.typed()) == ["by keys"])


def test_what_it_holds_for_its_human_is_not_typed(
    registry: Registry, team: Team, alice: InPane
) -> None:
    alice.behaves("held")
    task_id, result = sends(registry, team, alice, "may I?")
    assert result == HANDED._replace(reason=PushReason.INBOX_HELD)
    look_after(registry)
    assert stored(registry, task_id).push_outcome == PushOutcome.DELIVERED
    assert alice.typed() == []


@pytest.mark.usefixtures("impatient")
def test_what_left_no_trace_is_typed_once_it_has_been_at_rest(
    registry: Registry, team: Team, alice: InPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cafleet_core.push.native_inbox.unix_socket.PATIENCE", 0.1)
    monkeypatch.setattr("cafleet_core.push.native_inbox.receipt_socket.PATIENCE", 0.1)
    alice.behaves(SILENT)
    task_id, result = sends(registry, team, alice, "after all")
    assert result == HANDED
    look_after(registry)
    assert stored(registry, task_id).push_transport == Transport.INBOX
    monkeypatch.setattr(qwen, "_QUIET_FOR", 0.0)
    look_after(registry)
    assert stored(registry, task_id).push_reason == PushReason.INBOX_SILENT
    eventually(lambda: settle_now(registry, RULES))
    eventually(lambda: bodies(alice.typed()) == ["after all"])


def test_a_body_that_it_would_alter_is_typed(
    registry: Registry, team: Team, alice: InPane
) -> None:
    assert sends(registry, team, alice, "if a < b")[1] == TYPED
    assert alice.read() == []


def test_of_what_is_typed_no_more_is_pasted_than_it_takes_as_it_stands(
    registry: Registry, team: Team, alice: InPane
) -> None:
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET cues = cues || '\npaste_lines 10'"
        )
    agent = alice.fresh(registry)
    task, _ = send.send(
        registry, team.director, [agent], "a < b", rules=RULES
    ).deliveries[0]
    typed = turns.turn_of(agent, [task] * 6, 0)
    handed = turns.turn_of(agent, [task] * 6, 0, by_inbox=True)
    assert isinstance(typed, Turn)
    assert isinstance(handed, Turn)
    assert typed.text.splitlines()[8:] == [
        "[cafleet: 2 more wait; run 'cafleet message poll']"
    ]
    assert len(handed.text.splitlines()) == 12


@pytest.mark.parametrize("setting", ["hold", "refuse", 3])
def test_where_a_setting_may_hold_mail_all_is_typed(
    registry: Registry, team: Team, alice: InPane, setting: object
) -> None:
    settings = {"agents": {"crossSessionInbound": setting}}
    (alice.home / "settings.json").write_text(json.dumps(settings))
    assert sends(registry, team, alice, "by keys")[1] == TYPED


def test_where_it_asks_nobody_it_holds_mail_so_that_all_is_typed(
    registry: Registry, terminal: Terminal, team: Team, alice: InPane
) -> None:
    terminal.draw(alice.pane, "❯\n  YOLO mode (shift + tab to cycle)")
    assert sends(registry, team, alice, "by keys")[1].transport is None
    assert alice.read() == []


@pytest.mark.parametrize(
    ("arguments", "asks"),
    [
        (["qwen", "--approval-mode", "default"], True),
        (["qwen", "--approval-mode=plan"], True),
        (["qwen", "--approval-mode", "auto"], False),
        (["qwen", "--approval-mode=yolo"], False),
        (["qwen", "-y"], False),
        ([], True),  # it has just ended
    ],
)
def test_the_mode_in_its_arguments_tells_whether_it_asks(
    arguments: list[str], asks: bool
) -> None:
    assert qwen._asks(arguments) == asks
