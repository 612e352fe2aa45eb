"""What happens to two machines and the server of their registry while one sends to the other."""

from __future__ import annotations

import random
import signal
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

HOUR = 3600.0
LONGEST = 5.0
"""Seconds beyond its usual time that a command may take, whatever happens to its server."""

_SETTLED_SECONDS = 45.0
"""Longer than a claim lasts that a dead process has left."""

_MOST_CHUNKS = 40
_UNKNOWN = "is not known"


class Told(NamedTuple):
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

    def round(self, number: int, fault: Fault) -> Told:
        """Send one message while a fault happens; what its sender was told."""
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
            return Told(body, True, seconds)
        unknown = sender.returncode < 0 or _UNKNOWN in words
        return Told(body, None if unknown else False, seconds)

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

    def harms(self, told: Told) -> Iterator[tuple[str, str]]:
        """The kind and the words of whatever is wrong after a round."""
        if told.seconds > LONGEST:
            yield "hung", f"{told.body} {told.seconds:.1f} s more than usual"
        if told.sent is not None and told.sent != (told.body in self.stored()):
            yield "mistold", f"{told.body} said to be sent: {told.sent}"
        if self.lab_host.poll() is not None:
            yield "ended", f"the host process, after {told.body}"
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


Fault = Callable[[Stage, "subprocess.Popen[str]"], None]


def the_office_is_cut(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """The sender's connection, or that of its host process, breaks in any statement."""
    _cut(stage, stage.office_way, sender)


def the_lab_is_cut(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """A connection of the recipient's host process breaks in any statement."""
    _cut(stage, stage.lab_way, sender)


def the_lab_is_deserted(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """The recipient's machine loses its connections, and the server does not know."""
    stage.wait()
    stage.lab_way.desert()
    sender.wait()
    seen_at = stage.lab_seen_at()
    eventually(lambda: stage.lab_seen_at() != seen_at)


def the_server_is_killed(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """All processes of the server die at once; it is started again."""
    stage.wait()
    stage.server.kill()
    stage.wait()
    stage.server.start()
    sender.wait()


def the_sender_is_killed(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """The sender dies anywhere in its work."""
    stage.wait()
    sender.kill()


def the_host_process_is_killed(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """The recipient's host process dies, and is started again."""
    stage.wait()
    stage.lab_host.kill()
    stage.lab_host.wait()
    sender.wait()
    stage.lab_host = stage.crew.lab.start_host()


def the_office_is_cut_off(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """Nothing passes between the sender's machine and the server for some seconds."""
    _cut_off(stage, stage.office_way, sender)


def the_lab_is_cut_off(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """Nothing passes between the recipient's machine and the server for some seconds."""
    _cut_off(stage, stage.lab_way, sender)


def the_clock_is_set(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """The clock of the recipient's machine is suddenly a minute ahead, or behind."""
    stage.wait()
    stage.crew.lab.set_clock(stage.chance.choice((-60.0, 0.0, 60.0)))
    sender.wait()


def the_lab_sleeps(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """The recipient's machine sleeps for an hour, and its clock with it."""
    stage.wait()
    stage.lab_host.send_signal(signal.SIGSTOP)
    stage.wait()
    stage.lab_way.cut()
    stage.crew.lab.set_clock(-HOUR)
    with psycopg.connect(stage.server_url) as database:
        database.execute(
            "UPDATE hosts SET seen_at ="
            " to_char(CAST(seen_at AS timestamptz) AT TIME ZONE 'UTC'"
            " - interval '1 hour', 'YYYY-MM-DD\"T\"HH24:MI:SS.US+00:00')"
            " WHERE host_id = %s",
            (stage.crew.lab.host_id,),
        )
    sender.wait()
    stage.lab_host.send_signal(signal.SIGCONT)


def another_takes_over(stage: Stage, sender: subprocess.Popen[str]) -> None:
    """The recipient's host process stands still; its claims and its lock end; another one types."""
    stage.wait()
    stage.lab_host.send_signal(signal.SIGSTOP)
    stage.lab_way.cut()
    with psycopg.connect(stage.server_url) as database:
        database.execute("UPDATE tasks SET push_claimed_until = NULL")
    first, stage.lab_host = stage.lab_host, stage.crew.lab.start_host()
    stage.wait()
    first.send_signal(signal.SIGCONT)
    sender.wait()
    stage.settle()
    first.terminate()
    first.wait()


QUICK: tuple[Fault, ...] = (
    the_office_is_cut,
    the_lab_is_cut,
    the_lab_is_deserted,
    the_server_is_killed,
    the_sender_is_killed,
    the_host_process_is_killed,
    the_clock_is_set,
    another_takes_over,
)
"""Those in which nobody waits for a time to pass."""

FAULTS = (*QUICK, the_office_is_cut_off, the_lab_is_cut_off, the_lab_sleeps)


def _cut(stage: Stage, way: Proxy, sender: subprocess.Popen[str]) -> None:
    way.cut_after(stage.chance.randint(1, _MOST_CHUNKS), stage.chance.random())
    sender.wait()
    way.cut_after(0, 0.0)


def _cut_off(stage: Stage, way: Proxy, sender: subprocess.Popen[str]) -> None:
    stage.wait()
    way.fall_silent()
    try:
        sender.wait(stage.chance.uniform(0.5, 1.5 * LONGEST))
    except subprocess.TimeoutExpired:
        pass
    way.speak_again()
    sender.wait()


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
