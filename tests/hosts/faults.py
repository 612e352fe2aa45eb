"""What happens to two machines and the server of their registry while one sends to the other."""

from __future__ import annotations

import signal
import subprocess

import psycopg

from tests.hosts.stage import LONGEST, Fault, Stage
from tests.proxy import Proxy
from tests.terminal import eventually

HOUR = 3600.0
_MOST_CHUNKS = 40


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
