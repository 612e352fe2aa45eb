"""Two machines of one team, each with its own way to their server, and what is to hold there."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg

from tests.hosts.crew import Crew, crew_on
from tests.machines import machines
from tests.postgres import Server
from tests.proxy import Proxy
from tests.terminal import eventually

LONGEST = 5.0
"""Seconds beyond its usual time that a command may take, whatever happens to its server."""

_SLOWEST = 10
"""As many usual times more are granted: a busy machine is not equally busy all the time."""

_SETTLED_SECONDS = 45.0
"""Longer than a claim lasts that a dead process has left."""

_UNKNOWN = "is not known"


Fault = Callable[["Stage", "subprocess.Popen[str]"], None]
"""What happens while a sender runs; it has ended then."""


class SendOutcome(NamedTuple):
    """What a sender was told of its message: whether it was sent, or that nobody knows."""

    body: str
    sent: bool | None
    seconds: float


class Stage:
    """A Director in `office` sends to bob in `lab`; each machine has its own way to the server."""

    def __init__(
        self,
        crew: Crew,
        server: Server,
        ways: tuple[Proxy, Proxy],
        chance: random.Random,
    ) -> None:
        self.crew = crew
        self.server = server
        self.office_way, self.lab_way = ways
        self.chance = chance
        self.lab_host = crew.lab.start_host()
        self.usual = 1.0
        """Seconds that a send takes on this machine now, when nothing happens."""

    def begin(self, body: str, *, relayed: bool) -> subprocess.Popen[str]:
        """Begin to send, through the office's host process if `relayed`."""
        alone = {} if relayed else {"XDG_RUNTIME_DIR": str(self.crew.office.folder)}
        who = ("--session-id", self.crew.session_id, "--agent-id", "Director")
        send = ("message", "send", "--to", "bob", "--text", body)
        return self.crew.office.begin(*who, *send, **alone)

    def wait(self, share: float = 1.0) -> None:
        """Wait for any part of what a send takes."""
        time.sleep(self.chance.uniform(0, share * self.usual))

    def round(self, number: int, fault: Fault) -> SendOutcome:
        """Send one message while a fault happens; what became of it for its sender."""
        body = f"note {number}!"
        relayed = self.chance.random() < 0.5
        began = time.monotonic()
        sender = self.begin(body, relayed=relayed)
        ended_at: list[float] = []

        def watch() -> None:
            sender.wait()
            ended_at.append(time.monotonic())

        watching = threading.Thread(target=watch)
        watching.start()
        fault(self, sender)
        _, words = sender.communicate(timeout=60)
        watching.join()
        seconds = ended_at[0] - began - self.usual
        if sender.returncode == 0:
            return SendOutcome(body, True, seconds)
        unknown = sender.returncode < 0 or _UNKNOWN in words
        return SendOutcome(body, None if unknown else False, seconds)

    def stored(self) -> dict[str, tuple[str | None, str | None, str | None]]:
        """Of each message its outcome, and when it was typed and submitted; by its text."""
        with psycopg.connect(self.server_url) as database:
            rows = database.execute(
                "SELECT text, push_outcome, notified_at, submitted_at FROM tasks"
                " WHERE to_agent_id IS NOT NULL"
            ).fetchall()
        assert len({text for text, *_ in rows}) == len(rows), rows
        return {text: (outcome, typed, sent) for text, outcome, typed, sent in rows}

    def typed(self, body: str) -> int:
        """How often bob was told of a message."""
        return "\n".join(self.crew.bob_was_told()).count(body)

    def harms(self, outcome: SendOutcome) -> Iterator[tuple[str, str]]:
        """The kind and the words of whatever is wrong after a round."""
        if outcome.seconds > LONGEST + _SLOWEST * self.usual:
            yield "hung", f"{outcome.body} {outcome.seconds:.1f} s more than usual"
        if outcome.sent is not None and outcome.sent != (outcome.body in self.stored()):
            yield "mistold", f"{outcome.body} said to be sent: {outcome.sent}"
        if self.lab_host.poll() is not None:
            yield "ended", f"the host process, after {outcome.body}"
            self.lab_host = self.crew.lab.start_host()

    def harms_in_all(self) -> Iterator[tuple[str, str]]:
        """The same of all that was stored, once it is typed."""
        try:
            self.settle()
        except AssertionError:
            yield "lost", str(self.stored())
        for body in self.stored():
            if (count := self.typed(body)) > 1:
                yield "doubled", f"{body} typed {count} times"

    def settle(self) -> None:
        """Wait until all that was stored has been typed, and the registry says so."""

        def is_settled() -> bool:
            return all(
                outcome == "delivered" and typed and self.typed(body)
                for body, (outcome, typed, _) in self.stored().items()
            )

        eventually(is_settled, _SETTLED_SECONDS)

    def lab_seen_at(self) -> str | None:
        """When the recipient's machine has signed last."""
        with psycopg.connect(self.server_url) as database:
            row = database.execute(
                "SELECT seen_at FROM hosts WHERE host_id = %s", (self.crew.lab.host_id,)
            ).fetchone()
        return row[0] if row else None

    @property
    def server_url(self) -> str:
        """The registry by a way that nothing happens to."""
        port = self.lab_way.port
        return self.crew.lab.url.replace(
            f"@127.0.0.1:{port}/postgres?", f"@/postgres?host={self.server.folder}&"
        )


@contextmanager
def a_stage(folder: Path, server: Server, chance: random.Random) -> Iterator[Stage]:
    """Two machines with one team, and a server of their own that may be killed."""
    url = server.new_schema()
    with closing(Proxy(server.socket)) as ours, closing(Proxy(server.socket)) as theirs:
        office_url, lab_url = (server.through(way.port, url) for way in (ours, theirs))
        with machines(folder, url, office=office_url, lab=lab_url) as (office, lab):
            for machine in (office, lab):
                machine.set_clock(0.0)
            crew = crew_on(office, lab)
            office.start_host()
            stage = Stage(crew, server, (ours, theirs), chance)
            began = time.monotonic()
            assert stage.begin("hello", relayed=False).wait() == 0
            stage.usual = time.monotonic() - began
            yield stage
