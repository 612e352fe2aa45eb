"""Held delivery on real panes: nothing is typed at the wrong moment, and nothing is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.delivery import dispatch, pending
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.records import PushResult, Sent
from cafleet_core.states import PushOutcome, PushReason
from tests.push.panes import meanwhile
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import Terminal, cafleet, eventually, turns

RULES = PushRules()


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_in_panes(registry, terminal, tmp_path, "alice")


@pytest.fixture
def pane(team: Team) -> str:
    placement = team.others["alice"].placement
    assert placement is not None
    return placement.tmux_pane_id or ""


def send(registry: Registry, team: Team, text: str, rules: PushRules = RULES) -> Sent:
    return messages.send(
        registry, team.director, [team.others["alice"]], text, rules=rules
    )


def result(sent: Sent) -> PushResult:
    return sent.deliveries[0][1]


def bodies(logs: Path) -> list[str]:
    return [turn.split("\n")[-1] for turn in turns(log_of(logs, "alice"))]


def retried(registry: Registry) -> bool:
    return pending.settle(registry, RULES) > 0


def type_draft(terminal: Terminal, pane: str, words: str) -> None:
    terminal.keys(pane, "-l", words)
    eventually(lambda: f"❯ {words}" in terminal.screen(pane))


def test_a_draft_holds_the_message_and_stays_as_it_was(
    registry: Registry, terminal: Terminal, team: Team, pane: str, tmp_path: Path
) -> None:
    type_draft(terminal, pane, "half a thought")
    sent = send(registry, team, "later")
    assert result(sent) == PushResult(PushOutcome.HELD, PushReason.DRAFT)
    assert "❯ half a thought" in terminal.screen(pane)
    assert bodies(tmp_path) == []
    terminal.keys(pane, "C-c")
    eventually(lambda: retried(registry))
    eventually(lambda: bodies(tmp_path) == ["later"])


def test_a_draft_that_is_begun_after_the_look_is_not_typed_over_either(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    pane: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meanwhile(monkeypatch, lambda: type_draft(terminal, pane, "half a thought"))
    assert result(send(registry, team, "later")) == PushResult(
        PushOutcome.HELD, PushReason.DRAFT
    )
    assert "❯ half a thought" in terminal.screen(pane)
    assert bodies(tmp_path) == []


def test_not_even_a_busy_agent_that_is_waited_for_no_longer_is_typed_over_a_draft(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    log = log_of(tmp_path, "bob")
    busy = terminal.standin(log, "ack", "bob")
    team.others["bob"] = agents.register(
        *(registry, team.session, "bob", ""),
        here=terminal.here(busy),
        coding_agent="standin",
    )
    terminal.keys(busy, "! sleep 60", "Enter")
    eventually(lambda: "✻" in terminal.screen(busy))
    type_draft(terminal, busy, "half a thought")
    rules = PushRules(hold_timeout=1)
    to_bob = [team.others["bob"]]
    sent = messages.send(registry, team.director, to_bob, "later", rules=rules)
    assert result(sent) == PushResult(PushOutcome.HELD, PushReason.BUSY)

    def reason() -> str | None:
        pending.settle(registry, rules)
        return inbox.show(registry, team.caller(), sent.task.task_id).push_reason

    eventually(lambda: reason() == "draft")
    assert "❯ half a thought" in terminal.screen(busy)
    assert turns(log) == ["! sleep 60"]


def test_copy_mode_holds_it_and_is_not_left(
    registry: Registry, terminal: Terminal, team: Team, pane: str, tmp_path: Path
) -> None:
    terminal.tmux("copy-mode", "-t", pane)
    assert result(send(registry, team, "later")) == PushResult(
        PushOutcome.HELD, PushReason.COPY_MODE
    )
    in_mode = terminal.tmux("display-message", "-p", "-t", pane, "#{pane_in_mode}")
    assert in_mode == "1"
    terminal.tmux("send-keys", "-X", "-t", pane, "cancel")
    eventually(lambda: retried(registry))
    eventually(lambda: bodies(tmp_path) == ["later"])


def test_several_held_arrive_as_one_turn_in_their_order(
    registry: Registry, terminal: Terminal, team: Team, pane: str, tmp_path: Path
) -> None:
    type_draft(terminal, pane, "busy hands")
    ids = [send(registry, team, f"number {n}").task.task_id for n in range(3)]
    terminal.keys(pane, "C-c")
    eventually(lambda: "busy hands" not in terminal.screen(pane))
    assert result(send(registry, team, "number 3")).outcome == "delivered"
    [turn] = eventually(lambda: turns(log_of(tmp_path, "alice")))
    lines = turn.split("\n")
    assert lines[1::2] == [f"number {n}" for n in range(4)]
    assert [line.split()[2] for line in lines[:6:2]] == [each[:8] for each in ids]
    waiting = inbox.poll(registry, team.others["alice"])
    assert {task.push_outcome for task in waiting} == {"delivered"}
    assert pending.settle(registry, RULES) == 0


def test_any_later_command_delivers_what_is_owed(
    registry: Registry, terminal: Terminal, team: Team, pane: str, tmp_path: Path
) -> None:
    type_draft(terminal, pane, "wait")
    send(registry, team, "by the way")
    terminal.keys(pane, "C-c")

    def delivered() -> bool:
        assert cafleet(terminal.registry, "session", "list").code == 0
        return bodies(tmp_path) == ["by the way"]

    eventually(delivered)


def test_what_was_acked_meanwhile_is_not_typed_any_more(
    registry: Registry, terminal: Terminal, team: Team, pane: str, tmp_path: Path
) -> None:
    type_draft(terminal, pane, "wait")
    sent = send(registry, team, "read elsewhere")
    inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    terminal.keys(pane, "C-c")
    eventually(lambda: "wait" not in terminal.screen(pane))
    assert pending.settle(registry, RULES) == 0
    assert send(registry, team, "news").deliveries[0][1].outcome == "delivered"
    eventually(lambda: bodies(tmp_path) == ["news"])


def test_a_claim_keeps_a_second_process_from_typing_the_same(
    registry: Registry, terminal: Terminal, team: Team, pane: str
) -> None:
    type_draft(terminal, pane, "wait")
    send(registry, team, "once")
    [claim] = dispatch.claim([team.others["alice"]])
    with registry.write():
        first = registry.rows(*claim)
        second = registry.rows(*claim)
    assert len(first) == 1
    assert second == []
