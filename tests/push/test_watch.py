"""Being told once of what a member comes to, whoever sees it and whoever has ended meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import cancel, inbox, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.supervision import kept_states, watch
from cafleet_core.broker.supervision.delivery_loop import DeliveryLoop
from cafleet_core.broker.team.pane_states import seen
from cafleet_core.config.rules import PushRules
from cafleet_core.errors import Refused
from cafleet_core.records import Sent
from cafleet_core.states import Awaited
from cafleet_core.storage import lookup
from tests.loops import rest, write
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import Terminal, eventually, turns

RULES = PushRules()


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_in_panes(registry, terminal, tmp_path, "alice")


def watching(registry: Registry, team: Team, awaited: Awaited) -> Sent | None:
    return watch.watch(registry, team.caller(), team.others["alice"], awaited)


def told(logs: Path) -> list[str]:
    """What was said to the Director, without the heads of the messages."""
    lines = [
        line for turn in turns(log_of(logs, "Director")) for line in turn.split("\n")
    ]
    return [line for line in lines if not line.startswith("[cafleet")]


def look(registry: Registry, team: Team) -> None:
    """Look at the panes, as whoever delivers does."""
    present = lookup.active_agents(registry, team.session.session_id)
    kept_states.keep(registry, present, seen(present))
    pending.settle(registry, RULES)


def told_after_a_look(registry: Registry, team: Team, logs: Path) -> list[str]:
    look(registry, team)
    return told(logs)


def test_who_becomes_idle_is_told_once_by_the_loop(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    write(terminal, team)
    assert watching(registry, team, Awaited.IDLE)
    loop = DeliveryLoop(registry, team.session.session_id, RULES)
    assert loop.step(), "there is something to wait for"
    loop.release()
    assert told(tmp_path) == []
    rest(terminal, team)
    eventually(lambda: told_after_a_look(registry, team, tmp_path))
    write(terminal, team)
    look(registry, team)
    rest(terminal, team)
    look(registry, team)
    assert told(tmp_path) == [
        "alice is idle, or gone: you asked with cafleet member watch --until idle."
    ]


def test_five_that_look_at_once_tell_it_once(
    registry: Registry,
    registry_path: Path,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
) -> None:
    write(terminal, team)
    watching(registry, team, Awaited.IDLE)
    rest(terminal, team)
    ready = threading.Barrier(5)

    def watcher() -> None:
        own = open_registry(registry_path)
        ready.wait()
        for _ in range(4):
            look(own, team)
        own.close()

    threads = [threading.Thread(target=watcher) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    eventually(lambda: told(tmp_path))
    assert len(inbox.poll(registry, team.director)) == 1
    assert len(told(tmp_path)) == 1


def test_who_is_idle_already_is_not_watched(registry: Registry, team: Team) -> None:
    def is_idle() -> bool:
        return watching(registry, team, Awaited.IDLE) is None

    assert eventually(is_idle)


def test_who_is_gone_is_told_of_whatever_was_awaited(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    write(terminal, team)
    watching(registry, team, Awaited.IDLE)
    watching(registry, team, Awaited.EXIT)
    placement = team.others["alice"].placement
    assert placement
    terminal.tmux("kill-pane", "-t", placement.tmux_pane_id or "")
    eventually(lambda: len(told_after_a_look(registry, team, tmp_path)) == 2)
    assert {line.partition(":")[0] for line in told(tmp_path)} == {
        "alice is idle, or gone",
        "alice is gone",
    }


def test_who_leaves_is_gone(registry: Registry, team: Team) -> None:
    watching(registry, team, Awaited.EXIT)
    agents.deregister(registry, team.others["alice"])
    assert len(inbox.poll(registry, team.director)) == 1


def test_an_ack_of_ones_own_message_is_told_and_no_other(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    alice = team.others["alice"]
    with pytest.raises(Refused, match="no message of yours"):
        watching(registry, team, Awaited.ACK)
    write(terminal, team)
    mine = send.send(registry, team.director, [alice], "mine")
    other = send.send(registry, team.administrator, [alice], "the human's")
    watching(registry, team, Awaited.ACK)
    inbox.ack(registry, team.caller("alice"), [other.task.task_id])
    assert inbox.poll(registry, team.director) == []
    inbox.ack(registry, team.caller("alice"), [mine.task.task_id])
    (message,) = inbox.poll(registry, team.director)
    assert message.text.startswith("alice has acked a message of yours")


def test_it_is_taken_back_like_any_message(registry: Registry, team: Team) -> None:
    sent = watching(registry, team, Awaited.EXIT)
    assert sent
    cancel.cancel(registry, team.caller(), sent.task.task_id)
    agents.deregister(registry, team.others["alice"])
    assert inbox.poll(registry, team.director) == []
