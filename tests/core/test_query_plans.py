"""Reads that must stay flat as the history grows go through an index, never over the tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.messages import cancel, history, inbox, pages, send
from cafleet_core.broker.messages.pages import Reader
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import all_sessions, roster
from cafleet_core.storage import monitors
from cafleet_core.storage.keyset import Edge
from cafleet_core.views import (
    EVERYTHING,
    AtTime,
    Filter,
    Newer,
    Newest,
    Page,
    Reach,
    Unacked,
)
from tests.team import Team, a_team

pytestmark = pytest.mark.sqlite

Statement = tuple[str, Sequence[object]]


class Recorder:
    """Keeps every statement that a registry runs, with its parameters."""

    def __init__(self, registry: Registry, patch: pytest.MonkeyPatch) -> None:
        self.statements: list[Statement] = []
        self.registry = registry
        for name in ("execute", "rows", "row"):
            patch.setattr(registry, name, self.recording(getattr(registry, name)))

    def recording(self, run: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(sql: str, parameters: Sequence[object] = ()) -> Any:
            self.statements.append((sql, parameters))
            return run(sql, parameters)

        return recorded


@pytest.fixture
def team(registry: Registry) -> Team:
    """A team with enough of a history for a bad plan to show."""
    team = a_team(registry, "alice", "bob")
    for number in range(5):
        send.send(registry, team.director, [team.others["alice"]], f"n {number}")
        send.broadcast(registry, team.director, f"all {number}")
    return team


Read = Callable[[Registry, Team], object]

READS: dict[str, Read] = {
    "inbox": lambda r, t: inbox.poll(r, t.others["alice"]),
    "inbox with settled": lambda r, t: inbox.poll(r, t.others["alice"], acked_too=True),
    "inbox since": lambda r, t: inbox.poll(r, t.others["alice"], since="2026"),
    "newest page": lambda r, t: pages.newest(r, t.session.session_id),
    "older page": lambda r, t: history.page(
        r, t.session.session_id, EVERYTHING, 5, Edge(9)
    ),
    "changed since": lambda r, t: pages.changed(r, t.session.session_id, 3),
    "last change": lambda r, t: pages.last_change(r, t.session.session_id),
    "roster with activity": lambda r, t: roster.roster(r, t.session.session_id),
    "pulses": lambda r, t: roster.pulses(r, t.session.session_id),
    "session summaries": lambda r, _: all_sessions.summaries(r),
    "history of a sender": lambda r, t: history.page(
        r, t.session.session_id, Filter(sender=t.director.agent_id), 5
    ),
    "history of a recipient": lambda r, t: history.page(
        r, t.session.session_id, Filter(recipient=t.others["bob"].agent_id), 5
    ),
    "history of one, sent or received, before": lambda r, t: history.page(
        r, t.session.session_id, Filter(party=t.others["bob"].agent_id), 5, Edge(9)
    ),
    "newer page": lambda r, t: read(r, t, Newer(4)),
    "page at a time": lambda r, t: read(r, t, AtTime("2026")),
    "next unacked": lambda r, t: read(r, t, Unacked(9)),
    "words": lambda r, t: read(r, t, Newest(), Filter(words="all")),
    "words of a sender": lambda r, t: read(
        r, t, Newest(), Filter(sender=t.director.agent_id, words="all")
    ),
    "words to a recipient": lambda r, t: read(
        r, t, Newest(), Filter(recipient=t.others["bob"].agent_id, words="all")
    ),
    "next unacked with words": lambda r, t: read(r, t, Unacked(9), Filter(words="all")),
    "one task": lambda r, t: inbox.show(r, t.caller(), first_task(r)),
    "one task by prefix": lambda r, t: inbox.show(r, t.caller(), first_task(r)[:9]),
}

CHANGES: dict[str, Read] = {
    "send": lambda r, t: send.send(r, t.director, [t.others["bob"]], "hello"),
    "broadcast": lambda r, t: send.broadcast(r, t.director, "hello"),
    "ack": lambda r, t: inbox.ack_all(r, t.caller("alice")),
    "cancel": lambda r, t: cancel.cancel(r, t.caller(), first_task(r)),
    "deregister": lambda r, t: agents.deregister(r, t.others["alice"]),
    "delete": lambda r, t: sessions.delete(r, t.session.session_id),
}


def read(
    registry: Registry, team: Team, reach: Reach, wanted: Filter = EVERYTHING
) -> Page | None:
    return Reader(registry, team.session.session_id, wanted).page(reach)


def first_task(registry: Registry) -> str:
    return str(registry.row("SELECT task_id FROM tasks WHERE seq = 1")[0])


def plans(registry: Registry, statements: Sequence[Statement]) -> dict[str, list[str]]:
    """The steps of each statement that touches the tasks."""
    return {
        sql: [
            step[3]
            for step in registry.rows(f"EXPLAIN QUERY PLAN {sql}", tuple(parameters))
        ]
        for sql, parameters in statements
        if "tasks" in sql
    }


def recorded(
    registry: Registry, team: Team, run: Read, patch: pytest.MonkeyPatch
) -> dict[str, list[str]]:
    with patch.context() as context:
        statements = Recorder(registry, context).statements
        run(registry, team)
    return plans(registry, statements)


def aliases(sql: str) -> set[str]:
    """The names under which a statement reads the tasks."""
    words = sql.replace("(", " ").replace(")", " ").replace(",", " ").split()
    names = {"tasks", "t", "o"}
    for word, *following in zip(words, words[1:], words[2:], strict=False):
        if word.strip('"') == "tasks":
            names.add(following[-1 if following[0] == "AS" else 0].strip('"'))
    return names


def whole_table_steps(plans: dict[str, list[str]]) -> list[str]:
    return [
        step
        for sql, steps in plans.items()
        for step in steps
        if step.startswith("SCAN")
        and step.split()[1] in aliases(sql)
        # one end of an index is a single step into it
        and not sql.lstrip().startswith(("INSERT", "UPDATE"))
    ]


@pytest.mark.parametrize("name", READS)
def test_a_read_that_must_stay_flat_never_scans_the_tasks(
    registry: Registry, team: Team, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    plans = recorded(registry, team, READS[name], monkeypatch)
    assert plans
    assert whole_table_steps(plans) == []
    steps = [step for each in plans.values() for step in each]
    assert any("tasks" in step or "INDEX" in step for step in steps)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_finds_its_rows_by_an_index(
    registry: Registry, team: Team, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for sql, steps in recorded(registry, team, CHANGES[name], monkeypatch).items():
        scans = [step for step in steps if step.startswith("SCAN")]
        own = ("INDEX", "CONSTANT ROW", "SCAN n")  # n is what is to be stored
        assert [s for s in scans if not any(word in s for word in own)] == [], sql


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("inbox", "tasks_inbox"),
        ("inbox since", "tasks_inbox"),
        ("inbox with settled", "tasks_received"),
        ("newest page", "tasks_head"),
        ("older page", "tasks_head"),
        ("newest page", "tasks_origin"),
        ("changed since", "tasks_session_version"),
        ("last change", "tasks_session_version"),
        ("pulses", "tasks_session_version"),
        ("roster with activity", "tasks_session_open"),
        ("session summaries", "tasks_session_open"),
        ("session summaries", "tasks_head"),
        ("session summaries", "tasks_inbox"),
        ("history of a sender", "tasks_sent"),
        ("history of a recipient", "tasks_received"),
        ("newer page", "tasks_head (session_id=? AND seq>?)"),
        ("page at a time", "tasks_head (session_id=? AND seq>?)"),
        ("next unacked", "tasks_session_open (session_id=? AND rowid<?)"),
        ("words of a sender", "tasks_sent (from_agent_id=? AND seq<?)"),
        ("words to a recipient", "tasks_received (context_id=? AND seq<?)"),
        ("next unacked with words", "tasks_session_open (session_id=? AND rowid<?)"),
        ("one task", "tasks_id"),
        ("one task by prefix", "tasks_id (task_id>? AND task_id<?)"),
    ],
)
def test_each_read_steps_into_the_index_made_for_it(
    registry: Registry,
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    index: str,
) -> None:
    plans = recorded(registry, team, READS[name], monkeypatch)
    assert index in " ".join(step for steps in plans.values() for step in steps)


@pytest.mark.parametrize(
    "name", ["inbox", "newest page", "older page", "newer page", "next unacked"]
)
def test_a_page_is_read_in_order_and_not_sorted(
    registry: Registry, team: Team, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    plans = recorded(registry, team, READS[name], monkeypatch)
    limited = {sql: steps for sql, steps in plans.items() if "LIMIT" in sql}
    assert limited
    for steps in limited.values():
        assert "USE TEMP B-TREE FOR ORDER BY" not in steps


def test_who_waits_in_all_sessions_is_found_among_the_living_alone(
    registry: Registry, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitors.keep_state(registry, team.director.agent_id, "waiting", "2026")
    with monkeypatch.context() as context:
        statements = Recorder(registry, context).statements
        assert all_sessions.summaries(registry)[0].waiting
    for sql, values in statements:
        steps = registry.rows(f"EXPLAIN QUERY PLAN {sql}", tuple(values))
        # those who have left have no placement, and stay among the agents
        assert not [step for *_, step in steps if step in ("SCAN a", "SCAN agents")], (
            sql
        )
