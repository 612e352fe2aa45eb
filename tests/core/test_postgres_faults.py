"""A server that is cut off, falls silent, is killed or restarted: one truth, and no long wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from cafleet_core import clock, host, ids
from cafleet_core.broker.events.follow import Follower
from cafleet_core.broker.messages import inbox, pages, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import CommitUnknown, RegistryError
from cafleet_core.host_process import requests
from cafleet_core.host_process.long_requests import LongRequests
from cafleet_core.states import TaskState
from cafleet_core.storage import lookup, postgres_connection
from cafleet_core.storage import requests as stored
from cafleet_core.storage.requests import Request
from cafleet_core.views import EventFilter
from tests.postgres import Server
from tests.proxy import Proxy
from tests.team import Team, a_team

LONGEST = 5.5
"""Seconds that a command may take on a server that says nothing, on a busy machine."""


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with closing(Proxy(server.socket)) as opened:
        yield opened


@pytest.fixture
def url(server: Server) -> str:
    return server.new_schema()


@pytest.fixture
def observer(url: str) -> Iterator[Registry]:
    """The same registry by a way that nothing happens to."""
    with closing(open_registry(url)) as opened:
        yield opened


@pytest.fixture
def team(observer: Registry) -> Team:
    return a_team(observer, "alice")


@pytest.fixture
def registry(server: Server, proxy: Proxy, url: str, team: Team) -> Iterator[Registry]:
    assert team
    with closing(open_registry(server.through(proxy.port, url))) as opened:
        yield opened


def bodies(registry: Registry, team: Team) -> list[str]:
    return [entry.text for entry in pages.newest(registry, team.session.session_id)]


def a_request(team: Team) -> Request:
    """What this machine is asked by another, and may begin for ten seconds."""
    now = clock.now()
    return Request(
        *(ids.new(), team.session.session_id, host.host_id()),
        *(team.others["alice"].agent_id, "ping", "{}", team.director.agent_id),
        *(clock.stamp(now), clock.stamp(clock.plus(now, 10.0))),
    )


def test_a_connection_that_was_cut_between_two_reads_is_renewed_unseen(
    registry: Registry, proxy: Proxy, team: Team
) -> None:
    registry.refuse_writes()
    watch = registry.watch()
    seen = watch.seen
    proxy.cut()
    assert registry.row("SELECT 1") == (1,)
    with pytest.raises(RegistryError, match="read-only"):
        send.send(registry, team.director, [team.others["alice"]], "refused")
    assert watch.look() != seen  # what was told meanwhile is lost: whoever waits looks


def test_a_follower_hears_on_the_new_connection(
    registry: Registry, observer: Registry, proxy: Proxy, team: Team
) -> None:
    watch = registry.watch()
    proxy.cut()
    seen = watch.look()
    later = threading.Timer(
        0.2, send.send, (observer, team.director, [team.others["alice"]], "news")
    )
    # a connection belongs to one thread at a time, and this one waits elsewhere
    later.start()
    assert watch.wait(10) != seen
    later.join()


def test_what_was_begun_on_a_lost_connection_never_was(
    registry: Registry, proxy: Proxy, team: Team
) -> None:
    def change() -> None:
        with registry.write(team.session.session_id):
            registry.execute("UPDATE sessions SET label = 'half'")
            proxy.cut()
            registry.execute("UPDATE sessions SET label = 'other half'")

    with pytest.raises(RegistryError):
        change()
    assert registry.row("SELECT label FROM sessions") == (team.session.label,)


@pytest.mark.parametrize("arrive", [True, False])
class TestLostInCommit:
    def test_a_message_is_sent_once_and_said_to_be(
        self, registry: Registry, proxy: Proxy, team: Team, arrive: bool
    ) -> None:
        proxy.cut_at(b"COMMIT", arrive=arrive)
        sent = send.send(registry, team.director, [team.others["alice"]], "once")
        assert [task.task_id for task, _ in sent.deliveries] == [sent.task.task_id]
        assert bodies(registry, team) == ["once"]

    def test_an_ack_is_told_as_what_it_is(
        self, registry: Registry, proxy: Proxy, team: Team, arrive: bool
    ) -> None:
        sent = send.send(registry, team.director, [team.others["alice"]], "to do")
        proxy.cut_at(b"COMMIT", arrive=arrive)
        [acked] = inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
        assert acked.status_state == TaskState.COMPLETED
        assert (
            inbox.show(registry, team.caller("alice"), acked.task_id).acked_at
            == acked.acked_at
        )

    def test_all_that_were_acked_are_listed(
        self, registry: Registry, proxy: Proxy, team: Team, arrive: bool
    ) -> None:
        for body in ("a", "b", "c"):
            send.send(registry, team.director, [team.others["alice"]], body)
        proxy.cut_at(b"COMMIT", arrive=arrive)
        acked = inbox.ack_all(registry, team.caller("alice"))
        assert [task.text for task in acked] == ["a", "b", "c"]

    def test_the_server_says_what_became_of_any_other_change(
        self, registry: Registry, proxy: Proxy, team: Team, arrive: bool
    ) -> None:
        def change() -> None:
            with registry.write(team.session.session_id):
                registry.execute("UPDATE sessions SET label = 'new'")
                proxy.cut_at(b"COMMIT", arrive=arrive)

        if arrive:
            change()
        else:
            with pytest.raises(RegistryError, match="closed the connection"):
                change()
        label = "new" if arrive else team.session.label
        assert registry.row("SELECT label FROM sessions") == (label,)

    def test_what_another_machine_asks_is_stored_and_begun_once(
        self, registry: Registry, proxy: Proxy, team: Team, arrive: bool
    ) -> None:
        request = a_request(team)
        proxy.cut_at(b"COMMIT", arrive=arrive)
        registry.change(request.session_id, stored.add(request))
        proxy.cut_at(b"COMMIT", arrive=arrive)
        assert requests.serve(registry, "", LongRequests(registry)) == 1
        assert "does not accept" in str(
            stored.get(registry, request.request_id).outcome
        )
        assert requests.serve(registry, "", LongRequests(registry)) == 0


def test_what_nobody_can_tell_is_said_to_be_unknown(
    registry: Registry, proxy: Proxy, team: Team
) -> None:
    def change() -> None:
        with registry.write(team.session.session_id):
            proxy.cut_at(b"COMMIT", arrive=True)
            proxy.accept_no_more()

    with pytest.raises(CommitUnknown, match="not known"):
        change()


def test_what_is_stored_is_told_as_sent_though_nobody_can_be_asked_what_became_of_it(
    registry: Registry, observer: Registry, proxy: Proxy, team: Team
) -> None:
    with observer.write():
        observer.execute("UPDATE agent_placements SET host = 'elsewhere'")
    alice = team.others["alice"]
    director = lookup.by_ids(observer, [team.director.agent_id])[0]
    proxy.accept_no_more()
    proxy.cut_at(b"t.task_id IN", arrive=False)
    sent = send.send(registry, alice, [director], "kept")
    assert [result for _, result in sent.deliveries] == [("held", "host_away", None)]
    assert bodies(observer, team) == ["kept"]


def test_a_message_may_be_sent_again_by_its_id(registry: Registry, team: Team) -> None:
    alice, own_id = team.others["alice"], ids.new()
    for _ in range(2):
        sent = send.send(registry, team.director, [alice], "once", head_id=own_id)
        assert sent.task.task_id == own_id
    assert bodies(registry, team) == ["once"]


def test_a_silent_server_is_given_up(registry: Registry, proxy: Proxy) -> None:
    proxy.fall_silent()
    began = time.monotonic()
    with pytest.raises(RegistryError, match="silent"):
        registry.row("SELECT 1")
    assert time.monotonic() - began < LONGEST
    proxy.speak_again()
    assert registry.row("SELECT 1") == (1,)


def test_an_answer_that_comes_while_the_server_is_asked_for_it_is_taken(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = psycopg.connect

    def asked_late(*arguments: Any, **options: Any) -> psycopg.Connection[Any]:
        time.sleep(0.6)  # by then the server has answered, and does nothing more
        return connect(*arguments, **options)

    monkeypatch.setattr(postgres_connection, "_SILENT_SECONDS", 0.0)
    monkeypatch.setattr(psycopg, "connect", asked_late)
    assert registry.row("SELECT 1 FROM pg_sleep(0.3)") == (1,)


def test_a_server_that_lets_nobody_in_any_more_serves_those_that_are_there(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise psycopg.errors.TooManyConnections

    monkeypatch.setattr(postgres_connection, "_SILENT_SECONDS", 0.0)
    monkeypatch.setattr(psycopg, "connect", full)
    assert registry.row("SELECT 1 FROM pg_sleep(0.8)") == (1,)


def test_a_statement_that_takes_long_is_waited_for(registry: Registry) -> None:
    assert registry.row("SELECT 1 FROM pg_sleep(4)") == (1,)


def test_a_server_that_was_killed_goes_on_with_all_that_it_had_said(
    mortal_server: Server,
) -> None:
    url = mortal_server.new_schema()
    with closing(open_registry(url)) as registry:
        team = a_team(registry, "alice")
        send.send(registry, team.director, [team.others["alice"]], "before")
        notes: list[str] = []
        follower = Follower(url, EventFilter(), None, notes.append)
        heard: list[str] = []
        listening = threading.Thread(
            target=lambda: heard.append(next(follower.events()).kind)
        )
        listening.start()
        mortal_server.kill()
        with pytest.raises(RegistryError, match=r"reached|closed|shutting"):
            send.send(registry, team.director, [team.others["alice"]], "lost")
        mortal_server.start()
        send.send(registry, team.director, [team.others["alice"]], "after")
        assert bodies(registry, team) == ["before", "after"]
        listening.join(20)
        follower.close()
        assert heard == ["sent"]
        assert all("Trying again" in note for note in notes)
