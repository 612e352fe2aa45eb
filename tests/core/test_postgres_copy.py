"""A file's registry moves to a server as it is; programs of two revisions use one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from cafleet_core.broker.messages import history, inbox, pages, send
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import InvalidSetting, Refused, RegistryError
from cafleet_core.storage.registry import HEAD
from cafleet_core.views import Filter
from tests.postgres import Server
from tests.team import Team, a_team
from tests.terminal import cafleet

pytestmark = pytest.mark.sqlite

TABLES = ("sessions", "agents", "agent_placements", "tasks", "events", "monitors")


@pytest.fixture
def url(server: Server) -> str:
    return server.new_schema()


@pytest.fixture
def team(registry: Registry) -> Team:
    team = a_team(registry, "alice", "bob")
    sent = send.send(
        registry, team.director, [team.others["alice"]], "Grüße\t\\N ab\ncd"
    )
    send.broadcast(registry, team.director, "to all")
    inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    return team


def rows(registry: Registry, table: str) -> list[tuple[object, ...]]:
    return sorted(registry.rows(f"SELECT * FROM {table}"), key=repr)


def test_every_row_is_there_as_it_was_and_is_found(
    registry: Registry, team: Team, url: str
) -> None:
    counts = maintenance.copy(registry, url)
    with closing(open_registry(url)) as copied:
        for table in TABLES:
            assert rows(copied, table) == rows(registry, table)
        assert counts["tasks"] == len(rows(registry, "tasks"))
        assert maintenance.check(copied).complaints == []
        session_id = team.session.session_id
        page = history.page(copied, session_id, Filter(words="grusse"), 5)
        assert len(page) == 1


def test_a_server_moves_to_another_one_too(
    registry: Registry, team: Team, url: str, server: Server
) -> None:
    maintenance.copy(registry, url)
    server.sql(
        "CREATE DATABASE another"
    )  # what waits for all of one does not for another
    another = server.url.replace("/postgres?", "/another?")
    with closing(open_registry(url)) as first:
        maintenance.copy(first, another)
    with closing(open_registry(another)) as copied:
        for table in TABLES:
            assert rows(copied, table) == rows(registry, table)


def test_the_team_goes_on_there_with_the_next_numbers(
    registry: Registry, team: Team, url: str
) -> None:
    maintenance.copy(registry, url)
    with closing(open_registry(url)) as copied:
        [before] = copied.row("SELECT MAX(seq) FROM tasks")
        sent = send.send(copied, team.director, [team.others["bob"]], "next")
        assert sent.task.seq == before + 1
        newest = pages.newest(copied, team.session.session_id)[-1]
        assert newest.text == "next"
        [version] = copied.row("SELECT MAX(version) FROM tasks")
        assert copied.row("SELECT version FROM sessions") == (version,)


def test_what_holds_a_team_already_is_left_alone(
    registry: Registry, team: Team, url: str
) -> None:
    with closing(open_registry(url)) as other:
        a_team(other, "carol")
        with pytest.raises(Refused, match="nothing was copied"):
            maintenance.copy(registry, url)
        assert len(rows(other, "sessions")) == 1


def test_only_a_server_takes_a_copy(registry: Registry, team: Team) -> None:
    with pytest.raises(InvalidSetting, match="--to"):
        maintenance.copy(registry, "sqlite:////tmp/x.db")


def test_it_is_a_command_that_shows_no_url(
    registry: Registry, team: Team, url: str
) -> None:
    done = cafleet(registry.url, "db", "copy", "--to", url)
    assert done.code == 0, done.err
    assert done.out.startswith("Copied 1 sessions, 4 agents, ")
    made = cafleet(url, "db", "init", "--json")
    assert "postgresql://" not in made.out + made.err


@pytest.fixture(params=["file", "server"])
def newer(
    request: pytest.FixtureRequest, registry: Registry, url: str
) -> Iterator[Registry]:
    if request.param == "file":
        yield registry
        return
    with closing(open_registry(url)) as opened:
        yield opened


class TestANewerRegistry:
    def test_that_has_only_more_than_this_program_knows_is_used(
        self, newer: Registry
    ) -> None:
        with newer.write():
            newer.execute("ALTER TABLE tasks ADD COLUMN colour TEXT")
            newer.mark(HEAD + 1, HEAD)
        with closing(open_registry(newer.url)) as registry:
            team = a_team(registry, "alice")
            send.send(registry, team.director, [team.others["alice"]], "to do")
            assert len(inbox.poll(registry, team.others["alice"])) == 1
        assert maintenance.init(newer.url.removeprefix("sqlite:///")).after == HEAD + 1
        assert newer.revision() == HEAD + 1

    def test_that_means_something_else_is_refused(self, newer: Registry) -> None:
        with newer.write():
            newer.mark(HEAD + 1, HEAD + 1)
        with pytest.raises(RegistryError, match="upgrade cafleet"):
            open_registry(newer.url)
