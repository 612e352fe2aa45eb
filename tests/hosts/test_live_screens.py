"""The screen of a member on another machine: shown while somebody looks, and nowhere kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from queue import Empty

import psycopg
import pytest

from cafleet_core.broker.directory import identity
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team.live_screen import LiveScreens
from cafleet_core.records import Agent
from cafleet_tui.data.pane_watch import PaneWatch
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.data.updates import PanesSeen
from tests.hosts.crew import Crew
from tests.postgres import Server
from tests.terminal import eventually
from tests.tui.rooms import settings_of
from tests.tui.test_feed import Inbox

WORDS = "7b1e-only-on-the-screen"


@pytest.fixture
def registry(crew: Crew) -> Iterator[Registry]:
    """The registry as a third machine has it."""
    with closing(open_registry(crew.office.url, relayed=False)) as registry:
        yield registry


def bob(crew: Crew, registry: Registry) -> Agent:
    return identity.find_agent(registry, crew.session_id, crew.bob_id)


def test_it_follows_the_pane_while_somebody_looks_and_leaves_nothing(
    crew: Crew, registry: Registry
) -> None:
    crew.lab.start_host()
    viewer, agent = LiveScreens(registry), bob(crew, registry)

    def screen() -> str:
        return viewer.reading(agent)[crew.bob_id].screen or ""

    eventually(lambda: "❯" in screen())
    crew.lab.terminal.draw(crew.bob_pane, WORDS)
    eventually(lambda: WORDS in screen())
    assert kept_anywhere(crew) == []
    set_lease(crew, "2000-01-01T00:00:00.000000+00:00")  # nobody looks any more
    eventually(lambda: leases(crew) == 0)


def test_a_machine_may_refuse_and_one_that_is_away_shows_nothing(
    crew: Crew, registry: Registry
) -> None:
    crew.hire_bob()
    viewer, agent = LiveScreens(registry), bob(crew, registry)
    assert "is away" in (viewer.reading(agent)[crew.bob_id].screen or "")
    process = crew.lab.begin("host", CAFLEET_HOST_SHARE_SCREEN="false")
    assert process.stderr is not None
    assert "runs" in process.stderr.readline()
    refusing = "does not share its screens"
    eventually(lambda: refusing in (viewer.reading(agent)[crew.bob_id].screen or ""))
    assert leases(crew) == 0
    for verb in ("capture", "explain"):
        refused = crew.as_director("member", verb, *crew.bob)
        assert (refused.code, "does not accept" in refused.err) == (1, True)


def test_the_room_shows_it_as_it_shows_a_screen_of_its_own_machine(
    crew: Crew, registry: Registry
) -> None:
    crew.lab.start_host()
    inbox = Inbox()
    settings = settings_of(crew.office.url).replace(background=False)
    watch = PaneWatch(lambda: RegistrySource(settings), crew.session_id, inbox)
    watch.start()
    try:
        watch.watch(bob(crew, registry))
        crew.lab.terminal.draw(crew.bob_pane, WORDS)
        eventually(lambda: WORDS in latest_screen(crew, inbox))
        watch.watch(None)
    finally:
        watch.stop()


def test_a_room_that_may_only_read_asks_for_none_and_tries_nothing_else(
    server: Server, crew: Crew, registry: Registry
) -> None:
    crew.lab.start_host()
    server.sql("CREATE ROLE onlooker LOGIN")
    registry.grant("onlooker", crew.session_id, only_read=True)
    url = server.seen_by("onlooker", crew.office.url)
    settings = settings_of(url).replace(read_only=True)
    inbox = Inbox()
    log = server.folder / "log"
    known = len(log.read_text())
    watch = PaneWatch(lambda: RegistrySource(settings), crew.session_id, inbox)
    watch.start()
    try:
        watch.watch(bob(crew, registry))
        eventually(lambda: "by who only looks" in latest_screen(crew, inbox))
    finally:
        watch.stop()
    refused = ("permission denied", "read-only transaction")
    assert not any(words in log.read_text()[known:] for words in refused)
    assert leases(crew) == 0


def latest_screen(crew: Crew, inbox: Inbox) -> str:
    try:
        update = inbox.told.get(timeout=1)
    except Empty:
        return ""
    seen = update.readings if isinstance(update, PanesSeen) else {}
    return seen[crew.bob_id].screen or "" if crew.bob_id in seen else ""


def leases(crew: Crew) -> int:
    with psycopg.connect(crew.office.url) as database:
        return len(database.execute("SELECT 1 FROM live_screens").fetchall())


def set_lease(crew: Crew, until: str) -> None:
    with psycopg.connect(crew.office.url) as database:
        database.execute("UPDATE live_screens SET wanted_until = %s", (until,))


def kept_anywhere(crew: Crew) -> list[str]:
    """The tables that hold the words of the screen, and outlive the look."""
    with psycopg.connect(crew.office.url) as database:
        tables = database.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'p'"
            " AND relnamespace = CAST(current_schema() AS regnamespace)"
        ).fetchall()
        return [
            name
            for (name,) in tables
            if database.execute(
                f"SELECT 1 FROM {name} t WHERE CAST(t AS text) LIKE %s",
                (f"%{WORDS}%",),
            ).fetchall()
        ]
