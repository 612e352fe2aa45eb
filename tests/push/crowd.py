"""Sixty agents in panes and a hundred senders, for the test of what arrives and its timing."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.records import Sent
from tests.push.panes import a_recorder
from tests.team import a_team
from tests.terminal import Terminal

PANES = 60
SENDERS = 100

_TURN = re.compile(r"\x1b\[200~(?P<previews>[^\x1b]*)\x1b\[201~\r")
_PREVIEW = re.compile(r"\[cafleet msg \S+ from \S+ \S+\]\n(?P<body>[^\n]*)(\n|\Z)")


class Call(NamedTuple):
    """One sender's call: how long it took, and what became of its pushes."""

    seconds: float
    outcomes: tuple[str, ...]


class Crowd:
    """A session of sixty, each in a pane that records what is typed there."""

    def __init__(self, registry: Registry, terminal: Terminal, logs: Path) -> None:
        self._url = registry.url
        self._logs = logs
        self._team = a_team(registry)
        for number in range(PANES):
            self._join(registry, terminal, f"agent-{number}")
        everyone = Counter(["to everyone"])
        self.wanted = {name: everyone.copy() for name in self._team.others}
        for number in range(SENDERS):
            self.wanted[self._recipient(number)][f"number {number};"] += 1

    @property
    def session_id(self) -> str:
        """The session of all sixty."""
        return self._team.session.session_id

    def talk(self) -> list[Call]:
        """One broadcast and a hundred sends at once, each with a connection of its own."""
        calls: list[Callable[[Registry], Sent]] = [
            lambda registry: send.broadcast(
                registry, self._team.director, "to everyone"
            )
        ]
        calls += [self._sending(number) for number in range(SENDERS)]
        begin = threading.Barrier(len(calls))

        def timed(call: Callable[[Registry], Sent]) -> Call:
            begin.wait()
            started = time.perf_counter()
            with closing(open_registry(self._url)) as registry:
                sent = call(registry)
            seconds = time.perf_counter() - started
            return Call(seconds, tuple(push.outcome for _, push in sent.deliveries))

        with ThreadPoolExecutor(len(calls)) as senders:
            return list(senders.map(timed, calls))

    def bodies(self) -> dict[str, Counter[str]]:
        """What each agent was told, in whole turns of whole previews."""
        return {
            name: Counter(
                match["body"]
                for turn in _TURN.finditer(self._typed(name))
                for match in _PREVIEW.finditer(turn["previews"])
            )
            for name in self._team.others
        }

    def strays(self) -> str:
        """What was typed anywhere that is no whole turn of whole previews."""
        return "".join(
            _PREVIEW.sub("", _TURN.sub(r"\g<previews>\n", self._typed(name)))
            for name in self._team.others
        )

    def _join(self, registry: Registry, terminal: Terminal, name: str) -> None:
        log = self._logs / name
        pane = a_recorder(terminal, log)
        home = terminal.here(pane)
        self._team.others[name] = agents.register(
            registry, self._team.session, name, "", here=home
        )

    def _recipient(self, number: int) -> str:
        return f"agent-{number % 10}"

    def _sending(self, number: int) -> Callable[[Registry], Sent]:
        recipient = self._team.others[self._recipient(number)]
        return lambda registry: send.send(
            registry, self._team.director, [recipient], f"number {number};"
        )

    def _typed(self, name: str) -> str:
        return (self._logs / name).read_bytes().decode()
