"""A follower of a session's versions sees every change, however many write at once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import closing

from cafleet_core.broker.messages import inbox, pages, send
from cafleet_core.broker.registry.open import Registry, open_registry
from tests.team import Team, a_team

WRITERS, MESSAGES = 8, 25

WRITER = """
import sys
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.storage import lookup

where, sender_id, number, messages = sys.argv[1:]
registry = open_registry(where)
[sender] = lookup.agents(registry, None, sender_id)
print("ready", flush=True)
sys.stdin.readline()
for message in range(int(messages)):
    send.send(registry, sender, [sender], f"{number} {message}")
    inbox.poll(registry, sender, limit=1)
registry.close()
"""


def start(registry: Registry, team: Team, number: int) -> subprocess.Popen[str]:
    sender = team.others[f"writer {number} y"].agent_id
    arguments = (registry.url, sender, str(number), str(MESSAGES))
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


class Follower(threading.Thread):
    """Reads what is newer than the last it saw, over and over, as the control room does."""

    def __init__(self, where: str, session_id: str) -> None:
        super().__init__(daemon=True)
        self.where = where
        self.session_id = session_id
        self.seen: dict[str, int] = {}
        self.ending = threading.Event()

    def run(self) -> None:
        with closing(open_registry(self.where)) as registry:
            read_to, last = 0, False
            while not last:
                last = self.ending.is_set()
                entries = pages.changed(registry, self.session_id, read_to)
                for entry in entries:
                    self.seen[entry.task_id] = entry.version
                    read_to = max(read_to, entry.version)
                time.sleep(0)


def test_eight_writers_hide_nothing_from_a_follower(registry: Registry) -> None:
    team = a_team(registry, *(f"writer {number} y" for number in range(WRITERS)))
    writers = [start(registry, team, number) for number in range(WRITERS)]
    follower = Follower(registry.url, team.session.session_id)
    follower.start()
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n", timeout=120)
        assert writer.returncode == 0
    follower.ending.set()
    follower.join(60)
    stored = registry.rows("SELECT task_id, version FROM tasks")
    assert len(stored) == WRITERS * MESSAGES
    assert follower.seen == dict(stored)


def test_every_change_that_shows_has_a_version_of_its_own(registry: Registry) -> None:
    team = a_team(registry, "alice", "bob")
    alice, bob = team.others["alice"], team.others["bob"]
    versions = []
    for act in (
        lambda: send.send(registry, team.director, [alice, bob], "to do"),
        lambda: inbox.poll(registry, alice),
        lambda: inbox.ack_all(registry, team.caller("bob")),
    ):
        act()
        versions.append(pages.last_change(registry, team.session.session_id).version)
    assert versions == sorted(set(versions))
    [counter] = registry.row("SELECT version FROM sessions")
    assert counter == versions[-1]
    inbox.poll(registry, alice)
    assert registry.row("SELECT version FROM sessions") == (counter,)


def test_sessions_count_for_themselves(registry: Registry) -> None:
    here, there = a_team(registry, "alice"), a_team(registry, "alice")
    before = pages.last_change(registry, there.session.session_id)
    send.send(registry, here.director, [here.others["alice"]], "to do")
    assert pages.last_change(registry, there.session.session_id) == before
