"""What happens is recorded with it: in order, once, whoever does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.events import history
from cafleet_core.broker.events.follow import Follower
from cafleet_core.broker.messages import cancel, inbox, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.supervision import kept_states
from cafleet_core.broker.team import capture
from cafleet_core.readings import Option, PaneReading, Question
from cafleet_core.states import EventKind, Interface, PaneState
from cafleet_core.storage import lookup
from cafleet_core.views import EventFilter
from tests.team import Team, a_team

EVERYTHING = EventFilter()


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


def happened(registry: Registry, *kinds: EventKind) -> list[tuple[str, str]]:
    """Each event's kind and agent, oldest first."""
    recorded = history.newest(registry, EventFilter(kinds=kinds), 1000)
    return [(event.kind, event.agent_name or "") for event in recorded]


def test_who_joins_and_leaves(registry: Registry, team: Team) -> None:
    agents.deregister(registry, team.others["bob"])
    assert happened(registry, EventKind.JOINED, EventKind.LEFT) == [
        ("joined", "Director"),
        ("joined", "Administrator"),
        ("joined", "alice"),
        ("joined", "bob"),
        ("left", "bob"),
    ]


def test_the_life_of_a_message(registry: Registry, team: Team) -> None:
    sent = send.send(registry, team.director, [team.others["alice"]], "to do")
    inbox.poll(registry, team.others["alice"])
    inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    _, *life = history.newest(
        registry, EventFilter(agent_id=team.others["alice"].agent_id), 10
    )
    assert [(event.kind, event.new) for event in life] == [
        ("pushed", "none:no_placement"),
        ("read", None),
        ("acked", "completed"),
    ]
    assert {event.reference for event in life} == {sent.task.task_id}
    (begun,) = history.newest(registry, EventFilter(kinds=(EventKind.SENT,)), 10)
    assert (begun.agent_name, begun.new) == ("Director", sent.task.to_agent_id)


def test_a_message_to_several_is_sent_once_and_pushed_to_each(
    registry: Registry, team: Team
) -> None:
    send.broadcast(registry, team.director, "to all")
    send.send(registry, team.director, list(team.others.values()), "to two")
    assert (
        happened(registry, EventKind.SENT, EventKind.PUSHED)
        == [
            ("sent", "Director"),
            ("pushed", "alice"),
            ("pushed", "bob"),
        ]
        * 2
    )


def test_taking_back_and_leaving_settle_what_is_open(
    registry: Registry, team: Team
) -> None:
    first = send.send(registry, team.director, [team.others["alice"]], "one")
    send.send(registry, team.director, [team.others["bob"]], "two")
    cancel.cancel(registry, team.caller(), first.task.task_id)
    agents.deregister(registry, team.others["bob"])
    settled = happened(registry, EventKind.CANCELED, EventKind.FAILED)
    assert settled == [("canceled", "Director"), ("failed", "bob")]


def test_a_push_that_ends_as_the_one_before_is_no_news(
    registry: Registry, team: Team
) -> None:
    send.send(registry, team.director, [team.others["alice"]], "to do")
    registry.execute("UPDATE tasks SET push_attempts = push_attempts + 1")
    registry.execute("UPDATE tasks SET push_outcome = push_outcome")
    assert happened(registry, EventKind.PUSHED) == [("pushed", "alice")]


QUESTION = Question("Run it?", (Option(1, "Yes", False), Option(2, "No", False)))


def seen(
    registry: Registry,
    team: Team,
    state: PaneState,
    question: Question | None = None,
    until: str | None = None,
) -> None:
    """The Director's pane is seen in a state by whoever watches."""
    (director,) = lookup.agents(registry, None, team.director.agent_id)
    reading = PaneReading(state, "screen", "a line", question=question, until=until)
    kept_states.keep(registry, [director], {director.agent_id: reading})


def states(registry: Registry) -> list[tuple[str, str | None, str | None]]:
    """The events of panes: kind, state before, state since."""
    wanted = (
        *(EventKind.STATE, EventKind.ASKED, EventKind.DIED),
        *(EventKind.LIMIT_REACHED, EventKind.LIMIT_OVER),
    )
    recorded = history.newest(registry, EventFilter(kinds=wanted), 100)
    return [(event.kind, event.old, event.new) for event in recorded]


def test_a_question_is_recorded_with_its_answers(
    registry: Registry, team: Team
) -> None:
    seen(registry, team, PaneState.WAITING, question=QUESTION)
    seen(registry, team, PaneState.WAITING, question=QUESTION)
    assert states(registry) == [
        ("state", None, "waiting"),
        ("asked", None, "waiting"),
    ]
    asked = history.newest(registry, EventFilter(kinds=(EventKind.ASKED,)), 1)[0]
    assert history.detail(asked) == {
        "asked": "Run it?",
        "options": [{"digit": 1, "label": "Yes"}, {"digit": 2, "label": "No"}],
    }


def test_the_next_question_is_another_one(registry: Registry, team: Team) -> None:
    seen(registry, team, PaneState.WAITING, question=QUESTION)
    since = lookup.agents(registry, None, team.director.agent_id)[0].placement
    seen(registry, team, PaneState.WAITING, question=QUESTION._replace(asked="And?"))
    assert [kind for kind, *_ in states(registry)] == ["state", "asked", "asked"]
    placement = lookup.agents(registry, None, team.director.agent_id)[0].placement
    assert since
    assert placement
    assert placement.pane_state_since == since.pane_state_since


def test_a_limit_begins_and_ends(registry: Registry, team: Team) -> None:
    seen(registry, team, PaneState.LIMIT, until="2026-11-27T12:00:00.000000+00:00")
    seen(registry, team, PaneState.IDLE)
    seen(registry, team, PaneState.DEAD)
    assert [kind for kind, *_ in states(registry)] == [
        *("state", "limit_reached", "state", "limit_over", "state", "died")
    ]


def test_a_follower_begins_behind_its_cursor_and_reads_on(
    registry: Registry, place: Path | str, team: Team
) -> None:
    wanted = EventFilter(team.session.session_id, kinds=(EventKind.SENT,))
    send.send(registry, team.director, [team.others["alice"]], "before")
    follower = Follower(str(place), wanted, None, print)
    read = follower.events()
    for body in ("one", "two"):
        send.send(registry, team.director, [team.others["alice"]], body)
    first = next(read)
    again = Follower(str(place), wanted, first.seq, print)
    assert next(read) == next(again.events())
    whole = Follower(str(place), wanted, 0, print)
    assert next(whole.events()).seq < first.seq
    for each in (follower, again, whole):
        each.close()


def test_a_follower_outlives_a_registry_that_is_replaced(
    registry: Registry, registry_path: Path, tmp_path: Path, team: Team
) -> None:
    notes: list[str] = []
    wanted = EventFilter(kinds=(EventKind.SENT,))
    follower = Follower(str(registry_path), wanted, None, notes.append)
    registry.copy_to(str(tmp_path / "copy.db"))
    send.send(registry, team.director, [team.others["alice"]], "one")
    read = follower.events()
    assert next(read).new == team.others["alice"].agent_id
    (tmp_path / "copy.db").rename(registry_path)
    restored = open_registry(registry_path)
    send.send(restored, team.director, [team.others["bob"]], "two")
    restored.close()
    assert next(read).new == team.others["bob"].agent_id
    follower.close()
    assert any("replaced" in note for note in notes)


def test_whoever_captures_a_screen_is_recorded(registry: Registry, team: Team) -> None:
    human = team.caller("Administrator")
    capture.record(registry, human, [team.others["alice"]], Interface.ROOM)
    (event,) = history.newest(registry, EventFilter(kinds=(EventKind.CAPTURED,)), 10)
    assert event.agent_name == "alice"
    assert history.detail(event) == {
        "by": team.administrator.agent_id,
        "by_name": "Administrator",
        "interface": "room",
    }
