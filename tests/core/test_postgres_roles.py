"""Who may see what at a server: a role sees the sessions granted to it, and hears ids of others."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.diagnosis import checks
from cafleet_core.errors import InvalidInput, NotFound, Refused, RegistryError
from cafleet_core.storage import postgres_roles
from cafleet_core.storage.postgres_link import CHANNEL
from tests.postgres import Server
from tests.team import NOWHERE, Team, a_team
from tests.terminal import cafleet, eventually

_numbers = itertools.count(1)


@pytest.fixture
def url(server: Server) -> str:
    url = server.new_schema()
    maintenance.init(url)
    return url


@pytest.fixture
def owner(url: str) -> Iterator[Registry]:
    with closing(open_registry(url)) as opened:
        yield opened


@pytest.fixture
def team(owner: Registry) -> Team:
    team = a_team(owner, "alice")
    send.send(owner, team.director, [team.others["alice"]], "a secret")
    return team


@pytest.fixture
def role(server: Server) -> str:
    """A role of the server that nothing is granted to."""
    name = f"guest_{os.getpid()}_{next(_numbers)}"
    server.sql(f"CREATE ROLE {name} LOGIN")
    return name


@pytest.fixture
def guest(server: Server, url: str, owner: Registry, role: str) -> Iterator[Registry]:
    """The registry as that role has it, which takes part in a session of its own."""
    own = a_team(owner, "carol")
    owner.grant(role, own.session.session_id)
    with closing(open_registry(server.seen_by(role, url))) as opened:
        yield opened


GUARDED = (
    *("sessions", "agents", "agent_placements", "tasks", "tasks_text", "events"),
    *("monitors", "requests"),
)


@pytest.mark.parametrize("table", GUARDED)
def test_every_table_with_a_session_shows_nothing_of_others(
    guest: Registry, owner: Registry, team: Team, table: str
) -> None:
    [kept] = owner.row(
        "SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass(?)", (table,)
    )
    assert kept
    described = guest.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?)", (table,)
    )
    if ("session_id",) in described:
        foreign = f"SELECT 1 FROM {table} WHERE session_id = ?"
        assert guest.rows(foreign, (team.session.session_id,)) == []
    else:
        foreign = f"SELECT 1 FROM {table} WHERE agent_id = ?"
        assert guest.rows(foreign, (team.director.agent_id,)) == []


def test_every_table_of_sessions_is_guarded(owner: Registry) -> None:
    unguarded = owner.rows(
        "SELECT relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relkind = 'r'"
        " AND a.attname IN ('session_id', 'agent_id') AND NOT c.relrowsecurity"
    )
    assert set(unguarded) == {("grants",)}


def test_nothing_of_others_is_changed(
    guest: Registry, owner: Registry, team: Team
) -> None:
    with guest.write():
        for change in (
            "UPDATE tasks SET text = 'forged'",
            "UPDATE agents SET description = 'forged'",
            "DELETE FROM events",
        ):
            guest.execute(change)
    assert owner.rows("SELECT 1 FROM tasks WHERE text = 'forged'") == []
    described = "SELECT description FROM agents WHERE agent_id = ?"
    assert owner.row(described, (team.director.agent_id,)) != ("forged",)
    in_session = "SELECT 1 FROM events WHERE session_id = ?"
    assert owner.rows(in_session, (team.session.session_id,))
    with pytest.raises(NotFound):
        send.send(guest, team.director, [team.others["alice"]], "forged")
    with pytest.raises(RegistryError, match="owner must grant"):
        guest.execute("INSERT INTO grants VALUES (session_user, 'x')")


def test_of_others_it_hears_ids_at_most(
    server: Server, url: str, guest: Registry, owner: Registry, role: str, team: Team
) -> None:
    with psycopg.connect(server.seen_by(role, url), autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")

        def heard() -> list[str]:  # of changes in a burst one alone is told
            send.send(owner, team.director, [team.others["alice"]], "another secret")
            notices = connection.notifies(timeout=0.5, stop_after=1)
            return [notice.payload for notice in notices]

        payloads = eventually(heard)
    assert "secret" not in " ".join(payloads)


def test_what_is_granted_is_seen_and_taken_part_in_until_it_is_revoked(
    guest: Registry, owner: Registry, role: str, team: Team
) -> None:
    owner.grant(role, team.session.session_id)
    assert len(inbox.poll(guest, team.others["alice"])) == 1
    send.send(guest, team.director, [team.others["alice"]], "by the guest")
    assert owner.revoke(role, team.session.session_id)
    assert not owner.revoke(role, team.session.session_id)
    assert inbox.poll(guest, team.others["alice"]) == []


def test_who_creates_a_session_has_it(guest: Registry) -> None:
    created = sessions.create(guest, NOWHERE, "their own", "standin")
    ids = [row[0] for row in guest.rows("SELECT session_id FROM sessions")]
    assert created.session.session_id in ids


def test_machines_share_what_one_of_them_creates(
    server: Server, url: str, owner: Registry
) -> None:
    with closing(open_registry(server.seen_by(postgres_roles.HOST, url))) as office:
        created = sessions.create(office, NOWHERE, "shared", "standin")
    with closing(open_registry(server.seen_by(postgres_roles.HOST, url))) as lab:
        assert lab.row("SELECT label FROM sessions") == ("shared",)
        assert created.director.agent_id


def test_who_comes_before_the_tables_is_told_who_makes_them(
    server: Server, role: str
) -> None:
    url = server.new_schema()
    schema = url.rpartition("%3D")[2]
    server.sql(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    with pytest.raises(RegistryError, match="its owner runs 'cafleet db init'"):
        open_registry(server.seen_by(role, url))


def test_a_grant_is_a_command(url: str, role: str, team: Team) -> None:
    who = ("--session-id", team.session.session_id)
    granted = cafleet(url, *who, "db", "grant", role)
    assert (granted.code, granted.err) == (0, "")
    assert role in granted.out
    assert cafleet(url, *who, "db", "revoke", role).code == 0


class TestWhoMayOnlyRead:
    @pytest.fixture
    def reader(
        self, server: Server, url: str, owner: Registry, role: str, team: Team
    ) -> str:
        """The registry's URL for a role that was let read the team's session."""
        owner.grant(role, team.session.session_id, only_read=True)
        return server.seen_by(role, url)

    def test_it_sees_all_and_changes_nothing(self, reader: str, team: Team) -> None:
        with closing(open_registry(reader)) as registry:
            assert not registry.may_write()
            [task] = inbox.poll(registry, team.others["alice"])
            assert task.text == "a secret"
            with pytest.raises(RegistryError, match="its owner must grant"):
                send.send(registry, team.others["alice"], [team.director], "mine")

    def test_its_control_room_opens_shows_and_says_that_it_only_looks(
        self, reader: str, team: Team, tmp_path: Path
    ) -> None:
        picture = tmp_path / "room.svg"
        session = ("--session-id", team.session.session_id)
        drawn = cafleet(reader, *session, "tui", "--screenshot", str(picture))
        assert drawn.code == 0, drawn
        assert drawn.err.count("lets this role only read") == 1
        shown = picture.read_text().replace("&#160;", " ")
        assert "a secret" in shown
        assert "Only looking" in shown

    def test_doctor_does_not_say_that_it_may_write(self, reader: str) -> None:
        checked = {check.name: check for check in checks.examine(reader)}
        assert checked["writing"] == ("writing", None, "this role only reads")

    @pytest.mark.parametrize("words", ["host", "monitor", "monitor --only-deliver"])
    def test_what_runs_long_ends_at_once(
        self, reader: str, team: Team, words: str
    ) -> None:
        session = ("--session-id", team.session.session_id)
        refused = cafleet(reader, *session, *words.split())
        assert refused.code != 0
        assert "lets this role only read" in refused.err
        assert refused.err.count("\n") <= 2

    def test_who_takes_part_is_not_made_a_reader(
        self, owner: Registry, role: str, team: Team
    ) -> None:
        owner.grant(role, team.session.session_id)
        with pytest.raises(Refused, match="takes part"):
            owner.grant(role, team.session.session_id, only_read=True)

    @pytest.mark.parametrize("only_read", [False, True])
    def test_a_table_that_an_upgrade_has_made_is_theirs_too(
        self,
        server: Server,
        url: str,
        owner: Registry,
        role: str,
        team: Team,
        only_read: bool,
    ) -> None:
        owner.grant(role, team.session.session_id, only_read=only_read)
        owner.execute(f"REVOKE ALL ON requests FROM {role}")
        with owner.write():
            postgres_roles.guard(owner)
        with closing(open_registry(server.seen_by(role, url))) as registry:
            assert registry.rows("SELECT 1 FROM requests") == []
            assert registry.may_write() is not only_read


@pytest.mark.parametrize("name", ["nobody_at_all", "x; DROP TABLE tasks", "Ünder"])
def test_a_role_that_is_none_is_told(owner: Registry, team: Team, name: str) -> None:
    with pytest.raises((RegistryError, InvalidInput)):
        owner.grant(name, team.session.session_id)
