"""The session as a conversation: pages that never split a broadcast, changes, filters."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import cancel, history, inbox, pages
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.states import TaskState
from cafleet_core.storage.keyset import Edge
from cafleet_core.views import EVERYTHING, Entry, Filter
from tests.core.conversation import send, texts
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob", "carol")


def older(
    registry: Registry, session_id: str, before: int, limit: int = 200
) -> list[Entry]:
    return history.page(registry, session_id, EVERYTHING, limit, Edge(before))


def test_an_entry_is_one_message_with_all_its_deliveries(
    registry: Registry, team: Team
) -> None:
    single = send(registry, team, "alice", "bob")
    several = send(registry, team, "alice", "bob carol")
    summary = messages.broadcast(registry, team.director, "to all").task
    shown = pages.newest(registry, team.session.session_id)
    assert [entry.task_id for entry in shown] == [single, several, summary.task_id]
    reached = [{delivery.recipient_name for delivery in e.deliveries} for e in shown]
    assert reached == [{"bob"}, {"bob", "carol"}, set(team.others)]
    assert [entry.broadcast for entry in shown] == [False, False, True]
    assert shown[0].sender_name == "alice"


def test_pages_follow_each_other_without_gap_or_overlap(
    registry: Registry, team: Team
) -> None:
    session_id = team.session.session_id
    for number in range(10):
        send(registry, team, "alice", "bob", f"number {number}")
        messages.broadcast(registry, team.director, f"all {number}")
    page = pages.newest(registry, session_id, 6)
    backwards = [page]
    while page := older(registry, session_id, page[0].seq, 6):
        assert len(page) <= 6
        backwards.insert(0, page)
    everything = [entry for page in backwards for entry in page]
    assert texts(everything) == [
        words for number in range(10) for words in (f"number {number}", f"all {number}")
    ]
    assert [len(entry.deliveries) for entry in everything] == [1, 3] * 10
    assert everything == pages.newest(registry, session_id, 100)


def test_a_broadcast_at_the_edge_of_a_page_is_not_split(
    registry: Registry, team: Team
) -> None:
    session_id = team.session.session_id
    messages.broadcast(registry, team.director, "first")
    messages.broadcast(registry, team.director, "second")
    (newest,) = pages.newest(registry, session_id, 1)
    (earlier,) = older(registry, session_id, newest.seq, 1)
    assert [len(newest.deliveries), len(earlier.deliveries)] == [3, 3]
    assert (newest.text, earlier.text) == ("second", "first")
    assert older(registry, session_id, earlier.seq) == []


def test_a_push_that_fails_as_it_did_before_changes_nothing_that_is_seen(
    registry: Registry, team: Team
) -> None:
    session_id = team.session.session_id
    for number in range(3):
        send(registry, team, "alice", "Director", f"number {number}")
    known = pages.last_change(registry, session_id).version
    with registry.write():
        registry.execute("UPDATE tasks SET push_next_at = '2000-01-01T00:00:00.000Z'")
    send(registry, team, "alice", "Director", "number 3")
    assert texts(pages.changed(registry, session_id, known)) == ["number 3"]
    tried = registry.rows("SELECT push_attempts FROM tasks ORDER BY seq")
    assert [attempts for (attempts,) in tried] == [2, 2, 2, 1]


def test_new_messages_do_not_move_an_older_page(registry: Registry, team: Team) -> None:
    session_id = team.session.session_id
    for number in range(6):
        send(registry, team, "alice", "bob", f"number {number}")
    (*_, edge) = pages.newest(registry, session_id, 3)[:1]
    before = older(registry, session_id, edge.seq, 2)
    send(registry, team, "alice", "bob", "late")
    after = older(registry, session_id, edge.seq, 2)
    assert texts(after) == texts(before) == ["number 1", "number 2"]


def test_what_changed_since_is_told_whole_and_once(
    registry: Registry, team: Team
) -> None:
    session_id = team.session.session_id
    send(registry, team, "alice", "bob", "untouched")
    sent = messages.broadcast(registry, team.director, "to all")
    before = pages.last_change(registry, session_id).version
    assert pages.changed(registry, session_id, before) == []
    delivery = next(
        task
        for task, _ in sent.deliveries
        if task.to_agent_id == team.others["bob"].agent_id
    )
    inbox.ack(registry, team.caller("bob"), [delivery.task_id])
    (changed,) = pages.changed(registry, session_id, before)
    assert changed.task_id == sent.task.task_id
    assert len(changed.deliveries) == 3
    assert [delivery.state for delivery in changed.deliveries].count(
        TaskState.COMPLETED
    ) == 1
    assert changed.version == pages.last_change(registry, session_id).version > before
    assert pages.changed(registry, session_id, changed.version) == []


def test_everything_that_happens_to_a_message_is_a_change(
    registry: Registry, team: Team
) -> None:
    session_id = team.session.session_id

    def version() -> int:
        return pages.last_change(registry, session_id).version

    seen = [version()]
    task_id = send(registry, team, "alice", "bob")
    seen.append(version())
    inbox.poll(registry, team.others["bob"])
    seen.append(version())
    cancel.cancel(registry, team.caller("alice"), task_id)
    seen.append(version())
    send(registry, team, "alice", "carol")
    before_leaving = version()
    agents.deregister(registry, team.others["carol"])
    seen += [before_leaving, version()]
    assert seen == sorted(set(seen))
    assert seen[0] == 0


def test_more_changes_than_one_query_takes_are_all_told(
    registry: Registry, team: Team
) -> None:
    sender = team.others["alice"]
    with registry.write():
        registry.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1203)"
            " INSERT INTO tasks (task_id, session_id, context_id, from_agent_id,"
            " to_agent_id, type, text, status_state, status_timestamp, created_at,"
            " push_attempts, version) SELECT 'task' || i, ?, ?, ?, ?, 'unicast',"
            " 'number ' || i, 'input_required', '', '', 0, i FROM n",
            (team.session.session_id, *[sender.agent_id] * 3),
        )
    changed = pages.changed(registry, team.session.session_id, 0)
    assert texts(changed) == [f"number {i}" for i in range(1, 1204)]


def test_sessions_do_not_see_each_other(registry: Registry, team: Team) -> None:
    other = a_team(registry, "alice", "bob")
    send(registry, other, "alice", "bob")
    session_id = team.session.session_id
    assert pages.newest(registry, session_id) == []
    assert pages.changed(registry, session_id, 0) == []
    assert pages.last_change(registry, session_id).version == 0
    assert history.page(registry, session_id, Filter(), 10) == []


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(1, 7), st.lists(st.booleans(), max_size=12))
def test_any_page_size_tells_the_same_story(
    registry: Registry, size: int, broadcasts: list[bool]
) -> None:
    team = a_team(registry, "alice", "bob")
    for number, to_all in enumerate(broadcasts):
        if to_all:
            messages.broadcast(registry, team.director, f"number {number}")
        else:
            send(registry, team, "alice", "bob", f"number {number}")
    session_id = team.session.session_id
    seen: list[Entry] = []
    page = pages.newest(registry, session_id, size)
    while page:
        seen = [*page, *seen]
        page = older(registry, session_id, page[0].seq, size)
    assert texts(seen) == [f"number {number}" for number in range(len(broadcasts))]
    assert seen == pages.changed(registry, session_id, 0)
