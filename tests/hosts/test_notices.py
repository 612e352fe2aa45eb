"""Whom a commit wakes: the machines and the waiting programs that it is for, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from cafleet_core.broker.registry.open import open_registry
from cafleet_core.storage import notices
from cafleet_core.storage.postgres_link import CHANNEL
from tests.hosts.crew import Crew


def test_each_notice_names_whom_it_is_for(crew: Crew) -> None:
    crew.hire_bob()
    lab, office, session = crew.lab.host_id, crew.office.host_id, crew.session_id
    with listening(crew) as hear:
        crew.as_bob("message", "send", "--to", "Director", "--text", "a report")
        heard = hear()
        assert {notices.owed(office), notices.changed(session)} <= heard
        assert notices.owed(lab) not in heard
        crew.send("for bob")
        assert notices.owed(lab) in hear()
        crew.lab.start_host()
        hear()
        crew.ask("capture")
        heard = hear()
        assert notices.asked(lab) in heard
        assert notices.asked(office) not in heard
        assert any(payload.startswith(notices.answered("")) for payload in heard)
        assert notices.ANYTHING not in heard


def test_who_waits_for_one_session_sleeps_on_while_another_changes(crew: Crew) -> None:
    with (
        closing(open_registry(crew.office.url, relayed=False)) as registry,
        psycopg.connect(crew.office.url, autocommit=True) as database,
    ):
        topics = [notices.changed(crew.session_id)]
        commits = registry.watch(topics=topics)
        seen = commits.wait(5)  # whoever begins to wait looks once more
        tell = "SELECT pg_notify(%s, %s)"
        database.execute(tell, (CHANNEL, notices.changed("another")))
        assert commits.wait(0.3) == seen
        database.execute(tell, (CHANNEL, *topics))
        assert commits.wait(5) != seen
        assert registry.heard() == {*topics}


class _Heard:
    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def __call__(self) -> set[str]:
        """What was told since the last call."""
        return {each.payload for each in self._connection.notifies(timeout=0.5)}


@contextmanager
def listening(crew: Crew) -> Iterator[_Heard]:
    with psycopg.connect(crew.office.url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield _Heard(connection)
