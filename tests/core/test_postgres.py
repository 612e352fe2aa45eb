"""A registry on a PostgreSQL server: the same verbs, and what only a server can get wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from peewee import Model

from cafleet_core.broker.messages import history, inbox, pages, send
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import roster
from cafleet_core.errors import RegistryError
from cafleet_core.reference import data_model
from cafleet_core.storage import postgres_link
from cafleet_core.storage.registry import HEAD
from cafleet_core.views import Filter
from tests.postgres import Server
from tests.team import a_team
from tests.terminal import cafleet, eventually


@pytest.fixture
def url(server: Server) -> str:
    return server.new_schema()


@pytest.fixture
def registry(url: str) -> Iterator[Registry]:
    with closing(open_registry(url)) as opened:
        yield opened


def test_a_message_is_sent_read_acked_found_and_counted(registry: Registry) -> None:
    team = a_team(registry, "alice", "bob")
    alice, bob = team.others["alice"], team.others["bob"]
    sent = send.send(registry, team.director, [alice, bob], "Grüße, 100% ? done")
    send.broadcast(registry, team.director, "to all")
    assert [task.text for task in inbox.poll(registry, alice)] == [
        "Grüße, 100% ? done",
        "to all",
    ]
    [acked] = inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    assert acked == inbox.show(registry, team.caller("alice"), acked.task_id)._replace(
        version=acked.version
    )
    assert len(inbox.ack_all(registry, team.caller("bob"))) == 2
    session_id = team.session.session_id
    assert len(pages.newest(registry, session_id)) == 2
    counted = {
        member.agent.name: member for member in roster.roster(registry, session_id)
    }
    alice_s = counted["alice"].activity
    assert alice_s.unacked == 1
    assert None not in (alice_s.last_recv, alice_s.last_ack)
    assert counted["Director"].activity.last_sent == alice_s.last_recv
    assert roster.pulses(registry, session_id)


@pytest.mark.parametrize("words", ["gruss", "Grüß", "done", "100", "日本", "foo-ba"])
def test_words_are_found_without_case_accents_and_last_letters(
    registry: Registry, words: str
) -> None:
    team = a_team(registry, "alice")
    body = "Grüße, 100 % done: foo-bar 今日本屋"
    send.send(registry, team.director, [team.others["alice"]], body)
    send.send(registry, team.director, [team.others["alice"]], "quite another")
    wanted = Filter(words=words)
    entries = history.page(registry, team.session.session_id, wanted, 5)
    assert [entry.text for entry in entries] == [body]


def test_a_registry_is_made_once_and_known_again(url: str) -> None:
    done = maintenance.init(url)
    assert (done.before, done.after, done.backup) == (0, HEAD, None)
    assert maintenance.init(url).before == HEAD
    with closing(open_registry(url)) as registry:
        assert registry.opened_at == HEAD
        assert maintenance.check(registry).complaints == []


@pytest.mark.parametrize("model", data_model.tables())
def test_the_migrations_make_the_same_tables(
    registry: Registry, model: type[Model]
) -> None:
    rows = registry.rows(
        "SELECT column_name, is_nullable FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = ?",
        (model._meta.table_name,),
    )
    wanted = {
        field.column_name: "YES" if field.null else "NO"
        for field in model._meta.sorted_fields
    }
    assert dict(rows) == wanted


def test_a_commit_of_another_ends_the_wait_at_once(
    url: str, registry: Registry
) -> None:
    team = a_team(registry, "alice")
    with closing(open_registry(url)) as follower:
        watch = follower.watch()
        seen = watch.wait(5)  # whoever begins to wait looks once more
        assert watch.wait(0.05) == seen
        later = threading.Timer(0.2, send_from, (url, team.director.agent_id))
        later.start()
        began = time.monotonic()
        assert watch.wait(20) != seen
        assert time.monotonic() - began < 10
        later.join()


def send_from(url: str, agent_id: str) -> None:
    from cafleet_core.storage import lookup

    with closing(open_registry(url)) as registry:
        [agent] = lookup.agents(registry, None, agent_id)
        send.send(registry, agent, [agent], "to myself")


def test_what_is_not_kept_was_never_there(registry: Registry) -> None:
    team = a_team(registry, "alice")
    with pytest.raises(RegistryError), registry.write(team.session.session_id):
        registry.execute("UPDATE sessions SET label = 'x' WHERE 1 / 0 = 1")
    with registry.write(keep=False):
        registry.execute("UPDATE sessions SET label = 'y'")
    assert registry.row("SELECT label FROM sessions") == (team.session.label,)


def test_a_writer_of_one_session_waits_for_no_other(
    url: str, registry: Registry
) -> None:
    here, there = a_team(registry, "alice"), a_team(registry, "alice")
    with closing(open_registry(url)) as other:
        other.execute("SET lock_timeout = '200ms'")
        with registry.write(here.session.session_id):
            send.send(other, there.director, [there.others["alice"]], "at once")
            with pytest.raises(RegistryError, match="busy"):
                send.send(other, here.director, [here.others["alice"]], "waits")
        with registry.write(), pytest.raises(RegistryError, match="busy"):
            send.send(other, there.director, [there.others["alice"]], "waits")


def test_writers_of_a_session_queue_for_it(url: str, registry: Registry) -> None:
    team = a_team(registry, "alice")
    writer = threading.Thread(target=send_from, args=(url, team.director.agent_id))
    queued = "SELECT locktype FROM pg_locks WHERE NOT granted"
    with closing(open_registry(url)) as other:
        with registry.write(team.session.session_id):
            writer.start()
            waits_for = eventually(lambda: other.rows(queued))
        writer.join()
    assert waits_for == [("advisory",)]


@pytest.mark.parametrize("pooled", [False, True])
def test_a_plan_is_kept_on_a_connection_that_is_the_servers_own(
    url: str, registry: Registry, monkeypatch: pytest.MonkeyPatch, pooled: bool
) -> None:
    if pooled:  # a pooler tells its clients an id of its own
        monkeypatch.setattr(psycopg.ConnectionInfo, "backend_pid", 1)
    with closing(open_registry(url)) as opened:
        for _ in range(10):
            opened.row("SELECT head FROM revision")
        [(kept,)] = opened.rows("SELECT COUNT(*) FROM pg_prepared_statements")
    assert kept == (0 if pooled else 1)


def test_a_pooler_is_no_way_for_a_host_process(
    url: str, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psycopg.ConnectionInfo, "backend_pid", 1)
    with (
        closing(open_registry(url)) as opened,
        pytest.raises(RegistryError, match="a pooler"),
    ):
        opened.take("host x")


def test_behind_a_pooler_one_that_only_reads_leaves_the_others_alone(
    url: str, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psycopg.ConnectionInfo, "backend_pid", 1)
    with closing(open_registry(url)) as opened:
        opened.refuse_writes()
        rename = "UPDATE sessions SET label = 'x'"
        with pytest.raises(RegistryError, match="is read-only"):
            opened.execute(rename)
        with pytest.raises(RegistryError, match="is read-only"):
            opened.change("a session", (rename, ()), (rename, ()))
        with pytest.raises(RegistryError, match="is read-only"), opened.write():
            opened.execute(rename)
        assert opened.row("SELECT 1") == (1,)
        known = "SELECT current_setting('default_transaction_read_only')"
        assert opened.row(known) == ("off",), "the next may be another's transaction"


def test_who_waits_looks_after_a_while_though_nothing_was_told(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = registry.watch()
    registry.execute("UNLISTEN *")
    monkeypatch.setattr(postgres_link, "_UNHEARD_SECONDS", 0.1)
    seen = commits.seen
    eventually(lambda: commits.wait(0.2) != seen)


class TestTheCommandLine:
    def test_it_works_from_init_to_cancel(self, url: str) -> None:
        with closing(open_registry(url)) as registry:
            team = a_team(registry, "alice")
        session = ("--session-id", team.session.session_id)
        director = (*session, "--agent-id", team.director.agent_id)
        said(url, "db", "init")
        said(url, *session, "agent", "register", "--name", "bob", "--description", "x")
        said(url, *director, "message", "send", "--to", "bob", "--text", "to do")
        polled = said(url, *session, "--agent-id", "bob", "message", "poll")
        assert "to do" in polled
        task_id = polled.split(" ", 1)[0].strip("[")
        said(url, *director, "message", "cancel", "--task-id", task_id)
        assert "canceled" in said(url, *director, "message", "list")
        said(url, *director, "message", "broadcast", "--text", "to all")
        said(url, *session, "--agent-id", "bob", "message", "ack", "--all")
        assert "sound" in said(url, "db", "check")


def said(url: str, *words: str) -> str:
    done = cafleet(url, *words)
    assert (done.code, done.err) == (0, "")
    return done.out


class TestTrouble:
    def test_a_server_that_is_not_there(self) -> None:
        with pytest.raises(RegistryError, match="cannot be reached"):
            open_registry("postgresql:///team?host=/nowhere")

    def test_a_database_that_is_not_there(self, server: Server) -> None:
        with pytest.raises(RegistryError, match="does not exist"):
            open_registry(server.url.replace("/postgres?", "/nothing?"))

    def test_a_role_that_is_not_there(self, server: Server) -> None:
        user = server.url.split("//")[1].split("@")[0]
        with pytest.raises(RegistryError, match="does not exist"):
            open_registry(server.url.replace(f"//{user}@", "//nobody-here@"))

    def test_a_database_of_somebody_else_is_left_alone(
        self, server: Server, url: str
    ) -> None:
        schema = url.rpartition("%3D")[2]
        server.sql(f"CREATE TABLE {schema}.things (thing TEXT)")
        with pytest.raises(RegistryError, match="not cafleet's"):
            open_registry(url)

    def test_a_registry_of_a_newer_program(self, url: str, registry: Registry) -> None:
        registry.mark(HEAD + 1, HEAD + 1)
        with pytest.raises(RegistryError, match="upgrade cafleet"):
            open_registry(url)
