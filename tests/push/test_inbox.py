"""Agents' mail through an agent's own inbox: whatever stands in its pane, and never twice."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.records import PushResult, Task
from cafleet_core.states import PushOutcome, Transport
from cafleet_core.storage import tasks
from tests.push.peer import (
    TAKES_AT_WORK,
    WORKS,
    Peer,
    a_peer,
)
from tests.push.retries import settle_now
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually

RULES = PushRules(transport="auto")
HANDED = PushResult(PushOutcome.DELIVERED, None, Transport.INBOX)
TYPED = PushResult(PushOutcome.DELIVERED)


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry)


@pytest.fixture
def peer(registry: Registry, terminal: Terminal, team: Team, tmp_path: Path) -> Peer:
    return a_peer(registry, terminal, team, tmp_path / "home")


def sends(
    registry: Registry,
    team: Team,
    peer: Peer,
    body: str,
    rules: PushRules = RULES,
    *,
    human: bool = False,
) -> tuple[str, PushResult]:
    """Send alice a message; its id and its push's result."""
    sender = team.administrator if human else team.director
    sent = send.send(registry, sender, [peer.fresh(registry)], body, rules=rules)
    task, result = sent.deliveries[0]
    return task.task_id, result


def stored(registry: Registry, task_id: str) -> Task:
    (task,) = tasks.get(registry, [task_id])
    return task


def look_after(registry: Registry, *task_ids: str) -> None:
    """Look after messages as some seconds later, whoever claimed them."""
    with registry.write():
        registry.execute(
            "UPDATE tasks SET push_claimed_until = created_at,"
            " notified_at = CASE WHEN notified_at IS NULL THEN NULL ELSE created_at END"
        )
    time.sleep(0.35)  # what was handed over is looked after from then on
    pending.settle(registry, RULES)


def bodies(turns: Sequence[str]) -> list[str]:
    return [turn.splitlines()[-1] for turn in turns]


def test_a_message_becomes_a_turn_without_a_key(
    registry: Registry, team: Team, peer: Peer
) -> None:
    task_id, result = sends(registry, team, peer, "hello\nto you")
    assert result == HANDED
    eventually(peer.turns)
    assert bodies(peer.turns()) == ["hello⏎to you"]
    assert peer.typed() == []
    assert stored(registry, task_id).push_transport == Transport.INBOX
    assert stored(registry, task_id).submitted_at is None
    look_after(registry)
    assert stored(registry, task_id).submitted_at is not None


@pytest.mark.parametrize("stands", ["a draft", "copy mode", "a question"])
def test_what_stands_in_the_pane_stays_as_it_was(
    registry: Registry, terminal: Terminal, team: Team, peer: Peer, stands: str
) -> None:
    if stands == "copy mode":
        terminal.tmux("copy-mode", "-t", peer.pane)
    elif stands == "a draft":
        terminal.keys(peer.pane, "half a thought")
        eventually(lambda: "half a thought" in terminal.screen(peer.pane))
    else:
        terminal.draw(peer.pane, "Go on?\n❯ 1. Yes\n  2. No")
    before = terminal.screen(peer.pane)
    assert sends(registry, team, peer, "in spite of it")[1] == HANDED
    eventually(peer.turns)
    assert terminal.screen(peer.pane) == before
    assert peer.typed() == []


def test_a_human_is_typed(registry: Registry, team: Team, peer: Peer) -> None:
    assert sends(registry, team, peer, "by a human", human=True)[1] == TYPED
    eventually(peer.typed)
    assert peer.queued() == []


def test_a_human_waits_for_the_pane_while_agents_mail_goes_by(
    registry: Registry, terminal: Terminal, team: Team, peer: Peer
) -> None:
    terminal.tmux("copy-mode", "-t", peer.pane)
    held_id, held = sends(registry, team, peer, "by a human", human=True)
    assert held.outcome == PushOutcome.HELD
    assert sends(registry, team, peer, "by an agent")[1] == HANDED
    assert stored(registry, held_id).push_outcome == PushOutcome.HELD
    terminal.tmux("send-keys", "-X", "-t", peer.pane, "cancel")
    eventually(lambda: settle_now(registry, RULES))
    eventually(lambda: bodies(peer.typed()) == ["by a human"])
    assert stored(registry, held_id).push_transport == Transport.KEYS


def test_a_setting_has_all_typed(registry: Registry, team: Team, peer: Peer) -> None:
    rules = PushRules(transport="keys")
    task_id, result = sends(registry, team, peer, "by keys", rules)
    assert result == TYPED
    assert stored(registry, task_id).push_transport == Transport.KEYS
    assert peer.queued() == []


def test_several_are_one_message(registry: Registry, team: Team, peer: Peer) -> None:
    director, alice = team.director, [peer.agent]
    rules = PushRules(transport="keys", hold_timeout=0)
    peer.behaves(WORKS)
    for body in ("one", "two", "three"):
        send.send(registry, director, alice, body, rules=rules)
    eventually(lambda: settle_now(registry, RULES) == 3)
    eventually(peer.queued)
    (queued,) = peer.queued()
    assert queued.splitlines()[1::2] == ["one", "two", "three"]


def test_of_many_all_are_shown(registry: Registry, team: Team, peer: Peer) -> None:
    rules = PushRules(transport="keys", hold_timeout=0)
    peer.behaves(WORKS)
    for number in range(25):
        body = f"number {number}"
        send.send(registry, team.director, [peer.agent], body, rules=rules)
    assert settle_now(registry, RULES) == 25
    eventually(lambda: len(peer.queued()) == 3)
    shown = [line for words in peer.queued() for line in words.splitlines()[1::2]]
    assert shown == [f"number {number}" for number in range(25)]


def test_accepted_is_not_read(registry: Registry, team: Team, peer: Peer) -> None:
    peer.behaves(WORKS)
    task_id, result = sends(registry, team, peer, "for later")
    assert result == HANDED
    eventually(peer.queued)
    look_after(registry)
    task = stored(registry, task_id)
    assert (task.submitted_at, task.push_reason) == (None, None)


def test_one_at_work_may_read_it_between_two_calls_of_tools(
    registry: Registry, team: Team, peer: Peer
) -> None:
    peer.behaves(TAKES_AT_WORK)
    task_id, result = sends(registry, team, peer, "meanwhile")
    assert result == HANDED
    eventually(peer.queued)
    look_after(registry)
    assert stored(registry, task_id).submitted_at is not None


def test_two_senders_hand_it_over_once(
    registry: Registry, team: Team, peer: Peer
) -> None:
    task_id, _ = sends(registry, team, peer, "once")
    with registry.write():  # as by another that knows nothing of it
        registry.execute(
            "UPDATE tasks SET notified_at = NULL, push_outcome = NULL,"
            " push_transport = NULL, push_next_at = created_at"
        )
    assert pending.settle(registry, RULES) == 1
    assert stored(registry, task_id).push_transport == Transport.INBOX
    assert len(peer.queued()) == 1


def test_where_tmux_does_not_answer_the_agents_files_remember(
    registry: Registry, terminal: Terminal, team: Team, peer: Peer
) -> None:
    away = f"{terminal.socket}.away"
    os.rename(terminal.socket, away)
    try:
        task_id, result = sends(registry, team, peer, "without tmux")
        assert result == HANDED
        eventually(peer.turns)
        with registry.write():
            registry.execute(
                "UPDATE tasks SET notified_at = NULL, push_outcome = NULL,"
                " push_transport = NULL, push_next_at = created_at"
            )
        assert pending.settle(registry, RULES) == 1
    finally:
        os.rename(away, terminal.socket)
    assert len(peer.queued()) == 1
    assert stored(registry, task_id).push_transport == Transport.INBOX
