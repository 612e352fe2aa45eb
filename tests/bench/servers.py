"""Measure a registry on a server: many writers beside many listeners, and a large one beside a
file of the same size."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from statistics import median

from cafleet_core.broker.directory import identity
from cafleet_core.broker.events.follow import Follower
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.messages.pages import Reader
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.states import EventKind
from cafleet_core.views import EventFilter, Filter, Newest
from tests.bench import writers
from tests.bench.past import a_team_with_a_past
from tests.bench.timing import Figure, milliseconds
from tests.postgres import Server
from tests.team import Team, a_team
from tests.terminal import environment, eventually

_HOSTS = 100
_TASKS, _AGENTS = 1_000_000, 10_000
_READS = 15

_LISTENERS = """
import os, select, sys, time, psycopg
url, count = sys.argv[1:]
os.nice(19)
poller, connections = select.poll(), []
for _ in range(int(count)):
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("LISTEN cafleet")
    connections.append(connection)
    poller.register(connection.fileno(), select.POLLIN)
print("ready", flush=True)
while True:
    for number, _ in poller.poll():
        os.read(number, 1 << 20)
    time.sleep(0.05)
"""
"""They cost the server what a hundred machines would, and this one as little as may be."""

_BARE = """
import sys, psycopg
url, session, count = sys.argv[1:]
connection = psycopg.connect(url, autocommit=True, prepare_threshold=None)
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(count)):
    with connection.pipeline():
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sessions WHERE session_id = %s FOR UPDATE", (session,))
        connection.execute("INSERT INTO bare VALUES (%s, %s, %s)", (number, "x" * 200, "y"))
        connection.execute("COMMIT")
"""


def figures(server: Server, folder: Path) -> Iterator[Figure]:
    """Figures for eight writers of one session, a follower of theirs, and a large registry."""
    yield from _writers(server)
    yield from _large(server, folder)


def _writers(server: Server) -> Iterator[Figure]:
    url = server.new_schema()
    with closing(open_registry(url)) as registry:
        names = [f"agent-{number}" for number in range(writers.PROCESSES)]
        session = a_team(registry, *names).session.session_id
        registry.execute("CREATE TABLE bare (a BIGINT, b TEXT, c TEXT)")
        senders = [
            [writers.SENDER, url, session, name, recipient]
            for name, recipient in writers.pairs_of(names)
        ]
        bare = [[_BARE, url, session]] * writers.PROCESSES
        env = environment(url)
        with _following(url) as seqs, _listening(url, _HOSTS):
            pairs = [
                (writers.per_second(senders, env), writers.per_second(bare, env))
                for _ in range(writers.ROUNDS)
            ]
            sent = registry.row(
                "SELECT COUNT(*) FROM events WHERE kind = ?", (EventKind.SENT,)
            )[0]
            eventually(lambda: len(seqs) >= sent)
    ours, engine = (median(side) for side in zip(*pairs, strict=True))
    name = f"messages of {writers.PROCESSES} writers, {_HOSTS} listeners"
    beside = f"rows of psycopg alone: {engine:,.0f} a second"
    yield Figure(name, ours, "a second", 1000, beside, at_least=True)
    wrong = sent - len(set(seqs)) + (seqs != sorted(set(seqs)))
    yield Figure(f"missed or doubled by a follower, of {sent:,}", wrong, "", 0)


@contextmanager
def _following(url: str) -> Iterator[list[int]]:
    """The numbers of all sent messages' events, as a follower gets them."""
    seqs: list[int] = []
    wanted = EventFilter(kinds=(EventKind.SENT,))
    follower = Follower(url, wanted, None, print)

    def follow() -> None:
        for event in follower.events():
            seqs.append(event.seq)

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield seqs
    finally:
        follower.end()
        thread.join()
        follower.close()


@contextmanager
def _listening(url: str, number: int) -> Iterator[None]:
    """As many connections as machines have, that hear of every commit."""
    process = subprocess.Popen(
        [sys.executable, "-c", _LISTENERS, url, str(number)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        yield
    finally:
        process.kill()
        process.communicate()


def _large(server: Server, folder: Path) -> Iterator[Figure]:
    """What agents and rooms do all day, where the file is large and where the server is."""
    path, url = folder / "large" / "registry.db", server.new_schema()
    team = a_team_with_a_past(path, _TASKS, _AGENTS)
    with closing(open_registry(path)) as registry:
        _spread(registry)
        maintenance.copy(registry, url)
    with closing(open_registry(path)) as file, closing(open_registry(url)) as served:
        served.execute("ANALYZE")
        for name, act, aim in _acts(team):
            beside = milliseconds(_took(file, act))
            value = _took(served, act) * 1000
            sized = f"{name}, {_TASKS:,} tasks, on a server"
            yield Figure(sized, value, "ms", aim, f"{beside} in a file")


def _spread(registry: Registry) -> None:
    """Have the agents live on so many machines."""
    with registry.write():
        for number in range(_HOSTS):
            registry.execute(
                "INSERT INTO hosts (host_id, name, boot_id, version, accepts)"
                " VALUES (?, ?, '', '', '')",
                (f"host-{number}", f"machine {number}"),
            )
        registry.execute(
            "INSERT INTO agent_placements (agent_id, host, tmux_socket, tmux_server_pid,"
            " tmux_server_started, tmux_session, tmux_window_id, tmux_pane_id,"
            " coding_agent, process_names, created_at, cues)"
            " SELECT agent_id, 'host-' || (row_number() OVER ()) % ?, '/tmp/none', 1, 1,"
            " 'main', '@1', '%1', 'claude', 'claude', registered_at, '{}'"
            " FROM agents WHERE name LIKE 'member-%'",
            (_HOSTS,),
        )


Act = Callable[[Registry], object]


def _acts(team: Team) -> Iterator[tuple[str, Act, float]]:
    session, numbers = team.session.session_id, count()
    member, other = team.others["member-03"], team.others["member-04"]

    def page(wanted: Filter) -> Act:
        return lambda registry: Reader(registry, session, wanted, 50).page(Newest())

    def write(registry: Registry) -> object:
        return send.send(registry, member, [team.director], f"large {next(numbers)}")

    yield "poll", lambda registry: inbox.poll(registry, other), 10
    yield "send", write, 20
    yield "find an agent", lambda at: identity.find_agent(at, session, "member-99"), 10
    yield "newest page", page(Filter()), 20
    yield "page with a common word", page(Filter(words="draft")), 50


def _took(registry: Registry, act: Act) -> float:
    """Seconds that it takes in an open registry."""
    times = []
    for _ in range(_READS):
        began = time.perf_counter()
        act(registry)
        times.append(time.perf_counter() - began)
    return median(times)
