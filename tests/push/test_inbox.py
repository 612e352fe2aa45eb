"""Agents' mail through an agent's own inbox: whatever stands in its pane, and never twice."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from cafleet_core import ids
from cafleet_core.broker.delivery import handovers, pending
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.tmux.facts import TYPED_OPTION
from cafleet_core.records import PushResult, Task
from cafleet_core.states import PushOutcome, PushReason, Transport
from cafleet_core.storage import tasks
from tests.push.peer import (
    ASKS,
    DEAF,
    HOLDS,
    REFUSES,
    TAKES_AT_WORK,
    WORKS,
    Peer,
    a_peer,
)
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


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what an inbox has not taken be missing at once."""
    monkeypatch.setattr(handovers, "_SILENT_FOR", 0.0)
    monkeypatch.setattr(handovers, "_NOTED_WITHIN", 0.1)


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
    eventually(lambda: bodies(peer.turns()) == ["hello ⏎ to you"] or peer.turns())
    assert len(peer.turns()) == 1
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
    eventually(lambda: pending.settle(registry, RULES))
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
    with registry.write():
        registry.execute("UPDATE tasks SET push_next_at = created_at")
    eventually(lambda: pending.settle(registry, RULES) == 3)
    eventually(peer.queued)
    (queued,) = peer.queued()
    assert queued.splitlines()[1::2] == ["one", "two", "three"]


def test_of_many_all_are_shown(registry: Registry, team: Team, peer: Peer) -> None:
    rules = PushRules(transport="keys", hold_timeout=0)
    peer.behaves(WORKS)
    for number in range(25):
        body = f"number {number}"
        send.send(registry, team.director, [peer.agent], body, rules=rules)
    with registry.write():
        registry.execute("UPDATE tasks SET push_next_at = created_at")
    assert pending.settle(registry, RULES) == 25
    shown = [line for words in peer.queued() for line in words.splitlines()[1::2]]
    assert shown == [f"number {number}" for number in range(25)]


@pytest.mark.usefixtures("impatient")
def test_what_was_in_the_queue_of_one_that_ended_comes_again(
    registry: Registry, terminal: Terminal, team: Team, peer: Peer
) -> None:
    sends(registry, team, peer, "read before")
    eventually(peer.turns)
    peer.behaves(WORKS)
    task_id, _ = sends(registry, team, peer, "queued")
    eventually(lambda: len(peer.queued()) == 2)
    peer.starts_again(registry, terminal)
    look_after(registry)
    task = stored(registry, task_id)
    assert (task.push_outcome, task.push_reason) == ("held", PushReason.INBOX_SILENT)
    eventually(lambda: pending.settle(registry, RULES))
    eventually(lambda: bodies(peer.typed()) == ["queued"])
    assert bodies(peer.turns()) == ["read before"]


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


def test_without_its_socket_an_agent_is_typed_to(
    registry: Registry, team: Team, peer: Peer
) -> None:
    peer.closes()
    assert sends(registry, team, peer, "by keys")[1] == TYPED
    eventually(peer.typed)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", [HOLDS, REFUSES])
def test_what_is_provably_not_taken_is_typed_once(
    registry: Registry, terminal: Terminal, team: Team, peer: Peer, how: str
) -> None:
    peer.behaves(how)
    task_id, result = sends(registry, team, peer, "after all")
    assert result == HANDED
    look_after(registry)
    task = stored(registry, task_id)
    assert (task.push_outcome, task.push_reason) == ("held", PushReason.INBOX_SILENT)
    eventually(lambda: pending.settle(registry, RULES))
    eventually(lambda: bodies(peer.typed()) == ["after all"])
    task = stored(registry, task_id)
    assert task.push_transport == Transport.KEYS_INSTEAD
    marks = terminal.tmux("show-options", "-p", "-v", "-t", peer.pane, TYPED_OPTION)
    assert marks == f",{ids.mark(task_id)}"


@pytest.mark.usefixtures("impatient")
def test_an_inbox_that_has_not_taken_two_is_used_no_more(
    registry: Registry, team: Team, peer: Peer
) -> None:
    peer.behaves(REFUSES)
    for body in ("one", "two"):
        assert sends(registry, team, peer, body)[1] == HANDED
        look_after(registry)
        eventually(lambda: pending.settle(registry, RULES))
    assert sends(registry, team, peer, "three")[1].transport is None


@pytest.mark.usefixtures("impatient")
def test_an_inbox_that_takes_one_again_is_forgiven(
    registry: Registry, team: Team, peer: Peer
) -> None:
    peer.behaves(REFUSES)
    sends(registry, team, peer, "one")
    look_after(registry)
    eventually(lambda: pending.settle(registry, RULES))
    peer.behaves("accepts")
    assert sends(registry, team, peer, "two")[1] == HANDED
    eventually(peer.turns)
    look_after(registry)
    placement = peer.fresh(registry).placement
    assert placement is not None
    assert placement.inbox_refusals == 0


@pytest.mark.usefixtures("impatient")
def test_a_program_that_does_not_read_its_socket_may_read_it_yet(
    registry: Registry, team: Team, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cafleet_core.push.native_inbox.claude._READS_WITHIN", 0.2)
    peer.behaves(DEAF)
    task_id, result = sends(registry, team, peer, "late")
    assert result == HANDED
    look_after(registry)
    assert stored(registry, task_id).push_outcome == PushOutcome.DELIVERED
    peer.behaves("accepts")
    eventually(peer.turns)
    look_after(registry)
    assert stored(registry, task_id).submitted_at is not None
    assert peer.typed() == []


@pytest.mark.usefixtures("impatient")
def test_what_a_human_is_asked_about_is_not_typed(
    registry: Registry, team: Team, peer: Peer
) -> None:
    peer.behaves(ASKS)
    task_id, _ = sends(registry, team, peer, "may I?")
    look_after(registry)
    assert stored(registry, task_id).push_reason == PushReason.INBOX_HELD
    peer.behaves(REFUSES)  # the human has said no
    look_after(registry)
    assert stored(registry, task_id).push_outcome == PushOutcome.DELIVERED
    assert peer.typed() == []


def test_more_than_twenty_a_minute_are_typed(
    registry: Registry, team: Team, peer: Peer
) -> None:
    """Whether or not it has read those before."""
    peer.behaves(DEAF)
    ways = [sends(registry, team, peer, f"number {n}")[1].transport for n in range(22)]
    assert ways[0] == Transport.INBOX
    assert ways.count(Transport.INBOX) == 20


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
