"""A session as it was: from the rows' own stamps, and from events where those were overwritten."""

from __future__ import annotations

import pytest

from cafleet_core import clock
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.past.session import PastSession, stamp_of, version_of
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision import kept_states
from cafleet_core.records import PushResult
from cafleet_core.states import PaneState, PushOutcome, PushReason, TaskState
from cafleet_core.storage import lookup, outbox
from cafleet_core.views import EVERYTHING, Newest, Older, Unacked
from tests.builders import a_reading
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


def as_of(registry: Registry, team: Team, at: str) -> PastSession:
    """The session at a stamp."""
    return PastSession(registry, team.session.session_id, at)


def test_a_delivery_is_shown_as_far_as_it_was(registry: Registry, team: Team) -> None:
    before = clock.stamp()
    sent = send.send(registry, team.director, [team.others["alice"]], "to do")
    task_id, after = sent.task.task_id, clock.stamp()
    pushed = []
    for result in (
        PushResult(PushOutcome.HELD, PushReason.BUSY),
        PushResult(PushOutcome.DELIVERED),
    ):
        with registry.write():
            at = clock.stamp()
            registry.execute(*outbox.record([task_id], result, at, None))
        pushed.append(clock.stamp())
    inbox.poll(registry, team.others["alice"])
    read = clock.stamp()
    inbox.ack(registry, team.caller("alice"), [task_id])
    stages = []
    for stamp in (after, *pushed, read, clock.stamp()):
        past = as_of(registry, team, stamp)
        (delivery,) = past.page(EVERYTHING, Newest()).entries[0].deliveries  # type: ignore[union-attr]
        unacked = past.page(EVERYTHING, Unacked(10**9))
        (alice,) = [m for m in past.roster()[0] if m.agent.name == "alice"]
        waits = alice.activity.unacked, alice.activity.unread
        assert bool(unacked) == bool(waits[0])
        outcome = delivery.push_outcome, delivery.push_reason
        stages.append((delivery.state, *outcome, bool(delivery.read_at), waits))
    opened, done = TaskState.INPUT_REQUIRED, TaskState.COMPLETED
    assert stages == [
        (opened, PushOutcome.NONE, PushReason.NO_PLACEMENT, False, (1, 1)),
        (opened, PushOutcome.HELD, PushReason.BUSY, False, (1, 1)),
        (opened, PushOutcome.DELIVERED, None, False, (1, 1)),
        (opened, PushOutcome.DELIVERED, None, True, (1, 0)),
        (done, PushOutcome.DELIVERED, None, True, (0, 0)),
    ]
    empty = as_of(registry, team, before).page(EVERYTHING, Newest())
    assert empty is not None
    assert not empty.entries


def test_pages_end_at_the_moment_in_either_direction(
    registry: Registry, team: Team
) -> None:
    stamps = []
    for number in range(6):
        send.send(registry, team.director, [team.others["bob"]], f"message {number}")
        stamps.append(clock.stamp())
    past = as_of(registry, team, stamps[3])
    newest = past.page(EVERYTHING, Newest(), 2)
    assert newest is not None
    older = past.page(EVERYTHING, Older(newest.entries[0].seq), 2)
    assert older is not None
    texts = [entry.text for entry in (*older.entries, *newest.entries)]
    assert texts == [f"message {number}" for number in range(4)]
    changed = past.changed(stamps[1], EVERYTHING)
    assert [entry.text for entry in changed] == ["message 2", "message 3"]
    assert past.is_near(stamps[1])
    assert not past.is_near(stamps[4])


def test_a_pane_s_state_is_that_of_its_last_change_by_then(
    registry: Registry, team: Team
) -> None:
    director, stamps = team.director, [clock.stamp()]
    for state in ("busy", "idle"):
        living = lookup.active_agents(registry, team.session.session_id)
        view = a_reading(state, screen=f"{state}, it seems")
        kept_states.keep(registry, living, {director.agent_id: view}, screens=True)
        stamps.append(clock.stamp())
    seen = [
        as_of(registry, team, stamp).readings().get(director.agent_id)
        for stamp in stamps
    ]
    assert [view and (view.state, view.screen) for view in seen] == [
        None,
        (PaneState.BUSY, "busy, it seems"),
        (PaneState.IDLE, "idle, it seems"),
    ]
    first = as_of(registry, team, stamps[0])
    change = first.next_change()
    assert change is not None
    assert stamps[0] < change <= stamps[1]
    assert as_of(registry, team, stamps[1]).last_change() == change
    assert as_of(registry, team, stamps[2]).previous_change() == change
    assert first.next_question() is None


def test_a_version_names_its_stamp_to_the_microsecond() -> None:
    for stamp in ("2026-11-20T12:00:00.000001+00:00", clock.stamp()):
        assert stamp_of(version_of(stamp)) == stamp
