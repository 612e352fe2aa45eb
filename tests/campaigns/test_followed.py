"""Readers of events that are killed at any moment and started again: none missed, none doubled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.states import EventKind
from cafleet_core.storage import events
from tests.campaigns.tally import Campaign
from tests.team import a_team
from tests.terminal import command_line, environment, eventually

ROUNDS = 40
"""Of 50 events each: 2,000 rounds are 100,000 events, ten readers and 50 kills."""

_EVENTS = 50
_WHOLE = 1000
_MOST_AT_ONCE = 300
_PATIENCE = 1800.0


class Reader:
    """A program that keeps what `event follow` prints, and where it was when it was killed."""

    def __init__(self, registry: Path, file: Path) -> None:
        self._registry = registry
        self._file = file
        self._file.touch()
        self._process = self._started(0)

    def dies(self) -> None:
        """Be killed at once, and started again behind the last whole line."""
        self.ends()
        whole = self._file.read_bytes().rpartition(b"\n")[0]
        self._file.write_bytes(whole + b"\n" if whole else b"")
        self._process = self._started(self.last)

    def ends(self) -> None:
        """Be killed."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    @property
    def last(self) -> int:
        """The number of the last event that was read whole."""
        lines = self._file.read_bytes().rsplit(b"\n", 2)
        return int(json.loads(lines[-2])["seq"]) if len(lines) > 1 else 0

    def seqs(self) -> Counter[int]:
        """How often each event was read."""
        return Counter(self._read())

    def in_order(self) -> bool:
        """Whether they came in order."""
        read = self._read()
        return read == sorted(read)

    def _read(self) -> list[int]:
        """The numbers of the events that were printed whole, in order."""
        whole = self._file.read_text().rpartition("\n")[0]
        return [json.loads(line)["seq"] for line in whole.splitlines()]

    def _started(self, after: int) -> subprocess.Popen[bytes]:
        words = ("event", "follow", "--all", "--json", "--after", str(after))
        with self._file.open("ab") as out:
            return subprocess.Popen(
                command_line(*words),
                env=environment(self._registry),
                stdout=out,
                stderr=subprocess.DEVNULL,
            )


@pytest.mark.timeout(0)
def test_followers(registry: Registry, registry_path: Path, tmp_path: Path) -> None:
    campaign = Campaign("followers", ROUNDS)
    whole = campaign.rounds >= _WHOLE
    team = a_team(registry, "alice")
    readers = [
        Reader(registry_path, tmp_path / f"reader{number}")
        for number in range(10 if whole else 3)
    ]
    count, kills = campaign.rounds * _EVENTS, max(6, campaign.rounds // 40)
    writers = [
        threading.Thread(
            target=_write,
            args=(registry_path, team.session.session_id, count // 2, campaign, each),
            daemon=True,  # a campaign that is ended does not wait for them
        )
        for each in range(2)
    ]
    complete = False
    terminated = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for writer in writers:
            writer.start()
        for kill in range(kills):
            _await_part(registry, count * kill // kills)
            time.sleep(campaign.random.random() / 5)
            campaign.random.choice(readers).dies()
            campaign.counts["kills"] += 1
        for writer in writers:
            writer.join()
        end = events.last_seq(registry, None)
        eventually(lambda: all(each.last == end for each in readers), _PATIENCE)
        complete = True
    finally:  # a campaign that is ended tells of what it has seen
        signal.signal(signal.SIGTERM, terminated)
        for reader in readers:
            reader.ends()
        _judge(campaign, registry, readers, complete=complete)
        campaign.close()


def _write(
    path: Path, session_id: str, count: int, campaign: Campaign, seed: int
) -> None:
    """Record so many events, in transactions of any length."""
    sizes = type(campaign.random)(f"{campaign.seed} {seed}")
    registry = open_registry(path)
    while count:
        some = min(count, sizes.randint(1, _MOST_AT_ONCE))
        with registry.write():
            for _ in range(some):
                at = clock.stamp()
                events.add(registry, EventKind.STATE, at, session_id, None, new="idle")
        count -= some
        time.sleep(0.005)
    registry.close()


def _await_part(registry: Registry, count: int) -> None:
    eventually(lambda: events.last_seq(registry, None) >= count, _PATIENCE)


def _judge(
    campaign: Campaign, registry: Registry, readers: list[Reader], *, complete: bool
) -> None:
    """Count what each has read; one that was ended early may lack what came after its last."""
    recorded = {seq for (seq,) in registry.rows("SELECT seq FROM events")}
    campaign.counts.update(events=len(recorded), readers=len(readers))
    campaign.counts["ended early"] += not complete
    for number, reader in enumerate(readers):
        read = reader.seqs()
        campaign.counts["read"] += read.total()
        reached = sys.maxsize if complete else max(read, default=0)
        for seq in recorded - read.keys():
            if seq <= reached:
                campaign.harm("lost", f"{seq} by reader {number}")
        for seq, times in read.items():
            if times > 1 or seq not in recorded:
                campaign.harm("doubled", f"{seq} by reader {number}, {times} times")
        if not reader.in_order():
            campaign.harm("disordered", f"reader {number}")
