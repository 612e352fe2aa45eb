"""What an agent's own inbox does not take: typed once it is proven, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core import ids
from cafleet_core.broker.registry.open import Registry
from cafleet_core.panes.tmux.facts import TYPED_OPTION
from cafleet_core.states import PushOutcome, PushReason, Transport
from tests.push.peer import ASKS, DEAF, HOLDS, REFUSES, WORKS, Peer, a_peer
from tests.push.retries import settle_now
from tests.push.test_inbox import (
    HANDED,
    RULES,
    TYPED,
    bodies,
    look_after,
    sends,
    stored,
)
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry)


@pytest.fixture
def peer(registry: Registry, terminal: Terminal, team: Team, tmp_path: Path) -> Peer:
    return a_peer(registry, terminal, team, tmp_path / "home")


def refusals(registry: Registry, peer: Peer) -> int:
    """How many messages in a row its inbox has not taken."""
    placement = peer.fresh(registry).placement
    assert placement is not None
    return placement.inbox_refusals


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
    assert refusals(registry, peer) == 0  # its inbox is a new one
    eventually(lambda: settle_now(registry, RULES))
    eventually(lambda: bodies(peer.typed()) == ["queued"])
    assert bodies(peer.turns()) == ["read before"]


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
    eventually(lambda: settle_now(registry, RULES))
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
        eventually(lambda: settle_now(registry, RULES))
    assert sends(registry, team, peer, "three")[1].transport is None


@pytest.mark.usefixtures("impatient")
def test_an_inbox_that_takes_one_again_is_forgiven(
    registry: Registry, team: Team, peer: Peer
) -> None:
    peer.behaves(REFUSES)
    sends(registry, team, peer, "one")
    look_after(registry)
    assert refusals(registry, peer) == 1
    eventually(lambda: settle_now(registry, RULES))
    peer.behaves("accepts")
    assert sends(registry, team, peer, "two")[1] == HANDED
    eventually(peer.turns)
    look_after(registry)
    assert refusals(registry, peer) == 0


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
