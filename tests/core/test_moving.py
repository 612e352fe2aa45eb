"""Moving in from an earlier registry: everything once, as it was."""

from __future__ import annotations

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.messages import inbox, pages, send
from cafleet_core.broker.messages.send import DEFAULT_RULES
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry
from cafleet_core.registry_import import tasks
from tests.core.conftest import EarlierBuilder
from tests.core.moved import (
    entries,
    everything,
    imported,
    move_in,
    present,
    stamped,
    team,
    the_session,
)
from tests.earlier import ERAS


@pytest.mark.parametrize("era", ERAS)
def test_a_team_comes_from_every_generation(
    registry: Registry, earlier: EarlierBuilder, era: str
) -> None:
    source = earlier(ERAS[era])
    session, (_, _, drafter) = source.team("drafter", label="docs")
    moved = move_in(registry, source)
    assert (imported(moved), moved.renamed) == ([1, 3, 0], ())
    here = team(registry)
    assert {name: agent.kind for name, agent in here.items()} == {
        "Director": "director",
        "Administrator": "administrator",
        "drafter": "member",
    }
    stored = the_session(registry)
    assert (
        stored.label,
        stored.director_agent_id,
        stored.administrator_agent_id,
    ) == (
        "docs",
        here["Director"].agent_id,
        here["Administrator"].agent_id,
    )
    if not ERAS[era].numbers:
        assert (stored.session_id, here["drafter"].agent_id) == (session, drafter)


@pytest.mark.parametrize("era", ERAS)
def test_messages_come_from_every_generation(
    registry: Registry, earlier: EarlierBuilder, era: str
) -> None:
    source = earlier(ERAS[era])
    _, (director, _, drafter, tester) = source.team("drafter", "tester")
    source.send(director, drafter, "Please draft.")
    _, to_drafter, _ = source.broadcast(director, [drafter, tester], "Stand up.")
    acked_at = source.move(to_drafter, "completed")
    source.move(source.send(tester, director, "Never mind."), "canceled")
    moved = move_in(registry, source)
    assert (imported(moved), moved.settled, moved.left_out) == ([1, 4, 5], 0, 0)
    asked, call, answer = entries(registry)
    assert (asked.text, asked.broadcast) == ("Please draft.", False)
    assert (call.text, call.broadcast) == ("Stand up.", True)
    assert (answer.text, answer.deliveries[0].state) == ("Never mind.", "canceled")
    assert [
        (delivery.recipient_name, delivery.state) for delivery in call.deliveries
    ] == [
        ("drafter", "completed"),
        ("tester", "input_required"),
    ]
    assert call.deliveries[0].acked_at == stamped(acked_at)
    assert [entry.text for entry in entries(registry, "stand")] == ["Stand up."]
    assert maintenance.check(registry).complaints == []
    if not ERAS[era].numbers:
        assert call.deliveries[0].task_id == to_drafter


@pytest.mark.sqlite
def test_nothing_doubles_and_what_is_new_comes_later(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    source = earlier()
    session, (director, *_, drafter) = source.team("drafter")
    source.send(director, drafter, "first")
    assert imported(move_in(registry, source)) == [1, 3, 1]
    before = everything(registry)
    session_id = the_session(registry).session_id
    seen = pages.last_change(registry, session_id).version

    again = move_in(registry, source)
    assert (imported(again), present(again)) == ([0, 0, 0], [1, 3, 1])
    assert everything(registry) == before

    editor = source.agent(session, "DRAFTER")
    source.send(editor, drafter, "second")
    later = move_in(registry, source)
    assert (imported(later), present(later)) == ([0, 1, 1], [1, 3, 1])
    assert team(registry)["DRAFTER-2"].agent_id == editor
    assert [entry.text for entry in entries(registry)] == ["first", "second"]
    changed = pages.changed(registry, session_id, seen)
    assert [entry.text for entry in changed] == ["second"]


@pytest.mark.sqlite
def test_a_rehearsal_counts_and_keeps_nothing(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    source = earlier()
    _, (director, *_, drafter) = source.team("drafter")
    source.send(director, drafter, "first")
    empty = everything(registry)
    rehearsed = move_in(registry, source, dry_run=True)
    assert everything(registry) == empty
    assert move_in(registry, source) == rehearsed


def test_the_team_goes_on_where_it_was(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    source = earlier()
    _, (director, *_, drafter) = source.team("drafter")
    asked = str(source.send(director, drafter, "Please draft."))
    move_in(registry, source)
    here = team(registry)
    caller = Caller(the_session(registry), here["drafter"])
    [waiting] = inbox.poll(registry, caller.agent)
    assert (waiting.task_id, waiting.push_next_at) == (asked, None)
    assert pending.settle(registry, DEFAULT_RULES) == 0
    assert all(agent.placement is None for agent in here.values())
    inbox.ack(registry, caller, [asked])
    send.send(registry, here["drafter"], [here["Director"]], "Done.")
    assert [entry.text for entry in entries(registry)] == ["Please draft.", "Done."]


def test_what_names_nobody_is_left_out_and_told(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    source = earlier()
    _, (director, *_, drafter) = source.team("drafter")
    _, (stranger, *_) = source.team(label="another")
    source.connection.execute("PRAGMA foreign_keys=OFF")
    source.send("ffff-unknown", drafter, "from nobody")
    source.send(stranger, drafter, "from another session")
    source.agent("ffff-nowhere", "nowhere")
    source.send(director, drafter, "kept")
    moved = move_in(registry, source)
    assert (moved.left_out, imported(moved)) == (3, [2, 5, 1])
    assert maintenance.check(registry).complaints == []


def test_a_delivery_of_a_broadcast_that_is_not_there_stands_alone(
    registry: Registry, earlier: EarlierBuilder
) -> None:
    source = earlier()
    _, (director, *_, drafter) = source.team("drafter")
    summary, _ = source.broadcast(director, [drafter], "Stand up.")
    source.connection.execute("DELETE FROM tasks WHERE task_id = ?", (summary,))
    move_in(registry, source)
    [alone] = entries(registry, "stand")
    assert (alone.text, alone.broadcast) == ("Stand up.", False)


def test_progress_is_told_now_and_then(
    registry: Registry, earlier: EarlierBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_MANY", 3)
    source = earlier()
    _, (director, *_, drafter, tester) = source.team("drafter", "tester")
    source.broadcast(director, [drafter, tester], "Stand up.")
    for number in range(4):
        source.send(director, drafter, str(number))
    progress: list[tuple[int, int]] = []
    tasks.move_in(
        registry,
        str(source.path),
        dry_run=True,
        progress=lambda *far: progress.append(far),
    )
    assert progress == [(3, 7), (6, 7)]
