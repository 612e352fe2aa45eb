"""Measure one team on two machines: from a commit here to a turn there, and commands by the host
process against those on a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median

from cafleet_core import clock
from cafleet_core.broker.directory import identity
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry, open_registry
from tests import postgres
from tests.bench import servers
from tests.bench.timing import (
    BARE,
    CAFLEET,
    Figure,
    against,
    milliseconds,
    ratio,
    wall,
)
from tests.hosts.crew import Crew, crew_on
from tests.machines import machines
from tests.postgres import Server
from tests.proxy import Proxy
from tests.team import a_team
from tests.terminal import Terminal, environment, eventually

_ROUNDS = 25
_FAR_ROUNDS = 11
_FAR_SECONDS = 0.01
"""Of a round trip to a server that is far away."""
_EACH_WAY_SECONDS = 0.01
"""To a server that is twice as far."""


def figures(registry: Registry, terminal: Terminal, folder: Path) -> Iterator[Figure]:
    """Figures for sending between machines, for a poll and a send, and for many writers."""
    with _own_server() as server, closing(Proxy(server.socket)) as way:
        url = server.new_schema()
        far = server.through(way.port, url)
        with machines(folder, url, office=far, lab=url) as (office, lab):
            crew = crew_on(office, lab)
            for machine in (office, lab):
                machine.start_host()
            yield from _submitted_there(crew)
            yield _polls(crew, registry, terminal)
            yield _far_away(crew, way)
        yield _both_far_away(server, folder / "far")
        yield from servers.figures(server, folder)


@contextmanager
def _own_server() -> Iterator[Server]:
    programs = postgres.programs()
    assert programs is not None, postgres.MISSING
    server = Server(programs, durable=True)
    try:
        yield server
    finally:
        server.stop()


def _submitted_there(crew: Crew) -> Iterator[Figure]:
    """From a send in the office, and from a sender's start there, to bob's turn in the lab."""
    yield _warm(crew, "warm send to a turn on another machine", aim=100)

    pairs = []
    fresh = [CAFLEET, *_flags(crew), "message", "send", "--to", "bob", "--text", "go"]
    for _ in range(_ROUNDS):
        known, began = len(_taken(crew)), clock.here()
        wall(fresh, crew.office.environ)
        taken = (_next_turn(crew, known) - began).total_seconds()
        pairs.append((taken, wall(BARE, crew.office.environ)))
    yield ratio("message send to a turn there : python -c pass", pairs, 3.0)


def _warm(crew: Crew, name: str, *, aim: float) -> Figure:
    """From a send of a process that has its connection to bob's turn, with the worst beside it."""
    times = []
    with closing(open_registry(crew.office.url, relayed=False)) as registry:
        director, bob = (
            identity.find_agent(registry, crew.session_id, name)
            for name in ("Director", "bob")
        )
        for number in range(_ROUNDS):
            known, began = len(_taken(crew)), clock.here()
            send.send(registry, director, [bob], f"warm {number}")
            times.append((_next_turn(crew, known) - began).total_seconds())
    beside = f"worst {milliseconds(max(times))}"
    return Figure(name, median(times) * 1000, "ms", aim, beside)


def _both_far_away(server: Server, folder: Path) -> Figure:
    """A warm send to a turn where whatever either machine asks the server takes two such ways."""
    url = server.new_schema()
    with closing(Proxy(server.socket)) as way:
        far = server.through(way.port, url)
        with machines(folder, url, office=far, lab=far) as (office, lab):
            crew = crew_on(office, lab)
            for machine in (office, lab):
                machine.start_host()
            way.delay = _EACH_WAY_SECONDS
            name = f"the same, each {_EACH_WAY_SECONDS * 1000:.0f} ms and back from the server"
            return _warm(crew, name, aim=150)


def _polls(crew: Crew, registry: Registry, terminal: Terminal) -> Figure:
    """A poll through the host process against one of a file."""
    team = a_team(registry, "alice")
    flags = ("--session-id", team.session.session_id, "--agent-id", "alice")
    env = environment(terminal.registry)
    theirs = (*("--session-id", crew.session_id), *("--agent-id", crew.bob_id))
    url = crew.lab.environ
    script = 'CAFLEET_DATABASE_URL="$0" XDG_RUNTIME_DIR="$1" XDG_STATE_HOME="$2" exec "${@:3}"'
    relayed = [
        *("bash", "-c", script, url["CAFLEET_DATABASE_URL"]),
        *(url["XDG_RUNTIME_DIR"], url["XDG_STATE_HOME"]),
        *(CAFLEET, *theirs, "message", "poll"),
    ]
    file = [
        *("bash", "-c", script, env["CAFLEET_DATABASE_URL"]),
        *(url["XDG_RUNTIME_DIR"], env["XDG_STATE_HOME"]),
        *(CAFLEET, *flags, "message", "poll"),
    ]
    name = "message poll by the host process : by a file"
    return against(name, relayed, file, dict(os.environ), aim=1.15)


def _far_away(crew: Crew, way: Proxy) -> Figure:
    """A send whose host process is so far from the server, beside one that is near."""
    argv = [CAFLEET, *_flags(crew), "message", "send", "--to", "bob", "--text", "far"]
    environ = {**crew.office.environ, "CAFLEET_REMOTE_WAIT": "0"}
    times: dict[float, list[float]] = {0.0: [], _FAR_SECONDS: []}
    for _ in range(_FAR_ROUNDS):
        for distance, took in times.items():
            way.delay = distance / 2
            took.append(wall(argv, environ))
    way.delay = 0.0
    near, far = map(median, times.values())
    beside = f"{milliseconds(near)} without"
    name = f"message send, {_FAR_SECONDS * 1000:.0f} ms from the server"
    return Figure(name, far * 1000, "ms", 150, beside)


def _flags(crew: Crew) -> tuple[str, ...]:
    return ("--session-id", crew.session_id, "--agent-id", "Director")


def _taken(crew: Crew) -> list[datetime]:
    """When bob took his turns."""
    if not crew.bob_log.exists():
        return []
    lines = crew.bob_log.read_text("utf-8").splitlines()
    return [datetime.fromisoformat(json.loads(line)["at"]) for line in lines]


def _next_turn(crew: Crew, known: int) -> datetime:
    return eventually(lambda: _taken(crew)[known:])[0]
