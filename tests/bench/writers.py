"""Measure how many messages several processes commit at once, against the bare engine's rows."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

from cafleet_core.broker.registry.open import Registry
from tests.bench.timing import Figure
from tests.team import a_team
from tests.terminal import Terminal, environment

PROCESSES = 8
_EACH = 250
ROUNDS = 3
_LEAST = 0.5

SENDER = """
import sys
from cafleet_core.broker.directory import identity
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import open_registry
path, session, sender, recipients, count = sys.argv[1:]
registry = open_registry(path)
names = (sender, *recipients.split())
writer, *others = [identity.find_agent(registry, session, name) for name in names]
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(count)):
    send.send(registry, writer, [others[number % len(others)]], f"message {number}")
"""
"""Sends to agents without a pane, one after the other: what a pane costs is measured elsewhere."""

_BARE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
connection.execute("PRAGMA synchronous=FULL")
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO rows (a, b, c) VALUES (?, ?, ?)", (number, "x" * 200, "y"))
    connection.execute("COMMIT")
"""


def figures(registry: Registry, terminal: Terminal, folder: Path) -> Iterator[Figure]:
    """Committed messages a second of eight processes, against rows of the bare engine."""
    names = [f"agent-{number}" for number in range(PROCESSES)]
    session = a_team(registry, *names).session.session_id
    env = environment(terminal.registry)
    bare = folder / "bare.db"
    _make(bare)
    pairs = []
    for _ in range(ROUNDS):
        senders = [
            [SENDER, str(terminal.registry), session, name, recipient]
            for name, recipient in pairs_of(names)
        ]
        ours = per_second(senders, env)
        pairs.append((ours, per_second([[_BARE, str(bare)]] * PROCESSES, env)))
    value = median(ours / engine for ours, engine in pairs)
    ours, engine = (median(side) for side in zip(*pairs, strict=True))
    name = f"messages of {PROCESSES} writing processes : rows of sqlite3"
    beside = f"{ours:,.0f} : {engine:,.0f} a second"
    yield Figure(name, value, "x", _LEAST, beside, at_least=True)


def pairs_of(names: Sequence[str]) -> list[tuple[str, str]]:
    """Who sends to whom: each to the next one, so that nobody's mail grows alone."""
    return list(zip(names, [*names[1:], names[0]], strict=True))


def _make(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE rows (a, b, c)")


def per_second(programs: Sequence[Sequence[str]], env: dict[str, str]) -> float:
    """Commits a second of several programs that begin at once, when all are ready."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", *program, str(_EACH)],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for program in programs
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        process.communicate()
        assert process.returncode == 0
    return len(programs) * _EACH / (time.perf_counter() - began)
