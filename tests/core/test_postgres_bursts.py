"""A busy session on a server: few notices, and yet whoever waits sees every change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.records import Agent
from cafleet_core.storage import notices
from cafleet_core.storage.commits import Commits
from cafleet_core.storage.postgres_bursts import TOLD_FOR_MILLISECONDS
from cafleet_core.storage.postgres_link import CHANNEL
from tests.postgres import Server
from tests.team import Team, a_team

MANY = 40
MEANWHILE = 0.3


@pytest.fixture
def url(server: Server) -> str:
    return server.new_schema()


@pytest.fixture
def registry(url: str) -> Iterator[Registry]:
    with closing(open_registry(url)) as opened:
        yield opened


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice")


@pytest.fixture
def follower(url: str) -> Iterator[Registry]:
    with closing(open_registry(url)) as opened:
        opened.refuse_writes()
        yield opened


def alice(team: Team) -> Agent:
    return team.others["alice"]


def at_rest(watch: Commits) -> int:
    """The version once nothing is left to look for."""
    while True:
        seen = watch.seen
        if watch.wait(MEANWHILE) == seen:
            return seen


def have_one_notice_stand_for_all(registry: Registry) -> None:
    """Have the server tell of nothing for a minute after a notice."""
    definition = registry.row("SELECT pg_get_functiondef('number_task'::regproc)")[0]
    window = f"now - {TOLD_FOR_MILLISECONDS}"
    assert window in definition
    registry.execute(definition.replace(window, "now - 60000"))


def test_a_burst_is_told_of_now_and_then_and_seen_whole(
    url: str, registry: Registry, team: Team, follower: Registry
) -> None:
    have_one_notice_stand_for_all(registry)
    watch = follower.watch()
    at_rest(watch)
    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        for number in range(MANY):
            send.send(registry, team.director, [alice(team)], f"{number}")
        payloads = [notice.payload for notice in listener.notifies(timeout=MEANWHILE)]
    assert payloads.count(notices.changed(team.session.session_id)) == 1
    assert at_rest(watch) > 0
    [stored] = follower.row("SELECT COUNT(*) FROM tasks WHERE text <> ''")
    assert stored == MANY


def test_what_was_not_told_of_is_seen_however_late_it_is_committed(
    registry: Registry, team: Team, follower: Registry
) -> None:
    session_id = team.session.session_id
    sent = send.send(registry, team.director, [alice(team)], "told of")
    have_one_notice_stand_for_all(registry)
    watch = follower.watch()
    with registry.write(session_id):
        registry.execute(
            "UPDATE tasks SET read_at = created_at WHERE task_id = ?",
            (sent.task.task_id,),
        )
        seen = watch.seen
        assert watch.wait(5) != seen, "whoever begins to wait looks once"
        seen = watch.seen
        assert watch.wait(MEANWHILE) == seen, "what is not committed is not told of"
    assert watch.wait(5) != seen
    [read_at] = follower.row("SELECT read_at FROM tasks")
    assert read_at is not None


def test_who_waits_for_one_more_session_looks_for_what_was_told_before(
    follower: Registry,
) -> None:
    watch = follower.watch(topics=["h this machine"])
    seen = at_rest(watch)
    watch.follow(["h this machine", "s another"])
    assert watch.wait(5) != seen
    seen = at_rest(watch)
    watch.follow(["s another"])
    assert watch.wait(MEANWHILE) == seen
